"""A list of attendees: which column holds what, and what a cell says."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from eventapp import language
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.rules import custom_question, names, questions
from eventapp.rules.vocabulary import AgeBand, ConsentAnswer, Question

SUBJECT = "attendees"
"""What the list holds, where its columns are remembered."""

MOST_PEOPLE = 10_000
OWN = "question:"
"""In front of the id of an organizer's own question, where a field is meant."""

LEFT_OUT = ""


class Field(StrEnum):
    """What a column may hold. Values are kept with the mapping, and head the columns of an export."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    GROUP = "group"
    REGISTRATION = "registration"
    """The number of a registration in an export: rows that share it belong together."""
    TICKET_TYPE = "ticket_type"
    LANGUAGE = "language"
    ORGANIZATION = "organization"
    ORGANIZATION_TYPE = "organization_type"
    FUNCTION = "function"
    SEX = "sex"
    AGE_BAND = "age_band"
    REGION = "region"
    LANGUAGES = "languages"
    NEEDS = "needs"
    PHOTO_CONSENT = "photo_consent"
    CONTACT_CONSENT = "contact_consent"
    GUARDIAN_NAME = "guardian_name"
    GUARDIAN_PHONE = "guardian_phone"


LABELS: dict[Field, str] = {
    Field.NAME: N_("Full name"),
    Field.FIRST_NAME: N_("First name"),
    Field.LAST_NAME: N_("Family name"),
    Field.EMAIL: N_("E-mail address"),
    Field.PHONE: N_("Phone"),
    Field.GROUP: N_("Group"),
    Field.REGISTRATION: N_("Number of the registration"),
    Field.TICKET_TYPE: N_("Category"),
    Field.LANGUAGE: N_("Language of tickets and messages"),
    Field.ORGANIZATION: N_("Organization"),
    Field.ORGANIZATION_TYPE: questions.LABELS[Question.ORGANIZATION_TYPE],
    Field.FUNCTION: questions.LABELS[Question.FUNCTION],
    Field.SEX: questions.LABELS[Question.SEX],
    Field.AGE_BAND: questions.LABELS[Question.AGE_BAND],
    Field.REGION: questions.LABELS[Question.REGION],
    Field.LANGUAGES: questions.LABELS[Question.LANGUAGES],
    Field.NEEDS: questions.LABELS[Question.NEEDS],
    Field.PHOTO_CONSENT: N_("Photographs"),
    Field.CONTACT_CONSENT: N_("Contact after the event"),
    Field.GUARDIAN_NAME: N_("Guardian"),
    Field.GUARDIAN_PHONE: N_("Phone of the guardian"),
}
"""The words for fields, which also head the columns of a template."""

# What people write above columns, folded, beside the field's own name and label in each language.
_HEADINGS: dict[Field, str] = {
    Field.NAME: "nom complet|noms et prenoms|nom et prenom|nom et prenoms|nom prenom|nom prenoms|prenom et nom|"
    "prenoms et nom|prenom nom|participant|participante|participants|attendee|guest|invite|nom de l invite",
    Field.FIRST_NAME: "prenom|prenoms|given|given name|given names|firstname|forename",
    Field.LAST_NAME: "nom|noms|nom de famille|family|surname|lastname|last name|patronyme",
    Field.EMAIL: "mail|e mail|courriel|adresse mail|adresse e mail|adresse electronique|email address",
    Field.PHONE: "tel|telephone|telephones|numero|numero de telephone|contact|contacts|mobile|portable|phone number|"
    "whatsapp|numero whatsapp",
    Field.GROUP: "groupe|classe|class|delegation|party|equipe",
    Field.REGISTRATION: "inscription|order",
    Field.TICKET_TYPE: "categorie|type de billet|billet|ticket|type|categorie de billet",
    Field.LANGUAGE: "langue|langue des messages",
    Field.ORGANIZATION: "organisation|structure|institution|entreprise|association|company|organisme|ecole|school|"
    "etablissement|service|affiliation|organization school or association",
    Field.ORGANIZATION_TYPE: "type d organisation|type organisation|type de structure|organization type",
    Field.FUNCTION: "fonction|poste|profession|titre|role|job|job title|position|qualite",
    Field.SEX: "sexe|genre|gender|h f|f h|m f",
    Field.AGE_BAND: "age|tranche d age|tranche age|age group|age band",
    Field.REGION: "ville|localite|provenance|region|residence|commune|city|town|lieu",
    Field.LANGUAGES: "langues|langues parlees|langue parlee|spoken languages",
    Field.NEEDS: "besoins|besoins particuliers|accessibilite|special needs|accessibility",
    Field.PHOTO_CONSENT: "photo|photos|droit a l image|accord photo|photographies|consentement photo",
    Field.CONTACT_CONSENT: "recontacter|contact apres l evenement|newsletter|accord contact",
    Field.GUARDIAN_NAME: "responsable|tuteur|parent|responsable legal",
    Field.GUARDIAN_PHONE: "telephone du responsable|telephone du tuteur|telephone du parent",
}


@cache
def _known() -> dict[str, Field]:
    found: dict[str, Field] = {}
    for reader in language.LANGUAGES:
        with language.speaking(reader):
            asked = {Field(question.value): label for question, label in questions.LABELS.items()}
            for labels in (asked, LABELS):
                found.update({heading(language.gettext(label)): field for field, label in labels.items()})
    for field, headings in _HEADINGS.items():
        found.update(dict.fromkeys(headings.split("|"), field))
    found.update({heading(field.value): field for field in Field})
    return found


@dataclass(frozen=True)
class Known:
    """What of an event a list may name: ticket types, and the organizer's own questions."""

    types: Sequence[tuple[int, language.LocalizedText]] = ()
    questions: Sequence[Any] = ()

    @property
    def own(self) -> dict[str, str]:
        """The folded labels of the own questions in each language, and their fields."""
        return {
            heading(said): f"{OWN}{question.id}"
            for question in self.questions
            for label in question.label.values()
            for said in (label, f"{label} ({question.id})")
        }


