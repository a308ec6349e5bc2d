"""The words for what tables keep as codes, and the choices of forms made of them."""

from collections.abc import Mapping
from enum import StrEnum

from eventapp.language import N_, name_of
from eventapp.language import gettext as _
from eventapp.rules import event as rules
from eventapp.rules.event import Doors, Stage
from eventapp.rules.vocabulary import (
    Asked,
    AttendeeStatus,
    Channel,
    DeliveryKind,
    DeliveryState,
    HostRole,
    Role,
    SessionKind,
    SpeakerRole,
)

_WORDS: dict[type[StrEnum], Mapping[StrEnum, str]] = {
    Stage: {
        Stage.DRAFT: N_("Draft"),
        Stage.UPCOMING: N_("Published"),
        Stage.RUNNING: N_("Under way"),
        Stage.FINISHED: N_("Finished"),
        Stage.CANCELLED: N_("Cancelled"),
    },
    Doors: {
        Doors.OPEN: N_("Registration is open"),
        Doors.NOT_YET: N_("Registration is not open yet"),
        Doors.CLOSED: N_("Registration is closed"),
    },
    Role: {
        Role.OWNER: N_("Owner"),
        Role.ORGANIZER: N_("Organizer"),
        Role.EDITOR: N_("Programme editor"),
        Role.WELCOME_DESK: N_("Welcome desk"),
        Role.CHECKIN: N_("Check-in"),
        Role.VIEWER: N_("Viewer"),
    },
    HostRole: {
        HostRole.ORGANIZER: N_("Organizer"),
        HostRole.PARTNER: N_("Partner"),
        HostRole.DONOR: N_("Donor"),
        HostRole.PROJECT: N_("Project"),
    },
    SessionKind: {
        SessionKind.TALK: N_("Talk"),
        SessionKind.PANEL: N_("Panel"),
        SessionKind.PERFORMANCE: N_("Performance"),
        SessionKind.CEREMONY: N_("Ceremony"),
        SessionKind.BREAK: N_("Break"),
    },
    SpeakerRole: {
        SpeakerRole.SPEAKER: N_("Speaker"),
        SpeakerRole.MODERATOR: N_("Moderator"),
        SpeakerRole.PERFORMER: N_("Performer"),
        SpeakerRole.HOST: N_("Host"),
    },
    AttendeeStatus: {
        AttendeeStatus.INVITED: N_("Invited"),
        AttendeeStatus.PENDING: N_("To be decided"),
        AttendeeStatus.CONFIRMED: N_("Confirmed"),
        AttendeeStatus.WAITLISTED: N_("On the waiting list"),
        AttendeeStatus.OFFERED: N_("Offered a place"),
        AttendeeStatus.CANCELLED: N_("Cancelled"),
        AttendeeStatus.REJECTED: N_("Turned down"),
    },
    Channel: {
        Channel.ONLINE: N_("by themselves"),
        Channel.ASSISTED: N_("by the team"),
        Channel.WALK_IN: N_("on the spot"),
        Channel.IMPORT: N_("from a list"),
    },
    Asked: {
        Asked.OFF: N_("Not asked"),
        Asked.OPTIONAL: N_("May stay empty"),
        Asked.REQUIRED: N_("Must be answered"),
    },
    DeliveryKind: {
        DeliveryKind.CONFIRMATION: N_("Confirmation with ticket"),
        DeliveryKind.WAITING_LIST: N_("On the waiting list"),
        DeliveryKind.CANCELLATION: N_("Place given back"),
        DeliveryKind.PLACE_FREE: N_("A place is free"),
        DeliveryKind.SPEAKER_LINK: N_("Link for a speaker"),
    },
    DeliveryState: {
        DeliveryState.QUEUED: N_("Waiting"),
        DeliveryState.SENT: N_("Sent"),
        DeliveryState.FAILED: N_("Given up"),
    },
}

_SPOKEN = ("fr", "en", "bm", "ff", "snk", "ses", "ar", "wo", "ha", "pt", "es")
"""Languages that sessions are likely to be held in; another that is set already is offered too."""


def word(value: StrEnum) -> str:
    """The word for a code, in the reader's language."""
    return _(_WORDS[type(value)][value])


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """The choices of a form: all values of a vocabulary with their words."""
    return [(value.value, word(value)) for value in kind]


def spoken_languages(present: str | None) -> list[tuple[str, str]]:
    """The languages a session may be held in, and none."""
    tags = [*_SPOKEN, *([present] if present and present not in _SPOKEN else [])]
    return [("", "—"), *((tag, name_of(tag)) for tag in tags)]


def zones(present: str) -> dict[str, list[tuple[str, str]]]:
    """The time zones by continent, with the city that names each; one that is set already is always among them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted({*rules.zones(), present}):
        continent, _slash, city = zone.partition("/")
        groups.setdefault(continent, []).append((zone, (city or continent).replace("_", " ").replace("/", ", ")))
    return groups
