"""Lists of people, taken in: all or nothing, seats never oversold, nobody twice."""

import threading

import pytest
from sqlalchemy import func, select, update

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.question import Answer, Consent, EventQuestion
from eventapp.models.registration import Attendee, Registration, SeatPool, TicketType
from eventapp.rules import names
from eventapp.rules.vocabulary import (
    AgeBand,
    AttendeeStatus,
    Channel,
    ConsentWay,
    OrganizationType,
    PhotoConsent,
    QuestionKind,
    Sex,
    TicketKind,
)
from tests import lists, people
from tests.tables import DATA, full_names
from tests.web.world import Statements

pytestmark = pytest.mark.usefixtures("context", "at_noon")

NAMES = (DATA / "names.csv").read_bytes()


@pytest.fixture
def forum():
    return people.stage(capacity=None).event_id


def everybody(event_id):
    return list(
        db.session.scalars(select(Attendee).where(Attendee.event_id == event_id).order_by(Attendee.id)).unique()
    )


def registrations(event_id):
    rows = queries.registration.list_attendees(event_id, "", None, offset=0, limit=1000)
    grouped = {}
    for row in sorted(rows, key=lambda row: (row.registration_id, row.position)):
        grouped.setdefault(row.registration_id, []).append(row.name)
    return list(grouped.values())


def ask(event_id, kind, label, choices=()):
    question = EventQuestion(
        event_id=event_id,
        kind=kind,
        label=LocalizedText(label),
        choices=[{"key": f"c{n}", "label": words} for n, words in enumerate(choices, 1)],
    )
    db.session.add(question)
    db.session.commit()
    return question.id


def test_list_registers_people_with_seats_and_tickets(forum):
    plan = lists.take_in(forum, lists.csv(("Nom", "Téléphone"), ("Awa Traoré", "65 01 23 45"), ("Issa Koné", "")))
    assert lists.counts(plan) == (2, 0, 0, 0)
    first, second = everybody(forum)
    assert (first.name, first.registration.phone, first.registration.channel) == (
        "Awa Traoré",
        "+22365012345",
        Channel.IMPORT,
    )
    assert first.registration_id != second.registration_id
    assert [len(row.ticket.code) for row in (first, second)] == [13, 13]
    assert (
        queries.registration.get_by_secret(services.registration.secret(first.registration)).id == first.registration_id
    )
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_all_fields_are_kept(forum):
    head = [
        "Prénom",
        "Nom",
        "E-mail",
        "Téléphone",
        "Organisation",
        "Type d’organisation",
        "Fonction",
        "Sexe",
        "Âge",
        "Ville",
        "Langues",
        "Besoins",
        "Photos",
        "Contact après l’événement",
        "Langue",
        "Responsable",
        "Téléphone du responsable",
    ]
    row = [
        "Awa",
        "Traoré",
        "awa@example.org",
        "65012345",
        "Lycée",
        "École ou université",
        "Élève",
        "F",
        "16",
        "Kayes",
        "bambara, Français",
        "Rampe",
        "sur place",
        "non",
        "English",
        "Ali Traoré",
        "66012345",
    ]
    lists.take_in(forum, lists.csv(head, row))
    [awa] = everybody(forum)
    kept = (awa.name, awa.organization, awa.organization_type, awa.function, awa.sex, awa.age_band, awa.region)
    assert kept == (
        "Awa Traoré",
        "Lycée",
        OrganizationType.SCHOOL,
        "Élève",
        Sex.FEMALE,
        AgeBand.FROM_15_TO_17,
        "Kayes",
    )
    assert (awa.languages, awa.needs, awa.photo_consent, awa.contact_consent) == (
        ["bm", "fr"],
        "Rampe",
        PhotoConsent.ON_SITE,
        False,
    )
    assert (awa.guardian_name, awa.guardian_phone) == ("Ali Traoré", "+22366012345")
    assert (awa.registration.email, awa.registration.language) == ("awa@example.org", "en")


def test_consents_of_a_list_are_recorded_as_paper(forum):
    olga = people.account("olga")
    lists.take_in(forum, lists.csv(("Nom", "Photos"), ("Awa", "oui")), account_id=olga)
    [consent] = db.session.scalars(select(Consent))
    assert (consent.answer, consent.way, consent.account_id) == ("yes", ConsentWay.PAPER, olga)


