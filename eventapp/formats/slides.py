"""Slides that speakers hand in: told by what is in the file, never by its name, and never opened further than that.

PDF (ISO 32000-2, 7.5.2), OpenDocument (ODF 1.3, part 2, 3.3: an entry named ``mimetype``) and Office Open XML
(ECMA-376, part 2: the content types name the main part).
"""

import io
import re
import zipfile
from dataclasses import dataclass

from eventapp.errors import Refused
from eventapp.rules import names

MAX_BYTES = 10 * 1024 * 1024
"""Bytes that a file may have."""
MAX_ENTRIES = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
"""Bytes that a packed file may grow to; more is not a presentation but a trap."""
MAX_NAME = 120

PDF = "application/pdf"
ODP = "application/vnd.oasis.opendocument.presentation"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SUFFIXES = {PDF: "pdf", ODP: "odp", PPTX: "pptx"}

_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PPTX_TYPES = "[Content_Types].xml"
_PPTX_MAIN = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_MAX_TYPES = 1024 * 1024


@dataclass(frozen=True)
class Slides:
    """A file that was looked at. ``name`` is clean and ends in what the file is."""

    name: str
    media_type: str
    content: bytes


def read(name: str, content: bytes) -> Slides:
    """Looks at an uploaded file. Raises Refused with ``file_missing``, ``file_too_large`` or ``file_no_slides``."""
    if not content:
        raise Refused("file_missing", field="file")
    if len(content) > MAX_BYTES:
        raise Refused("file_too_large", field="file", max=MAX_BYTES // 1024**2)
    media_type = _media_type(content)
    if media_type is None:
        raise Refused("file_no_slides", field="file")
    return Slides(_clean(name, SUFFIXES[media_type]), media_type, content)


def _media_type(content: bytes) -> str | None:
    if _PDF_HEADER.match(content):
        return PDF if b"%%EOF" in content[-2048:] else None
    if content.startswith(b"PK\x03\x04"):
        try:
            return _packed(content)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError, EOFError):
            return None  # broken, encrypted, or packed in a way that is not read here
        except Exception:  # the unpackers of the library raise errors of their own about broken data
            return None
    return None


def _packed(content: bytes) -> str | None:
    # Counted before the list of entries is read: each becomes an object many times its size.
    if content.count(b"PK\x01\x02") > MAX_ENTRIES:
        return None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            return None
        inside = {entry.filename: entry for entry in entries}
        if "content.xml" in inside and _start(archive, inside.get("mimetype"), len(ODP) + 1) == ODP.encode():
            return ODP
        if "ppt/presentation.xml" in inside and _PPTX_MAIN in _start(archive, inside.get(_PPTX_TYPES), _MAX_TYPES):
            return PPTX
    return None


def _start(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, most: int) -> bytes:
    """The first bytes of an entry, however many it says it has."""
    if entry is None:
        return b""
    with archive.open(entry) as opened:
        return opened.read(most)


def _clean(name: str, suffix: str) -> str:
    """A name that every system can keep: without folders, control signs and what Windows refuses."""
    base = names.clean(re.split(r"[/\\]", name)[-1])
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", base)
    stem = " ".join(re.sub(r'[<>:"|?*%]', " ", stem).split()).strip(". ")[:MAX_NAME].rstrip(". ")
    return f"{stem or 'slides'}.{suffix}"
