"""Who may be registered twice: by name and by what else is the same."""

import pytest

from eventapp.rules import names
from eventapp.rules.duplicate import Group, Person, Sign, Strength, groups


def person(number, name, registration=None, **facts):
    return Person(number, registration or number, names.search_key(name), **facts)


def test_same_name_in_any_order_and_spelling_is_a_group():
    assert groups([person(1, "Awa Coulibaly"), person(2, "KULUBALI Hawa"), person(3, "Awa Traoré")]) == [
        Group((1, 2), ())
    ]


@pytest.mark.parametrize(
    ("one", "other", "sign"),
    [
        ({"email": "a@example.org"}, {"email": "a@example.org"}, Sign.EMAIL),
        ({"phone": "+22365012345"}, {"phone": "+22365012345"}, Sign.PHONE),
        ({"phone": "+22365012345"}, {"phone": "+22365012354"}, Sign.CLOSE_PHONE),
        ({"registration": 9}, {"registration": 9}, Sign.REGISTRATION),
        ({"organization": "Lycée A"}, {"organization": "LYCÉE A"}, Sign.ORGANIZATION),
        ({"region": "Kayes"}, {"region": "kayes"}, Sign.REGION),
    ],
)
def test_what_they_have_in_common_is_named(one, other, sign):
    assert groups([person(1, "Awa Diarra", **one), person(2, "Awa Jara", **other)]) == [Group((1, 2), (sign,))]


def test_contact_of_one_registration_is_no_sign_that_two_of_it_are_one():
    people = [person(1, "Awa Diarra", 7, phone="+22365012345"), person(2, "Awa Jara", 7, phone="+22365012345")]
    assert groups(people) == [Group((1, 2), (Sign.REGISTRATION,))]


def test_close_names_count_with_the_same_contact_alone():
    near = [person(1, "Awa Coulibaly", phone="+22365012345"), person(2, "Awa Coulibzly", phone="+22365012345")]
    assert groups(near) == [Group((1, 2), (Sign.CLOSE_NAME, Sign.PHONE))]
    assert groups([near[0], near[1]._replace(phone=None)]) == []
    assert groups([near[0], person(3, "Issa Coulibaly", phone="+22365012345")]) == []


def test_a_phone_that_stands_for_hundreds_is_not_compared():
    crowd = [person(n, f"Awa Coul{n:02d}", phone="+22365012345") for n in range(1, 100)]
    assert groups(crowd) == []


def test_those_come_first_whose_signs_say_most():
    people = [
        person(1, "Issa Koné"),
        person(2, "Issa Koné"),
        person(3, "Awa Ba", region="Kayes"),
        person(4, "Awa Ba", region="Kayes"),
        person(5, "Ali Sow", email="a@example.org"),
        person(6, "Ali Sow", email="a@example.org"),
    ]
    assert [(group.ids, group.strength) for group in groups(people)] == [
        ((5, 6), Strength.CONTACT),
        ((3, 4), Strength.PLACE),
        ((1, 2), Strength.NAME),
    ]


def test_names_without_letters_are_compared_with_nobody():
    assert groups([person(1, "🌍"), person(2, "🌍")]) == []
