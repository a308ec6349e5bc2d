"""Small slides for tests."""

import io
import zipfile

from eventapp.formats import slides


def pdf(size: int = 0) -> bytes:
    """A PDF of at least so many bytes, as far as anybody looks."""
    return b"%PDF-1.7\n" + b"%" * size + b"\n%%EOF\n"


def packed(entries: dict[str, str]) -> bytes:
    """A packed file with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)  # without the time of day
    return out.getvalue()


def odp() -> bytes:
    """Slides of LibreOffice, as far as anybody looks."""
    return packed({"mimetype": slides.ODP, "content.xml": "<x/>", "META-INF/manifest.xml": "<x/>"})


def pptx() -> bytes:
    """Slides of PowerPoint, as far as anybody looks."""
    main = f'<Types><Override PartName="/ppt/presentation.xml" ContentType="{slides.PPTX}.main+xml"/></Types>'
    return packed({"[Content_Types].xml": main, "ppt/presentation.xml": "<x/>"})
