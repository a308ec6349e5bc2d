"""Who may do what: the roles of an account in an event, and what each is allowed."""

from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.rules.vocabulary import Role


class Right(StrEnum):
    """One thing a role may be allowed in an event."""

    SEE_DESK = "see_desk"
    SEE_FIGURES = "see_figures"
    EDIT_EVENT = "edit_event"
    EDIT_PROGRAMME = "edit_programme"
    WELCOME_SPEAKERS = "welcome_speakers"
    """See on the day who of the speakers is there, with their telephone numbers."""
    SEE_REGISTRATIONS = "see_registrations"
    EDIT_REGISTRATIONS = "edit_registrations"
    SEE_SENSITIVE = "see_sensitive"
    """Read answers to questions that an organizer marked as sensitive, and what people need in order to take part."""
    ERASE_PEOPLE = "erase_people"
    MANAGE_PHONES = "manage_phones"
    CHECK_IN = "check_in"


class Door(StrEnum):
    """How a page is guarded that needs no role in an event."""

    ANYONE = "anyone"
    LINK = "link"
    """The secret in the address is the permission; the page itself looks it up."""
    DEVICE = "device"
    """A paired phone, by bearer token or by its cookie, or staff with the right to check in."""
    SIGNED_IN = "signed_in"
    ADMIN = "admin"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.ORGANIZER: frozenset(Right),
    Role.EDITOR: frozenset({Right.SEE_DESK, Right.EDIT_PROGRAMME, Right.WELCOME_SPEAKERS}),
    Role.WELCOME_DESK: frozenset(
        {
            Right.SEE_DESK,
            Right.SEE_FIGURES,
            Right.SEE_REGISTRATIONS,
            Right.EDIT_REGISTRATIONS,
            Right.CHECK_IN,
            Right.WELCOME_SPEAKERS,
        }
    ),
    Role.CHECKIN: frozenset({Right.CHECK_IN}),
    Role.VIEWER: frozenset({Right.SEE_DESK, Right.SEE_FIGURES}),
}


FRESH = timedelta(minutes=15)


def is_fresh(signed_in_at: datetime, now: datetime) -> bool:
    """Whether someone signed in so lately that they need not prove again who they are."""
    return now - signed_in_at < FRESH


def may(role: Role | None, right: Right, *, is_admin: bool = False) -> bool:
    """Whether an account may. An administrator of the installation may everything in every event."""
    return is_admin or (role is not None and right in RIGHTS[role])
