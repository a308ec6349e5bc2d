"""What goes on every answer: security headers, and compression of texts."""

import base64
import gzip
import hashlib
import io
import secrets

from flask import Flask, Response, g, request

from eventapp import config

MIN_COMPRESSED = 500
"""Bytes under which compression does not pay."""

COMPRESSED_TYPES = (
    "text/",
    "application/json",
    "application/problem+json",
    "image/svg+xml",
    "application/manifest+json",
    "application/wasm",
)


def init_app(app: Flask) -> None:
    @app.after_request
    def finish(response: Response) -> Response:
        if g.get("is_finished"):
            return response  # a page from memory, whose headers were made with it
        headers = response.headers
        for name, value in security(g.get("inline_style"), has_wasm=g.get("has_wasm", False)):
            headers.setdefault(name, value)
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-store" if g.get("private_page") else "no-cache"
        return _compress(response)


def security(inline_style: str | None, *, has_wasm: bool = False) -> list[tuple[str, str]]:
    """The security headers of an answer; ``inline_style`` is the digest of its one ``<style>``."""
    headers = [
        ("Content-Security-Policy", _policy(inline_style, has_wasm=has_wasm)),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        # Without a referrer of our own pages Flask-WTF refuses HTTPS forms; other sites learn nothing.
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if config.current().is_https:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


def allow_inline_style(css: str) -> None:
    """Lets this answer's one ``<style>`` through the policy, by its SHA-256."""
    g.inline_style = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode("ascii")


def allow_wasm() -> None:
    """Lets this answer's script run WebAssembly: the scanner's decoder, and nothing else."""
    g.has_wasm = True


def _policy(style_hash: str | None, *, has_wasm: bool) -> str:
    style = f"style-src 'self' 'sha256-{style_hash}'" if style_hash else "style-src 'self'"
    wasm = " 'wasm-unsafe-eval'" if has_wasm else ""
    return (
        f"default-src 'none'; {style}; script-src 'self'{wasm}; img-src 'self' data: blob:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def compressed(body: bytes, *, padded: bool) -> bytes:
    """Gzip (RFC 1952). ``padded`` writes a file name of random length into its header.

    Pages that hold a secret beside what a stranger could make them say would otherwise tell the secret by their length
    (BREACH, https://breachattack.com); a random length spoils that measurement.
    """
    out = io.BytesIO()
    name = "p" * secrets.randbelow(64) if padded else ""
    with gzip.GzipFile(filename=name, mode="wb", fileobj=out, compresslevel=6, mtime=0) as packed:
        packed.write(body)
    return out.getvalue()


def _compress(response: Response) -> Response:
    if (
        response.is_streamed
        or response.status_code < 200
        or response.status_code in (204, 304)
        or not (response.mimetype or "").startswith(COMPRESSED_TYPES)
    ):
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    body = response.get_data()
    if len(body) < MIN_COMPRESSED:
        return response
    response.set_data(compressed(body, padded=bool(g.get("private_page"))))
    response.headers["Content-Encoding"] = "gzip"
    return response