def test_own_questions_are_read_by_their_labels(forum):
    meal = ask(
        forum, QuestionKind.ONE_CHOICE, {"fr": "Repas", "en": "Meal"}, [{"fr": "Riz", "en": "Rice"}, {"fr": "Tô"}]
    )
    days = ask(forum, QuestionKind.SEVERAL_CHOICES, {"fr": "Jours"}, [{"fr": "Lundi"}, {"fr": "Mardi, soir"}])
    seen = ask(forum, QuestionKind.YES_NO, {"fr": "Déjà venu ?"})
    born = ask(forum, QuestionKind.DATE, {"fr": "Naissance"})
    size = ask(forum, QuestionKind.NUMBER, {"fr": "Taille"})
    words = ask(forum, QuestionKind.SHORT_TEXT, {"fr": "Devise"})
    head = ("Nom", "Meal", "JOURS", "Deja venu ?", "Naissance", "Taille", "Devise")
    row = ("Awa", "riz", "Lundi; Mardi, soir", "oui", "18/12/2001", "1 234,5", "Un peuple")
    lists.take_in(forum, lists.csv(head, tuple(f'"{cell}"' for cell in row)))
    kept = dict(db.session.execute(select(Answer.question_id, Answer.value)).all())
    assert kept == {
        meal: "c1",
        days: ["c1", "c2"],
        seen: True,
        born: "2001-12-18",
        size: 1234.5,
        words: "Un peuple",
    }


def test_rows_of_one_group_are_one_registration_in_order(forum):
    rows = (("Nom", "Groupe", "Tél"), ("Awa", "Classe 7", ""), ("Max", "", ""), ("Ali", "classe 7", "65012345"))
    lists.take_in(forum, lists.csv(*rows))
    assert registrations(forum) == [["Awa", "Ali"], ["Max"]]
    [awa, *_] = everybody(forum)
    assert (awa.registration.group_name, awa.registration.phone) == ("Classe 7", "+22365012345")


def test_new_people_of_a_group_that_came_in_before_join_it(forum):
    rows = (("Nom", "Groupe"), ("Awa", "Classe 7"), ("Ali", "Classe 7"))
    lists.take_in(forum, lists.csv(*rows))
    plan = lists.take_in(forum, lists.csv(*rows, ("Issa", "Classe 7")))
    assert lists.counts(plan) == (1, 0, 2, 0)
    assert registrations(forum) == [["Awa", "Ali", "Issa"]]


def test_same_list_again_adds_nobody_and_changes_nothing(forum):
    first = (("Nom", "Tél", "Fonction"), ("Awa", "65012345", "Élève"), ("Awa", "", ""), ("Awa", "", ""))
    assert lists.counts(lists.take_in(forum, lists.csv(*first))) == (3, 0, 0, 0)
    again = (*first[:1], ("Awa", "65012345", "Ministre"), *first[2:])
    assert lists.counts(lists.take_in(forum, lists.csv(*again))) == (0, 0, 3, 0)
    assert [one.function for one in everybody(forum)] == ["Élève", None, None]


def test_row_whose_person_was_renamed_or_gave_the_place_back_is_there_already(forum):
    content = lists.csv(("Nom",), ("Awa",), ("Issa",))
    lists.take_in(forum, content)
    awa, issa = everybody(forum)
    services.attendee.rename(awa.id, "Hawa Traoré")
    services.attendee.cancel(issa.id)
    assert lists.counts(lists.take_in(forum, content)) == (0, 0, 2, 0)


@pytest.mark.parametrize("contact", [{"email": "ada@example.org"}, {"phone": "+22365012345"}])
def test_person_who_registered_alone_is_there_already(forum, contact):
    booking = services.registration.Booking(
        form_id="form-alone", language="fr", people=[services.registration.Person(name="Ada Traoré")], **contact
    )
    services.registration.register(forum, booking)
    content = lists.csv(("Nom", "Mail", "Tél"), ("TRAORE Ada", "ada@example.org", "65 01 23 45"))
    assert lists.counts(lists.take_in(forum, content)) == (0, 0, 1, 0)


