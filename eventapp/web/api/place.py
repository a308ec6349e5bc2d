"""Checkpoints as phones get them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from eventapp import queries

if TYPE_CHECKING:
    from eventapp.models.checkin import Checkpoint
    from eventapp.rules.release import Session


def checkpoints(event_id: int, checkpoints: "list[Checkpoint]") -> list[dict[str, Any]]:
    """Places with their windows, and with room and time of their session as the programme was last released."""
    words = queries.window.names([one.id for one in checkpoints])
    has_sessions = any(one.session_id is not None for one in checkpoints)
    sessions = queries.checkpoint.released_sessions(event_id) if has_sessions else {}
    return [_checkpoint(one, sessions.get(one.session_id or 0), words.get(one.id)) for one in checkpoints]


def _checkpoint(
    checkpoint: "Checkpoint", session: "Session | None", word: tuple[datetime, str] | None
) -> dict[str, Any]:
    place = queries.checkpoint.place_of(checkpoint)
    return {
        "id": checkpoint.id,
        "kind": checkpoint.kind,
        "name": checkpoint.name,
        "policy": place.policy,
        "opens_at": place.opens_at,
        "closes_at": place.closes_at,
        "periods": place.periods,
        "types": sorted(place.ticket_type_ids),
        "session": place.session_id,
        "room": session.room_id if session is not None else None,
        "starts_at": session.starts_at if session is not None else None,
        "ends_at": session.ends_at if session is not None else None,
        "closed_at": checkpoint.closed_at,
        "window": {"changed_at": word[0], "by": word[1]} if word is not None else None,
        "position": checkpoint.position,
    }
