"""Who is asking, and whether this page is theirs: the guard in front of every address."""

from functools import cache
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, queries
from eventapp.errors import NotAllowed, NotFound
from eventapp.queries.account import PairedPhone, SignedIn
from eventapp.rules.access import Door, Right, may
from eventapp.web import problems

csrf = CSRFProtect()
SIGN_IN_DAYS = 14
PHONE_DAYS = 60


def init_app(app: Flask, site_map: dict[str, Right | Door], bodies: dict[str, int]) -> None:
    """Puts the guard in front of every page, by the site map. Raises AssertionError if a page has no row in it.

    ``bodies`` are the pages that take more bytes than others; they hold from here on, before a form is read.
    """
    unlisted = {rule.endpoint for rule in app.url_map.iter_rules()} ^ set(site_map)
    if unlisted:
        raise AssertionError(f"The site map and the pages differ: {sorted(unlisted)}")
    csrf.init_app(app)

    @app.before_request
    def guard() -> BaseResponse | tuple[Response | str, int] | None:
        if request.endpoint is None:
            return None  # no such address: the router answers
        if any("\x00" in part for part in (request.view_args or {}).values() if isinstance(part, str)):
            raise NotFound(request.endpoint)  # nothing of ours is called so, and PostgreSQL takes no NUL in a text
        if request.endpoint in bodies:
            request.max_content_length = bodies[request.endpoint]
        return admit(site_map[request.endpoint])


def admit(needed: Right | Door) -> BaseResponse | tuple[Response | str, int] | None:
    """Lets the request pass (None), or answers it: sign in first, not yours, no such thing."""
    if needed is Door.ANYONE:
        return None
    g.private_page = True
    if needed is Door.LINK:
        return None
    if needed is Door.DEVICE:
        if phone() is None and signed_in() is None:
            return _sign_in_first()
        if not _bearer_token() and not _is_own_script():
            _refuse_forgery()
        return None
    account = signed_in()
    if account is None:
        return _sign_in_first()
    if needed is Door.ADMIN and not account.is_admin:
        raise NotAllowed
    if isinstance(needed, Right):
        _enter_event(account, needed)
    _refuse_forgery()
    return None


def _is_own_script() -> bool:
    """Whether a script of this site sends JSON, as the scanner does, whose page is kept and so holds no form's token.

    A browser names the origin of every POST (Fetch, "append a request Origin header"), and lets a script of another
    site send JSON only after asking us, which we never allow.
    """
    if request.mimetype != "application/json":
        return False
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    return origin != "" and origin in (request.host, urlsplit(config.current().public_url).netloc)


def _refuse_forgery() -> None:
    """A change that a cookie alone would permit needs our form's token too; a guest's link needs none."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def _enter_event(account: SignedIn, needed: Right) -> None:
    """Finds the event in the address and checks the account's role in it.

    Someone without any role there hears that there is nothing, as does anyone for an event that does not exist.
    """
    event = queries.event.get_by_slug((request.view_args or {})["slug"])
    role = queries.account.find_role(account.account_id, event.id)
    if role is None and not account.is_admin:
        raise NotFound
    if not may(role, needed, is_admin=account.is_admin):
        raise NotAllowed
    g.event, g.role = event, role


def _sign_in_first() -> BaseResponse | tuple[Response | str, int]:
    if request.path.startswith("/api/") or request.method not in ("GET", "HEAD"):
        return problems.answer(401)
    return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))


def signed_in() -> SignedIn | None:
    """The account of this browser, if any."""
    if "signed_in" not in g:
        token = request.cookies.get(cookie_name("account"))
        g.signed_in = queries.account.find_signed_in(token, clock.now()) if token else None
    found: SignedIn | None = g.signed_in
    return found


def account() -> SignedIn:
    """The account of this browser, on a page that only a signed-in person reaches."""
    found = signed_in()
    if found is None:
        raise NotAllowed
    return found


def may_here(right: Right) -> bool:
    """Whether the account may do something in the event of this page; for links and buttons in templates."""
    found = signed_in()
    return found is not None and "event" in g and may(g.role, right, is_admin=found.is_admin)


def phone() -> PairedPhone | None:
    """The paired phone that asks: by bearer token, or by the cookie of the check-in page."""
    if "phone" not in g:
        token = phone_token()
        g.phone = queries.account.find_paired_phone(token, clock.now()) if token else None
    found: PairedPhone | None = g.phone
    return found


def phone_token() -> str:
    """The token by which a phone asks; empty if there is none."""
    return _bearer_token() or request.cookies.get(cookie_name("phone"), "")


def _bearer_token() -> str:
    """The token of ``Authorization: Bearer`` (RFC 6750), which no other site can make a browser send."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


@cache
def _prefix(is_https: bool) -> str:
    return "__Host-" if is_https else ""


def cookie_name(what: str) -> str:
    """The cookie's name; with HTTPS the browser itself makes sure that it is ours (``__Host-``, RFC 6265bis)."""
    return f"{_prefix(config.current().is_https)}eventapp-{what}"


def remember(response: BaseResponse, what: str, token: str, days: int) -> None:
    """Gives the browser a token to keep."""
    response.set_cookie(
        cookie_name(what),
        token,
        max_age=days * 24 * 3600,
        secure=config.current().is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: BaseResponse, what: str) -> None:
    """Takes a token back."""
    response.delete_cookie(cookie_name(what), secure=config.current().is_https, httponly=True, samesite="Lax", path="/")