def test_group_that_was_erased_comes_in_as_a_new_one(forum):
    lists.take_in(forum, lists.csv(("Nom", "Groupe"), ("Awa", "A")))
    now = queries.event.get(forum).created_at
    db.session.execute(update(Registration).values(erased_at=now))
    db.session.execute(update(Attendee).values(erased_at=now, name="", name_key=""))
    db.session.commit()
    plan = lists.take_in(forum, lists.csv(("Nom", "Groupe"), ("Awa", "A"), ("Issa", "A")))
    assert lists.counts(plan) == (1, 0, 1, 0)
    assert registrations(forum) == [[""], ["Issa"]]


# Duplicates


def test_same_name_alone_is_shown_and_taken_in(forum):
    people.register(forum, "Awa Traoré")
    content = lists.csv(("Nom",), ("Hawa Tarawele",), ("TRAORE Awa",))
    plan = lists.take_in(forum, content)
    assert [(one.line, one.other_line, one.is_close) for one in plan.doubles] == [(2, None, False), (3, 2, False)]
    assert lists.counts(plan) == (2, 0, 0, 0)


def test_same_name_and_contact_twice_in_a_list_is_left_out_unless_wanted(forum):
    content = lists.csv(("Nom", "Tél"), ("Awa Traoré", "65012345"), ("Traoré Awa", "65 01 23 45"))
    reading = lists.read(forum, content)
    assert lists.counts(services.attendee_import.preview(forum, reading.entries)) == (1, 0, 0, 1)
    assert lists.counts(services.attendee_import.preview(forum, reading.entries, take=[3])) == (2, 0, 0, 0)


def test_possible_duplicate_can_be_left_out(forum):
    people.register(forum, "Awa Traoré")
    plan = lists.take_in(forum, lists.csv(("Nom",), ("Awa Traoré",), ("Issa",)), leave=[2])
    assert lists.counts(plan) == (1, 0, 0, 1)


# Seats


def test_rows_beyond_the_free_seats_wait_whole_groups_together():
    forum = people.stage(capacity=3).event_id
    people.register(forum, "Ada")
    rows = (("Nom", "Groupe"), ("A1", "A"), ("B1", "B"), ("B2", "B"), ("C1", ""))
    plan = lists.take_in(forum, lists.csv(*rows))
    assert lists.counts(plan) == (2, 2, 0, 0)
    assert [one.status for one in everybody(forum)] == [
        "confirmed",
        "confirmed",
        "waitlisted",
        "waitlisted",
        "confirmed",
    ]
    assert [one.ticket is None for one in everybody(forum)] == [False, False, True, True, False]


def test_without_a_waiting_list_nothing_is_stored_if_seats_are_too_few():
    forum = people.stage(capacity=1).event_id
    db.session.execute(update(Event).values(waiting_list=False))
    db.session.commit()
    content = lists.csv(("Nom",), ("Awa",), ("Issa",))
    reading = lists.read(forum, content)
    plan = services.attendee_import.preview(forum, reading.entries)
    assert [(one.line, one.refused.code) for one in plan.problems] == [(3, "list_full")]
    with pytest.raises(Refused, match="list_is_full"):
        services.attendee_import.import_attendees(forum, reading.entries)
    assert everybody(forum) == []


def test_seats_of_types_and_pools_are_kept():
    forum = people.stage(capacity=50).event_id
    pool = SeatPool(event_id=forum, name="Presse", capacity=2)
    db.session.add(pool)
    db.session.flush()
    db.session.add_all(
        TicketType(event_id=forum, position=n, kind=TicketKind.PRESS, name=LocalizedText(fr=name), pool_id=pool.id)
        for n, name in enumerate(("Radio", "Journal"), 5)
    )
    db.session.commit()
    rows = (("Nom", "Catégorie"), ("A", "Radio"), ("B", "journal"), ("C", "RADIO"), ("D", ""))
    assert lists.counts(lists.take_in(forum, lists.csv(*rows))) == (3, 1, 0, 0)


def test_windows_and_the_size_of_parties_are_for_guests():
    forum = people.stage(max_party=1).event_id
    services.event.open_registration(forum, is_open=False)
    rows = [("Nom", "Groupe"), *((f"Élève {n}", "Classe") for n in range(3))]
    assert lists.counts(lists.take_in(forum, lists.csv(*rows))) == (3, 0, 0, 0)


