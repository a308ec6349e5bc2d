"""The words for what tables keep as codes, and the choices of forms made of them."""

from collections.abc import Mapping
from enum import StrEnum

from eventapp.language import N_, name_of
from eventapp.language import gettext as _
from eventapp.rules import event as rules
from eventapp.rules.event import Doors, Stage
from eventapp.rules.invitation_letter import Who
from eventapp.rules.mailing import LeftOut
from eventapp.rules.vocabulary import (
    Asked,
    AttendeeStatus,
    Audience,
    CallResult,
    Channel,
    CheckpointKind,
    ConsentAnswer,
    ConsentPurpose,
    ConsentWay,
    DeliveryChannel,
    DeliveryKind,
    DeliveryState,
    Direction,
    Fill,
    FullHouse,
    HostRole,
    InvitationAnswer,
    MailingState,
    Outcome,
    Policy,
    PrintKind,
    PrintState,
    QuestionKind,
    Role,
    ScanMethod,
    SessionKind,
    SessionSeatStatus,
    SpeakerAnswer,
    SpeakerRole,
    Substitution,
    TaskKind,
    TicketKind,
    TicketPaper,
    TypeAccess,
    Verdict,
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
    Substitution: {
        Substitution.REPLACED: N_("Comes instead"),
        Substitution.REPRESENTED: N_("Speaks in their name"),
    },
    SpeakerAnswer: {
        SpeakerAnswer.OPEN: N_("No answer yet"),
        SpeakerAnswer.CONFIRMED: N_("Comes"),
        SpeakerAnswer.DECLINED: N_("Does not come"),
    },
    TaskKind: {
        TaskKind.PHOTO: N_("Photograph"),
        TaskKind.BIOGRAPHY: N_("Biography"),
        TaskKind.SLIDES: N_("Slides"),
        TaskKind.STAGE_NEEDS: N_("Needs on stage"),
        TaskKind.PHOTO_CONSENT: N_("Consent to be photographed"),
        TaskKind.CUSTOM: N_("Something else"),
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
        Channel.INVITATION: N_("on an invitation"),
    },
    FullHouse: {
        FullHouse.ASK: N_("go to the help desk, which decides"),
        FullHouse.REFUSE: N_("are not let in"),
        FullHouse.ADMIT: N_("are let in all the same"),
    },
    TypeAccess: {
        TypeAccess.OPEN: N_("Everybody, on the form"),
        TypeAccess.CODE: N_("With an invitation code"),
        TypeAccess.STAFF: N_("The team alone"),
    },
    TicketKind: {
        TicketKind.PUBLIC: N_("Public"),
        TicketKind.INVITED: N_("Invited"),
        TicketKind.PRESS: N_("Press"),
        TicketKind.SPEAKER: N_("Speakers"),
        TicketKind.STAFF: N_("Team"),
    },
    InvitationAnswer: {
        InvitationAnswer.OPEN: N_("No answer yet"),
        InvitationAnswer.YES: N_("Comes"),
        InvitationAnswer.NO: N_("Does not come"),
        InvitationAnswer.REPRESENTED: N_("Sends somebody"),
    },
    CallResult: {
        CallResult.NOT_REACHED: N_("Not reached"),
        CallResult.WRONG_NUMBER: N_("Wrong number"),
    },
    QuestionKind: {
        QuestionKind.SHORT_TEXT: N_("A line of text"),
        QuestionKind.LONG_TEXT: N_("Several lines of text"),
        QuestionKind.NUMBER: N_("A number"),
        QuestionKind.DATE: N_("A day"),
        QuestionKind.ONE_CHOICE: N_("One of several answers"),
        QuestionKind.SEVERAL_CHOICES: N_("Several of several answers"),
        QuestionKind.YES_NO: N_("Yes or no"),
    },
    Fill: {
        Fill.FREE: N_("Seats free"),
        Fill.FILLING: N_("Few seats left"),
        Fill.FULL: N_("Full"),
    },
    SessionSeatStatus: {
        SessionSeatStatus.CONFIRMED: N_("Has a seat"),
        SessionSeatStatus.WAITLISTED: N_("On the waiting list"),
        SessionSeatStatus.CANCELLED: N_("Given back"),
    },
    ConsentPurpose: {
        ConsentPurpose.PHOTOGRAPHS: N_("Photographs"),
        ConsentPurpose.CONTACT: N_("Messages after the event"),
        ConsentPurpose.GUARDIAN: N_("Consent of the guardian"),
    },
    ConsentAnswer: {
        ConsentAnswer.YES: N_("Yes"),
        ConsentAnswer.NO: N_("No"),
        ConsentAnswer.ON_SITE: N_("I decide at the event"),
    },
    ConsentWay: {
        ConsentWay.ONLINE: N_("online"),
        ConsentWay.PAPER: N_("on paper"),
        ConsentWay.SPOKEN: N_("spoken"),
    },
    Asked: {
        Asked.OFF: N_("Not asked"),
        Asked.OPTIONAL: N_("May stay empty"),
        Asked.REQUIRED: N_("Must be answered"),
    },
    CheckpointKind: {
        CheckpointKind.VENUE: N_("The venue"),
        CheckpointKind.SESSION: N_("A session"),
        CheckpointKind.DISTRIBUTION: N_("A distribution: lunch, kit, headset"),
        CheckpointKind.REHEARSAL: N_("Practice: counts nowhere"),
    },
    Policy: {
        Policy.SINGLE: N_("Once in each half-day"),
        Policy.RETURNS: N_("Coming back is welcome"),
        Policy.IN_OUT: N_("In and out, both are scanned"),
    },
    Direction: {
        Direction.ENTRY: N_("People come in"),
        Direction.EXIT: N_("People go out"),
    },
    Verdict: {
        Verdict.MISTYPED: N_("The code was not read right"),
        Verdict.WRONG_EVENT: N_("A ticket of another event"),
        Verdict.UNKNOWN: N_("Nobody knows this code"),
        Verdict.REVOKED: N_("A newer ticket exists"),
        Verdict.CANCELLED: N_("The place was cancelled"),
        Verdict.NOT_CONFIRMED: N_("The place was not confirmed"),
        Verdict.WRONG_CHECKPOINT: N_("Not for this entrance"),
        Verdict.TOO_EARLY: N_("Before the doors opened"),
        Verdict.TOO_LATE: N_("After the doors closed"),
        Verdict.ALREADY_ADMITTED: N_("Already in"),
        Verdict.NOT_INSIDE: N_("Left without having come in"),
        Verdict.BACK_AGAIN: N_("Welcome back"),
        Verdict.LEFT: N_("Left"),
        Verdict.ADMITTED_UNLISTED: N_("Let in, not on the list"),
        Verdict.ADMITTED: N_("Let in"),
    },
    ScanMethod: {
        ScanMethod.CAMERA: N_("Camera"),
        ScanMethod.READER: N_("Reader"),
        ScanMethod.TYPED: N_("Typed code"),
        ScanMethod.NAME: N_("Found by name"),
        ScanMethod.GROUP: N_("Ticked in a group"),
        ScanMethod.PAPER: N_("From paper"),
    },
    Outcome: {
        Outcome.SAME_PERSON: N_("The same person, read twice"),
        Outcome.PASSED_ON: N_("The ticket was passed on"),
        Outcome.WRONG_PERSON: N_("Someone else was meant"),
    },
    DeliveryKind: {
        DeliveryKind.CONFIRMATION: N_("Confirmation with ticket"),
        DeliveryKind.WAITING_LIST: N_("On the waiting list"),
        DeliveryKind.CANCELLATION: N_("Place given back"),
        DeliveryKind.PLACE_FREE: N_("A place is free"),
        DeliveryKind.OFFER: N_("A place is offered"),
        DeliveryKind.OFFER_LAPSED: N_("The offered place went on"),
        DeliveryKind.PENDING: N_("Registration received"),
        DeliveryKind.REJECTION: N_("Registration not accepted"),
        DeliveryKind.RECONFIRM: N_("Question whether they still come"),
        DeliveryKind.RELEASED: N_("Place taken back"),
        DeliveryKind.LOST_TICKET: N_("Lost ticket"),
        DeliveryKind.PROOF_CODE: N_("Code to prove who they are"),
        DeliveryKind.HANDED_ON: N_("Ticket handed on"),
        DeliveryKind.SESSION_SEAT: N_("A seat in a session"),
        DeliveryKind.INVITATION: N_("Invitation"),
        DeliveryKind.INVITATION_REMINDER: N_("Reminder to an invitee"),
        DeliveryKind.SPEAKER_LINK: N_("Link for a speaker"),
        DeliveryKind.PROGRAMME_CHANGE: N_("Change of programme"),
        DeliveryKind.SPEAKER_REMINDER: N_("Reminder to a speaker"),
        DeliveryKind.REMINDER: N_("Reminder"),
        DeliveryKind.EVENT_CANCELLED: N_("Event cancelled"),
        DeliveryKind.EVENT_REVIVED: N_("Event takes place after all"),
        DeliveryKind.EVENT_MOVED: N_("Event moved"),
        DeliveryKind.THANK_YOU: N_("Thank-you"),
        DeliveryKind.ANNOUNCEMENT: N_("Announcement"),
    },
    Who: {
        Who.UNSENT: N_("who got no letter yet"),
        Who.NO_EMAIL: N_("who have no e-mail address"),
        Who.ALL: N_("all who have not answered"),
    },
    DeliveryChannel: {
        DeliveryChannel.EMAIL: N_("E-mail"),
        DeliveryChannel.SMS: N_("SMS"),
        DeliveryChannel.HAND: N_("By hand"),
    },
    Audience: {
        Audience.GUESTS: N_("Guests"),
        Audience.SPEAKERS: N_("Speakers"),
        Audience.INVITEES: N_("Invited people"),
    },
    MailingState: {
        MailingState.DRAFT: N_("Draft"),
        MailingState.SCHEDULED: N_("Scheduled"),
        MailingState.SENDING: N_("Leaving"),
        MailingState.SENT: N_("Sent"),
        MailingState.STOPPED: N_("Stopped"),
    },
    LeftOut: {
        LeftOut.UNSUBSCRIBED: N_("no announcements wanted"),
        LeftOut.NO_CONSENT: N_("no consent to messages after the event"),
        LeftOut.THANKED: N_("thanked already"),
        LeftOut.NO_ADDRESS: N_("no way to reach them"),
    },
    DeliveryState: {
        DeliveryState.QUEUED: N_("Waiting"),
        DeliveryState.SENT: N_("Sent"),
        DeliveryState.FAILED: N_("Given up"),
        DeliveryState.BOUNCED: N_("Refused"),
        DeliveryState.DROPPED: N_("Not needed any more"),
    },
    PrintKind: {
        PrintKind.TICKETS: N_("Entry tickets"),
        PrintKind.LETTERS: N_("Letters"),
    },
    PrintState: {
        PrintState.QUEUED: N_("Waiting"),
        PrintState.RUNNING: N_("Being made"),
        PrintState.DONE: N_("Ready"),
        PrintState.FAILED: N_("Failed"),
    },
    TicketPaper: {
        TicketPaper.A4_THREE: N_("A4, three to a page, to be cut apart"),
        TicketPaper.A4: N_("A4, one to a page"),
        TicketPaper.A6: N_("A6, one card each"),
    },
}

