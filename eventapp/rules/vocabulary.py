"""The words that tables, forms and the API share. Values are kept in databases and exports: they never change."""

from enum import StrEnum


class EventState(StrEnum):
    """What an organizer decided about an event. Whether it is over follows from its dates (`rules.event`)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class HostRole(StrEnum):
    """What an organization is to an event."""

    ORGANIZER = "organizer"
    PARTNER = "partner"
    DONOR = "donor"
    PROJECT = "project"


class SessionKind(StrEnum):
    """What kind of programme item a session is."""

    TALK = "talk"
    PANEL = "panel"
    PERFORMANCE = "performance"
    CEREMONY = "ceremony"
    BREAK = "break"


class SpeakerRole(StrEnum):
    """What a person does in a session."""

    SPEAKER = "speaker"
    MODERATOR = "moderator"
    PERFORMER = "performer"
    HOST = "host"


class Substitution(StrEnum):
    """How somebody stands in for another person on the programme."""

    REPLACED = "replaced"
    """Comes instead of them."""
    REPRESENTED = "represented"
    """Speaks in their name."""


class SpeakerAnswer(StrEnum):
    """Whether a speaker comes."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class TaskKind(StrEnum):
    """What an organizer may need from speakers."""

    PHOTO = "photo"
    BIOGRAPHY = "biography"
    SLIDES = "slides"
    STAGE_NEEDS = "stage_needs"
    PHOTO_CONSENT = "photo_consent"
    CUSTOM = "custom"


class TicketKind(StrEnum):
    """What a ticket type is for."""

    PUBLIC = "public"
    INVITED = "invited"
    PRESS = "press"
    SPEAKER = "speaker"
    STAFF = "staff"


BEHIND_THE_STAGE = (TicketKind.SPEAKER, TicketKind.STAFF)
"""Kinds whose people take no seat of the audience."""


class TypeAccess(StrEnum):
    """Who may register for a ticket type."""

    OPEN = "open"
    """Everybody; it stands on the form."""
    CODE = "code"
    """Whoever has an invitation code for it."""
    STAFF = "staff"
    """Nobody by themselves: people are put on it by the team, by an invitation or by an import."""


class AttendeeStatus(StrEnum):
    """Where one person on a registration stands."""

    INVITED = "invited"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


SEATED = (AttendeeStatus.CONFIRMED, AttendeeStatus.OFFERED)
"""Statuses that hold a seat."""

LIVE = (AttendeeStatus.CONFIRMED, AttendeeStatus.OFFERED, AttendeeStatus.PENDING, AttendeeStatus.WAITLISTED)
"""Statuses of people who still mean to come."""


class Channel(StrEnum):
    """How a registration reached us."""

    ONLINE = "online"
    ASSISTED = "assisted"
    WALK_IN = "walk_in"
    IMPORT = "import"
    INVITATION = "invitation"


class InvitationAnswer(StrEnum):
    """What an invitee said."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    REPRESENTED = "represented"
    """Somebody else comes in their name."""


class CallResult(StrEnum):
    """How a call to somebody ended who then did not answer the question."""

    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"


class ConsentPurpose(StrEnum):
    """What somebody agrees to. Each is given freely: it is never a condition, and never ticked beforehand."""

    PHOTOGRAPHS = "photographs"
    CONTACT = "contact"
    """Messages after the event."""
    GUARDIAN = "guardian"
    """A person under 18 takes part."""


class ConsentAnswer(StrEnum):
    """What somebody said when asked for their consent."""

    YES = "yes"
    NO = "no"
    ON_SITE = "on_site"


class ConsentWay(StrEnum):
    """How a consent was given."""

    ONLINE = "online"
    PAPER = "paper"
    SPOKEN = "spoken"


class QuestionKind(StrEnum):
    """What an organizer's own question takes for an answer."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    ONE_CHOICE = "one_choice"
    SEVERAL_CHOICES = "several_choices"
    YES_NO = "yes_no"


class Fill(StrEnum):
    """How full a session with limited seats is, as guests are told."""

    FREE = "free"
    FILLING = "filling"
    FULL = "full"


