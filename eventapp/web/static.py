"""Static files, under an address that holds the digest of them all, so that browsers keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from eventapp import config

bp = Blueprint("static", __name__, url_prefix="/static")
YEAR = 365 * 24 * 3600


def folder() -> Path:
    """Where the files lie."""
    return config.resource_dir("static")


@cache
def tree_digest() -> str:
    """The digest of all static files: modules that import each other by relative address change together."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder().rglob("*") if p.is_file()):
        total.update(str(path.relative_to(folder())).encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def address(filename: str) -> str:
    """The address of a static file, with the digest in it."""
    return f"/static/{tree_digest()}/{filename}"


@bp.get("/<digest>/<path:filename>")
def file(digest: str, filename: str) -> Response:
    """A static file; an address of an older version gets today's file, not to be kept."""
    response = send_from_directory(folder(), filename)
    if digest == tree_digest():
        response.cache_control.max_age = YEAR
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response