_SPOKEN = ("fr", "en", "bm", "ff", "snk", "ses", "ar", "wo", "ha", "pt", "es")
"""Languages that sessions are likely to be held in; another that is set already is offered too."""


_BY_WAY = {
    DeliveryChannel.EMAIL: N_("by e-mail"),
    DeliveryChannel.SMS: N_("by SMS"),
    DeliveryChannel.HAND: N_("by hand, from the list of people to call"),
}


def by_way(channel: DeliveryChannel) -> str:
    """How somebody would be told, in the reader's language."""
    return _(_BY_WAY[channel])


def word(value: StrEnum) -> str:
    """The word for a code, in the reader's language."""
    return _(_WORDS[type(value)][value])


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """The choices of a form: all values of a vocabulary with their words."""
    return [(value.value, word(value)) for value in kind]


def spoken_languages(*present: str | None) -> list[tuple[str, str]]:
    """The languages a session may be held in, and none; those that are set already are always among them."""
    tags = [*_SPOKEN, *(tag for tag in present if tag and tag not in _SPOKEN)]
    return [("", "—"), *((tag, name_of(tag)) for tag in tags)]


def zones(present: str) -> dict[str, list[tuple[str, str]]]:
    """The time zones by continent, with the city that names each; one that is set already is always among them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted({*rules.zones(), present}):
        continent, _slash, city = zone.partition("/")
        groups.setdefault(continent, []).append((zone, (city or continent).replace("_", " ").replace("/", ", ")))
    return groups
