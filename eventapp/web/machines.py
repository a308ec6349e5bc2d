"""Addresses for machines: is the process alive, and can it work?"""

from flask import Blueprint, Response, jsonify

from eventapp import queries

bp = Blueprint("machines", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and has the schema that this program needs."""
    problem = queries.schema.find_problem()
    return jsonify(
        status="unready" if problem else "ok", **({"problem": problem} if problem else {})
    ), 503 if problem else 200
