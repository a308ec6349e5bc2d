"""Answers behind a personal link: kept by the reader's own browser only, and found by no search engine."""

from flask import Response, request


def answer(content: str | bytes, mimetype: str = "text/html", *, filename: str | None = None) -> Response:
    """A page or file that may be kept, but is asked for again each time; unchanged, it costs a 304.

    ``filename`` is what it is saved as.
    """
    return _answer(content, mimetype, "inline", filename)


def download(content: bytes, mimetype: str, *, filename: str) -> Response:
    """A file that somebody else made: saved under its name, never opened by the browser as a page of ours."""
    return _answer(content, mimetype, "attachment", filename)


def _answer(content: str | bytes, mimetype: str, disposition: str, filename: str | None) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.update(("Accept-Language", "Cookie"))
    if filename is not None:
        response.headers.set("Content-Disposition", disposition, filename=filename)
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