class SessionSeatStatus(StrEnum):
    """Where a person stands for a session with limited seats."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class Sex(StrEnum):
    """Built-in question: sex."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNDISCLOSED = "undisclosed"


class AgeBand(StrEnum):
    """Built-in question: age band, in completed years."""

    UNDER_15 = "0-14"
    FROM_15_TO_17 = "15-17"
    FROM_18_TO_24 = "18-24"
    FROM_25_TO_35 = "25-35"
    FROM_36_TO_59 = "36-59"
    FROM_60 = "60+"


MINORS = (AgeBand.UNDER_15, AgeBand.FROM_15_TO_17)


class OrganizationType(StrEnum):
    """Built-in question: kind of organization."""

    ASSOCIATION = "association"
    COMPANY = "company"
    GOVERNMENT = "government"
    MEDIA = "media"
    SCHOOL = "school"
    OTHER = "other"


class PhotoConsent(StrEnum):
    """Built-in question: may photographs show this person?"""

    YES = "yes"
    NO = "no"
    ON_SITE = "on_site"


class Question(StrEnum):
    """Built-in questions, each switchable per event."""

    ORGANIZATION = "organization"
    ORGANIZATION_TYPE = "organization_type"
    FUNCTION = "function"
    SEX = "sex"
    AGE_BAND = "age_band"
    REGION = "region"
    LANGUAGES = "languages"
    NEEDS = "needs"
    """What a person needs in order to take part."""
    PHOTO_CONSENT = "photo_consent"
    CONTACT_CONSENT = "contact_consent"


class Asked(StrEnum):
    """Whether a built-in question is asked."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Role(StrEnum):
    """What an account may be in one event. What each may do stands in `rules.access`."""

    OWNER = "owner"
    ORGANIZER = "organizer"
    EDITOR = "editor"
    WELCOME_DESK = "welcome_desk"
    CHECKIN = "checkin"
    VIEWER = "viewer"


class CheckpointKind(StrEnum):
    """What a checkpoint guards."""

    VENUE = "venue"
    SESSION = "session"
    DISTRIBUTION = "distribution"
    REHEARSAL = "rehearsal"


class Policy(StrEnum):
    """How often a ticket opens a checkpoint; see docs/checkin.md."""

    SINGLE = "single"
    RETURNS = "returns"
    IN_OUT = "in_out"


class Direction(StrEnum):
    """Which way a phone at a door looks."""

    ENTRY = "entry"
    EXIT = "exit"


class FullHouse(StrEnum):
    """What becomes of people without a ticket when all seats are taken."""

    REFUSE = "refuse"
    ADMIT = "admit"
    """They come in, and the desk sees that there are more people than seats."""
    ASK = "ask"
    """The help desk decides."""


class ScanKind(StrEnum):
    """What a scan records."""

    ENTRY = "entry"
    EXIT = "exit"
    LET_IN = "let_in"
    UNDO = "undo"
    WALK_IN = "walk_in"
    GIVEN = "given"
    GIVEN_BACK = "given_back"


class ScanMethod(StrEnum):
    """How a code or a person was read."""

    CAMERA = "camera"
    READER = "reader"
    TYPED = "typed"
    NAME = "name"
    GROUP = "group"
    PAPER = "paper"


class Verdict(StrEnum):
    """The answer to a scan; the order of decision stands in `rules.checkin`."""

    MISTYPED = "mistyped"
    WRONG_EVENT = "wrong_event"
    UNKNOWN = "unknown"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    NOT_CONFIRMED = "not_confirmed"
    WRONG_CHECKPOINT = "wrong_checkpoint"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    ALREADY_ADMITTED = "already_admitted"
    NOT_INSIDE = "not_inside"
    BACK_AGAIN = "back_again"
    LEFT = "left"
    ADMITTED_UNLISTED = "admitted_unlisted"
    ADMITTED = "admitted"


GREEN = (Verdict.ADMITTED, Verdict.ADMITTED_UNLISTED, Verdict.BACK_AGAIN, Verdict.LEFT)
"""Verdicts with which a person passes."""


class Outcome(StrEnum):
    """What an organizer found out about an entry to check."""

    SAME_PERSON = "same_person"
    PASSED_ON = "passed_on"
    WRONG_PERSON = "wrong_person"


class DeliveryKind(StrEnum):
    """Why a message is sent."""

    CONFIRMATION = "confirmation"
    WAITING_LIST = "waiting_list"
    CANCELLATION = "cancellation"
    PLACE_FREE = "place_free"
    OFFER = "offer"
    OFFER_LAPSED = "offer_lapsed"
    PENDING = "pending"
    REJECTION = "rejection"
    RECONFIRM = "reconfirm"
    RELEASED = "released"
    """A place was taken back, since nobody confirmed it once more."""
    LOST_TICKET = "lost_ticket"
    PROOF_CODE = "proof_code"
    HANDED_ON = "handed_on"
    SESSION_SEAT = "session_seat"
    """A place on a session's waiting list became a seat."""
    INVITATION = "invitation"
    INVITATION_REMINDER = "invitation_reminder"
    """To those who were invited and did not answer."""
    SPEAKER_LINK = "speaker_link"
    PROGRAMME_CHANGE = "programme_change"
    SPEAKER_REMINDER = "speaker_reminder"
    REMINDER = "reminder"
    """Before the event, to those who have a place."""
    EVENT_CANCELLED = "event_cancelled"
    EVENT_REVIVED = "event_revived"
    """It was cancelled, and takes place after all."""
    EVENT_MOVED = "event_moved"
    """It takes place at another time or place."""
    THANK_YOU = "thank_you"
    ANNOUNCEMENT = "announcement"
    """What the team writes themselves, to people they choose."""


