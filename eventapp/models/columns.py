"""Column types that several tables share."""

from enum import StrEnum

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column


def choice(kind: type[StrEnum]) -> Enum:
    """A column that holds the value of an enum as text; Python checks it, so that a new value needs no migration."""
    return Enum(
        kind, native_enum=False, create_constraint=False, length=32, values_callable=lambda e: [m.value for m in e]
    )


class MadeUp:
    """A row that may be invented, for a demonstration; pages say so."""

    placeholder: Mapped[bool] = mapped_column(default=False)
