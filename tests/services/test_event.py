"""Events: begun, described, dated, opened; the organizations and texts of their pages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.models.checkin import Checkpoint
from eventapp.models.registration import Attendee
from eventapp.rules.vocabulary import Asked, EventState, HostRole, Question
from eventapp.services.event import Dates, NewEvent, RegistrationSettings, Texts
from eventapp.services.programme import SessionFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code, refused.value.field


def new(slug="", **more):
    return NewEvent(slug=slug, title=LocalizedText(fr="Fête de l’école", en="School fair"), **more)


def test_create_makes_the_address_from_the_title():
    assert services.event.create(new()).slug == "fete-de-lecole"
    assert services.event.create(new()).slug == "fete-de-lecole-2"


def test_create_gives_a_title_without_latin_letters_an_address():
    assert services.event.create(NewEvent(slug="", title=LocalizedText(fr="ߞߊ߲ߞߊ߲"))).slug == "event"


def test_create_sent_twice_makes_one_event():
    owner_id = people.account("olga")
    first = services.event.create(new(), owner_id=owner_id, form_id="form-of-an-event")
    assert services.event.create(new(), owner_id=owner_id, form_id="form-of-an-event").id == first.id


def test_create_refuses_an_address_that_is_taken():
    services.event.create(new("fair"))
    assert refusal(services.event.create, new("fair")) == ("slug_taken", "slug")


def test_create_refuses_an_address_with_blanks():
    assert refusal(services.event.create, new("the fair")) == ("slug_invalid", "slug")


def test_create_refuses_an_event_without_title():
    assert refusal(services.event.create, NewEvent(slug="", title=LocalizedText())) == ("title_missing", "title")


def test_create_refuses_an_unknown_zone():
    assert refusal(services.event.create, new(timezone="Africa/Nowhere")) == ("timezone_invalid", "timezone")


def test_texts_are_changed_and_the_entry_names_fields_but_no_values():
    forum = people.stage()
    texts = Texts(title=LocalizedText(fr="Autre titre"), contact_email="Awa@Example.org")
    services.event.set_texts(forum.event_id, texts, account_id=forum.owner_id)
    event = queries.event.get(forum.event_id)
    assert (event.title, event.contact_email) == ({"fr": "Autre titre"}, "Awa@example.org")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.details) == ("event.set_texts", {"changed": ["title", "contact_email"]})


def test_texts_refuse_a_wrong_contact_address():
    forum = people.stage()
    texts = Texts(title=LocalizedText(fr="Titre"), contact_email="awa at example")
    assert refusal(services.event.set_texts, forum.event_id, texts) == ("email_invalid", "contact_email")


def test_dates_in_another_zone_keep_the_time_of_day_of_all_else():
    forum = people.stage()
    session = services.programme.add_session(
        forum.event_id,
        SessionFacts(title=LocalizedText(fr="A"), starts_at=people.STARTS, ends_at=people.STARTS + timedelta(hours=1)),
    )
    # Nine in the morning, typed again on the clocks of Nairobi, which are three hours ahead of Bamako's.
    starts_at = datetime(2026, 12, 18, 6, 0, tzinfo=UTC)
    dates = Dates(languages=["fr"], timezone="Africa/Nairobi", starts_at=starts_at)
    services.event.set_dates(forum.event_id, dates)
    moved = queries.programme.get_session_by_id(forum.event_id, session.id)
    assert (moved.starts_at, moved.sequence) == (starts_at, 1)


def test_dates_move_the_doors_that_open_two_hours_before():
    forum = people.stage()
    later = people.STARTS + timedelta(days=7)
    services.event.set_dates(forum.event_id, Dates(languages=["fr"], timezone="Africa/Bamako", starts_at=later))
    opens_at = db.session.scalar(select(Checkpoint.opens_at).where(Checkpoint.event_id == forum.event_id))
    assert opens_at == later - timedelta(hours=2)


def test_dates_refuse_an_end_before_the_start():
    forum = people.stage()
    dates = Dates(languages=["fr"], timezone="UTC", starts_at=people.ENDS, ends_at=people.STARTS)
    assert refusal(services.event.set_dates, forum.event_id, dates) == ("ends_before_start", "ends_at")


def test_dates_refuse_an_event_without_language():
    forum = people.stage()
    assert refusal(services.event.set_dates, forum.event_id, Dates(languages=[], timezone="UTC")) == (
        "languages_missing",
        "languages",
    )


def test_more_seats_go_to_those_who_wait():
    forum = people.stage(capacity=1)
    people.register(forum.event_id, "Ada")
    people.register(forum.event_id, "Bintou")
    settings = RegistrationSettings(capacity=2, max_party=5, asked={Question.SEX: Asked.REQUIRED})
    event = services.event.set_registration(forum.event_id, settings)
    assert event.asked == {"sex": "required"}
    assert set(db.session.scalars(select(Attendee.status))) == {"confirmed", "offered"}


def test_window_that_closes_before_it_opens_is_refused():
    forum = people.stage()
    settings = RegistrationSettings(capacity=1, max_party=1, opens_at=people.STARTS, closes_at=people.STARTS)
    assert refusal(services.event.set_registration, forum.event_id, settings) == ("ends_before_start", "closes_at")


def test_registration_is_closed_by_hand():
    forum = people.stage()
    services.event.open_registration(forum.event_id, False)
    with pytest.raises(Refused, match="registration_closed"):
        people.register(forum.event_id)


def test_accent_too_light_is_refused():
    forum = people.stage()
    assert refusal(services.event.set_accent, forum.event_id, "#ffee00") == ("colour_too_light", "accent")


def test_organizations_are_ordered_by_hand():
    forum = people.stage()
    ids = [services.host.add(forum.event_id, HostRole.PARTNER, LocalizedText(fr=name)).id for name in "ABC"]
    services.host.move(forum.event_id, ids[2], -1)
    assert [str(o.name) for o in queries.event.list_organizations(forum.event_id)] == ["A", "C", "B"]


def test_organization_sent_twice_is_added_once():
    forum = people.stage()
    for _time in range(2):
        services.host.add(forum.event_id, HostRole.DONOR, LocalizedText(fr="A"), form_id="form-of-a-host")
    assert len(queries.event.list_organizations(forum.event_id)) == 1


def test_website_gets_its_scheme():
    forum = people.stage()
    organization = services.host.add(forum.event_id, HostRole.DONOR, LocalizedText(fr="A"), "example.org/fr")
    assert organization.website == "https://example.org/fr"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://", "https://exa mple.org", "http://[x", "nowhere"])
def test_website_that_is_none_is_refused(address):
    forum = people.stage()
    code = refusal(services.host.add, forum.event_id, HostRole.DONOR, LocalizedText(fr="A"), address)
    assert code == ("website_invalid", "website")


def test_organization_of_another_event_is_not_found():
    forum, other = people.stage(), people.stage("other", "max")
    organization = services.host.add(other.event_id, HostRole.DONOR, LocalizedText(fr="A"))
    with pytest.raises(NotFound):
        services.host.remove(forum.event_id, organization.id)


def test_section_is_added_changed_moved_and_removed():
    forum = people.stage()
    first = services.section.add(forum.event_id, LocalizedText(fr="Venir"), LocalizedText(fr="À pied"))
    second = services.section.add(forum.event_id, LocalizedText(fr="Manger"), LocalizedText())
    services.section.change(forum.event_id, first.id, LocalizedText(fr="Y aller"), LocalizedText(fr="En bus"))
    services.section.move(forum.event_id, second.id, -1)
    assert [str(s.title) for s in queries.event.list_sections(forum.event_id)] == ["Manger", "Y aller"]
    services.section.remove(forum.event_id, second.id)
    assert [str(s.body) for s in queries.event.list_sections(forum.event_id)] == ["En bus"]


def test_publish_twice_changes_nothing():
    forum = people.stage(published=False)
    services.programme.add_session(forum.event_id, SessionFacts(title=LocalizedText(fr="Panel")))
    released = services.event.publish(forum.event_id).programme_released_at
    assert released is not None
    event = services.event.publish(forum.event_id)
    assert (event.state, event.programme_released_at) == (EventState.PUBLISHED, released)