def test_two_imports_of_one_list_at_once_are_one(app):
    forum = people.stage(capacity=10).event_id
    entries = lists.read(forum, lists.csv(("Nom",), *((f"Personne {n}",) for n in range(8)))).entries
    db.session.remove()

    def work():
        with app.app_context():
            services.attendee_import.import_attendees(forum, entries)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status for one in everybody(forum)] == [AttendeeStatus.CONFIRMED] * 8


# Once, as looked at, with mail


def test_form_imports_once(forum):
    entries = lists.read(forum, lists.csv(("Nom",), ("Awa",))).entries
    for _ in range(2):
        services.attendee_import.import_attendees(forum, entries, form_id="a-form-id-of-ours")
    assert len(everybody(forum)) == 1
    done = queries.attendee_import.get_import(forum, "a-form-id-of-ours")
    assert (done.seated, done.there, done.mailed) == (1, 0, 0)


def test_list_that_would_do_something_else_by_now_is_refused(forum):
    entries = lists.read(forum, lists.csv(("Nom", "Tél"), ("Awa", "65012345"))).entries
    looked_at = services.attendee_import.preview(forum, entries).fingerprint
    people.register(forum, "Issa")
    services.attendee_import.import_attendees(forum, entries, expected=looked_at, dry_run=True)
    lists.take_in(forum, lists.csv(("Nom", "Tél"), ("AWA", "65012345")))
    with pytest.raises(Refused, match="list_changed"):
        services.attendee_import.import_attendees(forum, entries, expected=looked_at)


def test_mail_is_sent_only_if_wanted_and_once_a_registration(forum):
    rows = (("Nom", "Mail", "Groupe"), ("A", "a@example.org", "G"), ("B", "b@example.org", "G"), ("C", "", ""))
    reading = lists.read(forum, lists.csv(*rows))
    plan = services.attendee_import.preview(forum, reading.entries)
    assert (plan.reachable, plan.unheard) == (1, 1)
    services.attendee_import.import_attendees(forum, reading.entries, send_mail=True)
    assert [(one.address, one.kind) for one in db.session.scalars(select(Delivery))] == [
        ("a@example.org", "confirmation")
    ]


def test_dry_run_changes_nothing(forum):
    assert lists.counts(lists.take_in(forum, lists.csv(("Nom",), ("Awa",)), dry_run=True)) == (1, 0, 0, 0)
    assert everybody(forum) == []


def test_columns_are_remembered(forum):
    content = lists.csv(("Qui", "Où"), ("Awa", "Kayes"))
    with pytest.raises(Refused, match="list_without_names"):
        lists.read(forum, content)
    services.attendee_import.set_columns(forum, {"qui": "name"})
    services.attendee_import.set_columns(forum, {"ou": "region"})
    lists.take_in(forum, content)
    assert [(one.name, one.region) for one in everybody(forum)] == [("Awa", "Kayes")]


def test_list_of_thousands_asks_no_more_than_one_of_ten(app, forum):
    counted = []
    for size, prefix in ((10, "Petite"), (300, "Grande")):
        entries = lists.read(
            forum, lists.csv(("Nom", "Mail"), *((f"{prefix} {n}", f"{prefix}{n}@x.org") for n in range(size)))
        )
        with Statements(app) as statements:
            services.attendee_import.import_attendees(forum, entries.entries)
        counted.append(statements.count)
    assert counted[1] <= counted[0] + 5


# names.csv


