"""Scans in JSON, as phones send them and as a phone's file holds them: what cannot be read is named."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from eventapp import clock
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import AgeBand, ScanKind, ScanMethod, Sex, Verdict
from eventapp.services.scan_book import NewScan
from eventapp.services.walk_in import WalkIn

TEN_YEARS_MS = 10 * 366 * 24 * 3600 * 1000

Row = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Instant = Annotated[datetime, Meta(tz=True)]
OffsetMs = Annotated[float, Meta(ge=-TEN_YEARS_MS, le=TEN_YEARS_MS)]

T = TypeVar("T")


class WalkInBody(msgspec.Struct, kw_only=True):
    """Somebody who registers at the door."""

    name: Annotated[str, Meta(max_length=1_000)]
    sex: Sex | None = None
    age_band: AgeBand | None = None
    town: Annotated[str, Meta(max_length=1_000)] | None = None


class ScanBody(msgspec.Struct, kw_only=True):
    """One scan, as a phone sends it; what is missing is the phone's own or the usual. Unknown fields are ignored."""

    id: UUID
    checkpoint: Row | None = None
    door: Annotated[str, Meta(max_length=120)] | None = None
    input: Annotated[str, Meta(max_length=4_000)] = ""
    kind: ScanKind = ScanKind.ENTRY
    method: ScanMethod = ScanMethod.CAMERA
    scanned_at: Instant | None = None
    offset: OffsetMs = 0
    seq: Count | None = None
    verdict: Verdict | None = None
    target: UUID | None = None
    walk_in: WalkInBody | None = None
    reason: Annotated[str, Meta(max_length=300)] | None = None
    companions: Annotated[int, Meta(ge=0, le=rules.MOST_COMPANIONS)] = 0


class _Named(msgspec.Struct):
    """Just enough of a scan that cannot be read to say which one it is."""

    id: Any = None


class BadBody(Exception):
    """A body or a part of one that cannot be read: which field, and why."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.detail = field, detail


SCAN = msgspec.json.Decoder(ScanBody)
_named = msgspec.json.Decoder(_Named)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


def read(decoder: "msgspec.json.Decoder[T]", body: bytes | msgspec.Raw) -> T:
    """What a body holds. Raises BadBody with the field that is wrong."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        text = str(error)
        place, missing = re.search(r"`\$\.?([^`]*)`$", text), re.search(r"required field `([^`]*)`", text)
        field = ".".join(found[1] for found in (place, missing) if found is not None and found[1])
        raise BadBody(field, text.partition(" - at ")[0]) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadBody("", str(error)) from error


def mended(body: bytes) -> bytes:
    """The body with what is no text (halves of a surrogate pair) replaced.

    Browsers write such a half as a proper escape, so that one strange code in the queue would stop all the others.
    """
    if _HALF.search(body) is None:
        return body
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return body


def new_scan(body: ScanBody) -> NewScan:
    """A scan as the services take it. Raises BadBody for a time that no calendar has."""
    try:
        scanned_at = (body.scanned_at or clock.now()).astimezone(UTC)
    except OverflowError as error:
        raise BadBody("scanned_at", str(error)) from error
    who = body.walk_in
    return NewScan(
        id=str(body.id),
        input=body.input,
        kind=body.kind,
        method=body.method,
        scanned_at=scanned_at,
        offset_ms=round(body.offset),
        checkpoint_id=body.checkpoint,
        door=body.door,
        seq=body.seq,
        told=body.verdict,
        target_id=str(body.target) if body.target else None,
        reason=body.reason,
        companions=body.companions,
        walk_in=WalkIn(who.name, who.sex, who.age_band, who.town) if who is not None else None,
    )


@dataclass(frozen=True)
class Problem:
    """What cannot be read: which one of those that came, its id if that much can be read, and what is wrong."""

    index: int
    id: str | None
    field: str
    detail: str


def parted(raws: Sequence[msgspec.Raw]) -> tuple[dict[int, NewScan], list[Problem]]:
    """The scans that can be read, by their place in what came, and those that cannot."""
    readable: dict[int, NewScan] = {}
    problems: list[Problem] = []
    for index, raw in enumerate(raws):
        try:
            readable[index] = new_scan(read(SCAN, raw))
        except BadBody as bad:
            problems.append(Problem(index, id_of(raw), bad.field, bad.detail))
    return readable, problems


def id_of(raw: msgspec.Raw) -> str | None:
    try:
        found = _named.decode(raw).id
    except (msgspec.DecodeError, RecursionError):
        return None
    return found[:60] if isinstance(found, str) else None
