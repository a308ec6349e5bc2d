"""Slides: told by what is in the file; what is none, or a trap, is refused."""

import io
import zipfile

import pytest

from eventapp.errors import Refused
from eventapp.formats import slides
from tests.slides import odp, packed, pdf, pptx


def refusal(content, name="slides.pdf"):
    with pytest.raises(Refused) as refused:
        slides.read(name, content)
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [(pdf(), slides.PDF, "pdf"), (odp(), slides.ODP, "odp"), (pptx(), slides.PPTX, "pptx")],
)
def test_kind_comes_from_the_content_and_not_from_the_name(content, media_type, suffix):
    found = slides.read("exposé.exe", content)
    assert (found.media_type, found.name, found.content) == (media_type, f"exposé.{suffix}", content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ma présentation v1.2.PDF", "Ma présentation v1.2.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Awa\\Exposé.pptx", "Exposé.pdf"),
        ('a<b>:"|?*%c.pdf', "a b c.pdf"),
        ("x\r\nSet-Cookie: a=b.pdf", "x Set-Cookie a=b.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "slides.pdf"),
        ("...", "slides.pdf"),
        ("é" * 300 + ".pdf", "é" * 120 + ".pdf"),
    ],
)
def test_name_is_one_that_every_system_can_keep(given, kept):
    assert slides.read(given, pdf()).name == kept


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"%PDF-1.7 without an end",
        b"  %PDF-1.7\n%%EOF",
        b"PK\x03\x04 cut off",
        pptx()[: len(pptx()) // 2],
        packed({"mimetype": slides.ODP}),
        packed({"content.xml": "<x/>", "mimetype": slides.ODP + "-template"}),
        packed({"content.xml": "<x/>", "mimetype": "application/zip"}),
        packed({"ppt/presentation.xml": "<x/>", "[Content_Types].xml": "<Types/>"}),
        packed({"word/document.xml": "<x/>", "[Content_Types].xml": "<Types/>"}),
    ],
)
def test_anything_else_is_refused(content):
    assert refusal(content) == "file_no_slides"


def test_empty_file_and_one_that_is_too_large_are_refused():
    assert refusal(b"") == "file_missing"
    assert refusal(pdf(slides.MAX_BYTES)) == "file_too_large"


def test_bomb_is_refused_unopened():
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", slides.ODP)
        archive.writestr("content.xml", "<x/>")
        zeros = b"\0" * (8 * 1024 * 1024)
        for number in range(slides.MAX_UNPACKED // len(zeros) + 1):
            archive.writestr(f"Pictures/{number}", zeros)
    assert len(large.getvalue()) < slides.MAX_BYTES
    assert refusal(large.getvalue()) == "file_no_slides"


def test_bomb_in_what_is_read_costs_no_more_than_its_beginning():
    types = "<Types>" + " " * (64 * 1024 * 1024)
    assert refusal(packed({"ppt/presentation.xml": "<x/>", "[Content_Types].xml": types})) == "file_no_slides"


def test_file_of_too_many_entries_is_refused():
    entries = {f"{number}": "" for number in range(slides.MAX_ENTRIES)}
    content = packed({"mimetype": slides.ODP, "content.xml": "<x/>", **entries})
    assert refusal(content) == "file_no_slides"


def test_file_with_a_password_is_refused():
    content = bytearray(pptx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 1)
    assert refusal(bytes(content)) == "file_no_slides"