def test_every_name_of_the_table_comes_in_as_its_note_says(forum):
    plan = lists.take_in(forum, NAMES)
    kept = [one.name for one in everybody(forum)]
    assert kept == [names.clean(name) for name in full_names() if names.clean(name)]
    assert lists.counts(plan) == (len(kept), 0, 0, 0)
    for name in (
        "Mamou",
        "Daou",
        "Abdoul Karim Dicko",
        "Ousmane Kassambara",
        "Moctar Niang",
        "Moussa Bakary Fané",
        'Sory "Papa" Kéita; fils, aîné',
        "+Awa -Touré",
        "=1+1 Sidibé",
        "Null None",
        "bintou sow",
        "{{ 7*7 }} ${7*7}",
    ):
        assert name in kept
    assert kept.count("Rokiatou Coulibaly") == kept.count("Sékou Sinayoko") == 2
    assert {one.name for one in plan.doubles} == {"Rokiatou Coulibaly", "Sékou Sinayoko", "SEKOU SINAYOKO"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_names_go_out_and_come_in_again_unchanged(forum, kind):
    lists.take_in(forum, NAMES)
    sent = lists.export(queries.event.get(forum), kind)
    again = lists.take_in(forum, sent)
    count = len(everybody(forum))
    assert lists.counts(again) == (0, 0, count, 0)
    elsewhere = people.stage("elsewhere", capacity=None).event_id
    lists.take_in(elsewhere, sent)
    assert [one.name for one in everybody(elsewhere)] == [one.name for one in everybody(forum)]
    assert lists.counts(lists.take_in(elsewhere, sent)) == (0, 0, count, 0)
    assert lists.counts(lists.take_in(forum, NAMES)) == (0, 0, count, 0)


def test_answers_and_groups_go_out_and_come_in_again(forum):
    labels = ("Repas", "Jours")
    for event_id in (forum, elsewhere := people.stage("elsewhere", capacity=None).event_id):
        ask(event_id, QuestionKind.ONE_CHOICE, {"fr": labels[0]}, [{"fr": "Riz"}, {"fr": "Tô"}])
        ask(event_id, QuestionKind.SEVERAL_CHOICES, {"fr": labels[1]}, [{"fr": "Lundi"}, {"fr": "Mardi, soir"}])
        ask(event_id, QuestionKind.YES_NO, {"fr": "name"})
    head = ("Nom", "Groupe", "Sexe", "Âge", "Langues", "Besoins", "Photos", "Repas", "Jours", "Tél")
    rows = (
        ("Awa", "A; B", "F", "60+", "bm; Dogon", "Rampe; calme", "on_site", "Tô", "Lundi; Mardi, soir", "65012345"),
        ("Ali", "A; B", "M", "18-24", "fr", "", "no", "Riz", "Lundi", ""),
    )
    lists.take_in(forum, lists.csv(head, *(tuple(f'"{cell}"' for cell in row) for row in rows)))
    people.register(forum, "Seule", "À deux", email="s@example.org")
    for kind in ("csv", "xlsx"):
        sent = lists.export(queries.event.get(forum), kind, with_sensitive=True)
        assert lists.counts(lists.take_in(forum, sent)) == (0, 0, 4, 0)
    lists.take_in(elsewhere, sent)
    assert registrations(elsewhere) == [["Awa", "Ali"], ["Seule", "À deux"]]
    ours, theirs = (everybody(event_id)[0] for event_id in (forum, elsewhere))
    for name in ("name", "sex", "age_band", "languages", "needs", "photo_consent"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert theirs.registration.group_name == "A; B"
    told = [
        [
            answer.value
            for answer in db.session.scalars(
                select(Answer).where(Answer.event_id == event_id).order_by(Answer.attendee_id, Answer.question_id)
            )
        ]
        for event_id in (forum, elsewhere)
    ]
    assert told[0] == told[1] == ["c2", ["c1", "c2"], "c1", ["c1"]]


def test_seats_and_tickets_are_sound_after_an_import_among_registrations(app):
    forum = people.stage(capacity=12, max_party=5).event_id
    entries = lists.read(
        forum, lists.csv(("Nom", "Groupe"), *((f"Élève {n}", f"G{n // 3}") for n in range(12)))
    ).entries
    db.session.remove()

    def take_in():
        with app.app_context():
            services.attendee_import.import_attendees(forum, entries)
            db.session.remove()

    def register():
        with app.app_context():
            people.register(forum, "Ada", "Bintou")
            db.session.remove()

    threads = [threading.Thread(target=work) for work in (register, take_in, register, register)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert queries.invariants.list_oversold() == []
    assert queries.seats.count_taken(forum) >= 11  # parties of two and three
    assert len(everybody(forum)) == 18
    assert [one.ticket is not None for one in everybody(forum)] == [
        one.status is AttendeeStatus.CONFIRMED for one in everybody(forum)
    ]


def test_phones_at_the_door_hear_of_imported_people(forum):
    people.register(forum, "Ada")
    before = {one.name: one.version for one in everybody(forum)}
    lists.take_in(forum, lists.csv(("Nom",), ("Awa",)))
    assert {one.name: one.version > before["Ada"] for one in everybody(forum)} == {"Ada": False, "Awa": True}
