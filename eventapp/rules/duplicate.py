"""People who may be one: what they have in common, and how much it says. Nobody is merged or refused for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import combinations
from typing import NamedTuple

from eventapp.rules import names

MOST_COMPARED = 30
"""People of one phone whose names are compared with each other: a school's number stands for hundreds."""


class Sign(StrEnum):
    """What people of one name have in common."""

    EMAIL = "email"
    PHONE = "phone"
    CLOSE_PHONE = "close_phone"
    REGISTRATION = "registration"
    CLOSE_NAME = "close_name"
    """Not the same name, but a slip of a finger away from it."""
    ORGANIZATION = "organization"
    REGION = "region"


class Strength(IntEnum):
    """How much the signs of a group say; less is more."""

    CONTACT = 0
    PLACE = 1
    NAME = 2


_CONTACTS = frozenset({Sign.EMAIL, Sign.PHONE, Sign.CLOSE_PHONE, Sign.REGISTRATION})


class Person(NamedTuple):
    """What of a person is compared."""

    id: int
    registration_id: int
    name_key: str
    email: str | None = None
    phone: str | None = None
    organization: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Group:
    """People who may be one, by id, and what they have in common."""

    ids: tuple[int, ...]
    signs: tuple[Sign, ...]

    @property
    def strength(self) -> Strength:
        if _CONTACTS & set(self.signs):
            return Strength.CONTACT
        return Strength.PLACE if self.signs else Strength.NAME


def groups(people: Iterable[Person]) -> list[Group]:
    """Who may be one person, those first whose signs say most."""
    by_key: dict[str, list[Person]] = defaultdict(list)
    by_contact: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        key = names.person_key(person.name_key)
        if key:
            by_key[key].append(person)
            for contact in (person.email, person.phone):
                if contact:
                    by_contact[contact].append(person)
    found = [Group(_ids(some), _signs(some)) for some in by_key.values() if len(some) > 1]
    found += _with_close_names(by_contact.values())
    return sorted(found, key=lambda group: (group.strength, group.ids))


def _ids(people: Sequence[Person]) -> tuple[int, ...]:
    return tuple(sorted(person.id for person in people))


def _signs(people: Sequence[Person]) -> tuple[Sign, ...]:
    """What at least two of these people have in common. A contact counts that two registrations share."""
    signs = []
    for sign in (Sign.EMAIL, Sign.PHONE):
        told = {(getattr(one, sign.value), one.registration_id) for one in people if getattr(one, sign.value)}
        if len({contact for contact, _registration in told}) < len(told):
            signs.append(sign)
    phones = sorted({one.phone for one in people if one.phone})[:MOST_COMPARED]
    if any(names.is_close(one, other) for one, other in combinations(phones, 2)):
        signs.append(Sign.CLOSE_PHONE)
    if len({one.registration_id for one in people}) < len(people):
        signs.append(Sign.REGISTRATION)
    for sign in (Sign.ORGANIZATION, Sign.REGION):
        said = [getattr(one, sign.value).casefold() for one in people if getattr(one, sign.value)]
        if len(set(said)) < len(said):
            signs.append(sign)
    return tuple(signs)


def _with_close_names(contacts: Iterable[Sequence[Person]]) -> list[Group]:
    """Pairs on two registrations with one contact whose names are close, but not the same."""
    found: dict[tuple[int, ...], Group] = {}
    for people in contacts:
        if 1 < len(people) <= MOST_COMPARED:
            for one, other in combinations(people, 2):
                ids = _ids((one, other))
                if one.registration_id != other.registration_id and ids not in found and _are_close(one, other):
                    signs = [sign for sign in _signs((one, other)) if sign in (Sign.EMAIL, Sign.PHONE)]
                    found[ids] = Group(ids, (Sign.CLOSE_NAME, *signs))
    return list(found.values())


def _are_close(one: Person, other: Person) -> bool:
    ours, theirs = (sorted(person.name_key.split()) for person in (one, other))
    return (
        ours != theirs
        and len(ours) == len(theirs)
        and all(a == b or names.is_close(a, b) for a, b in zip(ours, theirs, strict=True))
    )
