"""Uploaded files, kept in the database so that a backup is one file and no disk is shared."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Instant


class StoredFile(Base):
    """One content, however often it was uploaded; other tables refer to it by its digest."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the content, in hexadecimal."""
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column()
    """In bytes."""
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
