"""Static files, under an address that holds the digest of them all, so that browsers keep them for a year."""

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, request

from eventapp import config
from eventapp.errors import NotFound
from eventapp.web import headers

bp = Blueprint("static", __name__, url_prefix="/static")
YEAR = 365 * 24 * 3600

TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".svg": "image/svg+xml"}
"""Types that browsers insist on and that a machine's own table may lack."""

COMPILES_WASM = ("checkin/decoder.js",)
"""Workers that run WebAssembly: a worker has the policy that its own file came with."""

IMPORT = re.compile(rb'^@import "([\w./-]+)";$', re.MULTILINE)
"""How a style sheet names one that it builds upon: sent within it, so that a page needs one request for both."""


VENDORED = "vendor"
"""The folder of files that others publish: sent as they are, licence and all."""

COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
"""A comment that has its lines to itself."""

INDENT = re.compile(rb"^[ \t]+", re.MULTILINE)


class File(NamedTuple):
    """A file as it is sent; ``packed`` is None where compression does not pay."""

    body: bytes
    packed: bytes | None
    mimetype: str


@cache
def _paths() -> dict[str, Path]:
    folder = config.resource_dir("static")
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def names() -> list[str]:
    """All static files, by their path below the folder."""
    return list(_paths())


@cache
def tree_digest() -> str:
    """The digest of all static files: modules that import each other by relative address change together."""
    total = hashlib.sha256()
    for name, path in _paths().items():
        total.update(name.encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


@cache
def _file(name: str) -> File:
    path = _paths()[name]
    body = path.read_bytes()
    if path.suffix == ".css":
        body = IMPORT.sub(lambda found: (path.parent / found[1].decode()).read_bytes(), body)
    if path.suffix == ".js" and VENDORED not in path.parts:
        # Comments and indentation are for whoever reads the sources; a quarter of what a phone would have to fetch.
        body = INDENT.sub(b"", COMMENT.sub(b"", body))
    mimetype = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = headers.compressed(body, padded=False) if mimetype.startswith(headers.COMPRESSED_TYPES) else None
    return File(body, packed if packed and len(packed) < len(body) else None, mimetype)


def address(filename: str) -> str:
    """The address of a static file, with the digest in it."""
    return f"/static/{tree_digest()}/{filename}"


def icon() -> str:
    """The icon as an address that holds it: so small that it is not worth a request."""
    return "data:image/svg+xml," + quote(_paths()["icon.svg"].read_text(), safe=" /:=();,'")


@bp.get("/<digest>/<path:filename>")
def file(digest: str, filename: str) -> Response:
    """A static file; an address of an older version gets today's file, not to be kept."""
    if filename not in _paths():
        raise NotFound(filename)
    if filename in COMPILES_WASM:
        headers.allow_wasm()
    found = _file(filename)
    use_packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(found.packed if use_packed else found.body, mimetype=found.mimetype)
    if use_packed:
        response.headers["Content-Encoding"] = "gzip"
    if digest == tree_digest():
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