MAILED = (DeliveryKind.ANNOUNCEMENT, DeliveryKind.REMINDER, DeliveryKind.THANK_YOU)
"""Kinds that a mailing sends: to many, at a time that was set."""


UNSUBSCRIBABLE = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.THANK_YOU})
"""Kinds that are not about somebody's own place, so that people may want no more of them."""

WITH_TICKET = frozenset(
    {
        DeliveryKind.CONFIRMATION,
        DeliveryKind.PLACE_FREE,
        DeliveryKind.LOST_TICKET,
        DeliveryKind.HANDED_ON,
        DeliveryKind.REMINDER,
    }
)
"""Kinds that bring the ticket itself along, for times without a network."""


class Audience(StrEnum):
    """To whom a mailing goes."""

    GUESTS = "guests"
    SPEAKERS = "speakers"
    INVITEES = "invitees"


class MailingState(StrEnum):
    """Where a mailing stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    """Its messages are being written down; those that are, leave already."""
    SENT = "sent"
    """All its messages are written down; each leaves by itself."""
    STOPPED = "stopped"


class PrintKind(StrEnum):
    """What is printed for many people at once."""

    TICKETS = "tickets"
    LETTERS = "letters"
    """Letters to invitees."""
    DOOR_LIST = "door_list"
    """A numbered list, to be ticked at a door."""
    ATTENDANCE_SHEET = "attendance_sheet"
    """The same rows, to be signed."""


class Initials(StrEnum):
    """The part of a list that one table at a door has: names that begin with these letters."""

    A_TO_F = "a-f"
    G_TO_M = "g-m"
    N_TO_S = "n-s"
    T_TO_Z = "t-z"
    """And names in other scripts."""


class TicketPaper(StrEnum):
    """On what tickets are printed."""

    A4_THREE = "a4-3"
    """Three to a page, to be cut apart."""
    A4 = "a4"
    A6 = "a6"


class PrintState(StrEnum):
    """Where a print run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DeliveryChannel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    """By the SMS service that the settings name, if any."""
    HAND = "hand"
    """By a person of the team who calls or writes from their own telephone; the address is a number or empty."""


class DeliveryState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """Given up after the last try."""
    BOUNCED = "bounced"
    """Refused for good: the address is wrong, or takes nothing from us."""
    DROPPED = "dropped"
    """Not sent: what it would say was no longer true, or the team stopped it."""


NOT_ARRIVED = frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED})
"""States of messages that nobody has read, and that somebody should see to."""
