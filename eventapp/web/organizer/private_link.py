"""Links that prepare phones: shown to the browser that made them, whose signed cookie alone keeps the secret."""

from flask import session
from markupsafe import Markup

from eventapp import config
from eventapp.formats import qr
from eventapp.language import gettext as _
from eventapp.rules import links


def remember(kind: str, row_id: int, secret: str) -> None:
    """Keeps the secret of the last link of a kind that was made here: ``kind`` is its part of /checkin/<kind>/."""
    session[f"link-{kind}"] = [row_id, secret]


def recall(kind: str, row_id: int, link_hash: str | None) -> str | None:
    """The whole link, if it was made here and is still the one that the row knows by its hash."""
    made_for, secret = session.get(f"link-{kind}", (None, ""))
    if made_for != row_id or links.digest(secret) != link_hash:
        return None
    return f"{config.current().public_url}/checkin/{kind}/{secret}"


def square(link: str | None) -> Markup | None:
    """A link for a phone's camera."""
    return Markup(qr.svg(link, _("The link as a square for a phone's camera"))) if link else None  # noqa: S704  drawn by ourselves