def heading(text: str) -> str:
    """A heading as it is compared: folded, apostrophes as blanks."""
    return names.fold(re.sub(r"['’ʼ‘`´]", " ", text))


_CODES = {heading(field.value): field for field in Field}
"""The headings of an export: they hold whatever questions are called."""


def guess(headings: Sequence[str], own: Mapping[str, str], remembered: Mapping[str, str]) -> dict[int, str]:
    """What each column holds, by its place: as it was said the last time, else by its heading.

    ``own`` has the folded labels of an organizer's own questions and their fields. Of two columns for one field the
    first counts. A column that says nothing is left out.
    """
    found: dict[int, str] = {}
    for place, text in enumerate(headings):
        folded = heading(text)
        guessed: str = own.get(folded, _known().get(folded, LEFT_OUT)) if folded not in _CODES else _CODES[folded]
        field = remembered.get(folded, guessed)
        found[place] = field if field not in found.values() else LEFT_OUT
    return _with_whole_names(found)


def _with_whole_names(found: dict[int, str]) -> dict[int, str]:
    """A name is the whole name where no column has the first one, else the family's: both are headed *nom*."""
    places = {field: place for place, field in found.items() if field}
    if Field.FIRST_NAME in places and Field.NAME in places and Field.LAST_NAME not in places:
        found[places[Field.NAME]] = Field.LAST_NAME
    if Field.LAST_NAME in places and Field.FIRST_NAME not in places and Field.NAME not in places:
        found[places[Field.LAST_NAME]] = Field.NAME
    return found


def recognized(headings: Iterable[str], own: Mapping[str, str]) -> int:
    """How many headings say what stands below them."""
    return sum(1 for text in headings if heading(text) in own or heading(text) in _known())


def choice(question: Question, text: str) -> StrEnum:
    """The given answer that a cell means: its code or its words in either language, or what people write instead.

    Raises Refused("list_choice", choices=...).
    """
    folded = heading(text)
    found = _answers()[question].get(folded)
    if found is None and question is Question.AGE_BAND:
        found = _age(folded)
    if found is None:
        said = ", ".join(language.gettext(label) for label in questions.CHOICES[question].values())
        raise Refused("list_choice", value=_short(text), choices=said)
    return found


@cache
def _answers() -> dict[Question, dict[str, StrEnum]]:
    found: dict[Question, dict[str, StrEnum]] = {}
    for question, choices in questions.CHOICES.items():
        answers = found.setdefault(question, {})
        for reader in language.LANGUAGES:
            with language.speaking(reader):
                answers.update({heading(language.gettext(label)): value for value, label in choices.items()})
        answers.update({heading(value): value for value in choices})
        for value, words in _INSTEAD.items():
            if value in choices:
                answers.update({word: next(one for one in choices if one == value) for word in words.split("|")})
    return found


_INSTEAD = {
    "female": "f|femme|feminin|mme|mlle|madame",
    "male": "m|h|homme|masculin|mr|monsieur",
    "yes": "oui|o|y|x|ok|vrai|true|1",
    "no": "non|n|faux|false|0",
    "on_site": "sur place|on site",
    "association": "association|ong|ngo",
    "company": "entreprise|societe|prive",
    "government": "etat|ministere|public|administration",
    "media": "media|presse|press",
    "school": "ecole|universite|lycee",
    "other": "autre|autres",
}


def _age(folded: str) -> AgeBand | None:
    """The band of an age in years, or of two ages with whatever stands between them."""
    typed = re.fullmatch(r"(\d{1,3})(?: ?(?:ans|years))?", folded)
    if typed:
        age = int(typed[1])
        return next(band for band in reversed(AgeBand) if age >= int(re.split(r"\D", band)[0]))
    numbers = re.findall(r"\d+", folded)
    return next((band for band in AgeBand if re.findall(r"\d+", band) == numbers), None)


def message_language(text: str) -> str:
    """The language of tickets and messages that a cell means. Raises Refused("list_choice", choices=...)."""
    folded = names.fold(text)
    for tag in language.LANGUAGES:
        if folded in {tag, *(names.fold(name) for name in _names(tag))}:
            return tag
    raise Refused("list_choice", value=_short(text), choices=", ".join(map(language.name_of, language.LANGUAGES)))


@cache
def _names(tag: str) -> set[str]:
    found = {language.NAMES[tag]}
    for reader in language.LANGUAGES:
        with language.speaking(reader):
            found.add(language.name_of(tag))
    return found


def own_choice(question: Any, text: str) -> str:
    """The key of an own question's choice that a cell names, by its words in any language.

    Raises Refused("list_choice", choices=...).
    """
    wanted = heading(text)
    offered = custom_question.choices_now(question)
    for one in offered:
        if wanted == heading(one["key"]) or wanted in {heading(label) for label in one["label"].values()}:
            return str(one["key"])
    said = ", ".join(language.LocalizedText(one["label"]).pick().value for one in offered)
    raise Refused("list_choice", value=_short(text), choices=said)


def yes_or_no(text: str) -> bool:
    """Raises Refused("list_choice", choices=...)."""
    return choice(Question.CONTACT_CONSENT, text) is ConsentAnswer.YES


def parts(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """What a cell lists, separated by semicolons or lines, or else by commas."""
    if is_known(text):
        return [text]
    found = [part for part in map(names.clean, re.split(r"[;\n]", text)) if part]
    if all(map(is_known, found)):
        return found
    return [part for part in map(names.clean, re.split(r"[;,\n]", text)) if part]


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
