"""The API for phones and scripts: JSON in, JSON out, errors as problem details (RFC 9457)."""

from flask import Blueprint, Response

from eventapp.web.api import checkin

bp = Blueprint("api", __name__, url_prefix="/api/v1")
for part in (checkin,):
    bp.register_blueprint(part.bp)


@bp.after_request
def name_the_scheme(response: Response) -> Response:
    """Says how to be let in (RFC 9110 11.6.1)."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
