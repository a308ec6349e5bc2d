"""Answers behind a personal link: kept by the reader's own browser only, and found by no search engine."""

from flask import Response, request


def answer(content: str | bytes, mimetype: str = "text/html", *, filename: str | None = None) -> Response:
    """A page or file that may be kept, but is asked for again each time; unchanged, it costs a 304.

    ``filename`` is what it is saved as.
    """
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.update(("Accept-Language", "Cookie"))
    if filename is not None:
        response.headers.set("Content-Disposition", "inline", filename=filename)
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
