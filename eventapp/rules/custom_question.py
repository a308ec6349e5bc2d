"""An organizer's own questions: what makes a good one, whom it is asked, and what an answer is."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Any, TypeVar

from eventapp import language
from eventapp.errors import Refused
from eventapp.language import N_, LocalizedText
from eventapp.rules import delicate, names, texts
from eventapp.rules.vocabulary import QuestionKind

WITH_CHOICES = (QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES)
CONDITIONS = (*WITH_CHOICES, QuestionKind.YES_NO)
"""Kinds on whose answers another question may depend."""

YES_NO = {"yes": N_("Yes"), "no": N_("No")}

MAX_QUESTIONS = 40
MAX_CHOICES = 40
MAX_LABEL = 300
MAX_HELP = 500
MAX_REASON = 1000
MAX_SHORT = 200
MAX_LONG = 2000
MAX_NUMBER = 1_000_000_000

SAME_WORDS = 0.6
"""How much alike two words are of which one is the other, corrected: *Bycicle* and *Bicycle*, not *Bus* and *Taxi*."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A question as its rules see it. ``id`` None: not kept yet."""

    id: int | None
    kind: QuestionKind
    label: LocalizedText
    help: LocalizedText = field(default_factory=LocalizedText)
    choices: Sequence[Mapping[str, Any]] = ()
    is_required: bool = False
    ticket_type_ids: Sequence[int] = ()
    shown_if_question_id: int | None = None
    shown_if_value: str | None = None
    is_sensitive: bool = False
    is_counted: bool = False
    reason: str = ""


Q = TypeVar("Q", bound=Any)
"""A row of a question, or an `Asking`: they have the same fields."""


def for_type(questions: Sequence[Q], ticket_type_id: int | None) -> list[Q]:
    """The questions for people of a ticket type; None: of any."""
    if ticket_type_id is None:
        return list(questions)
    return [one for one in questions if not one.ticket_type_ids or ticket_type_id in one.ticket_type_ids]


def is_met(question: Any, answers: Mapping[int, Any]) -> bool:
    """Whether the answers so far make a question one to be asked."""
    if question.shown_if_question_id is None:
        return True
    given = answers.get(question.shown_if_question_id)
    if isinstance(given, bool):
        given = "yes" if given else "no"
    return question.shown_if_value in given if isinstance(given, list) else question.shown_if_value == given


def choices_now(question: Any) -> list[Mapping[str, Any]]:
    """The choices that can be chosen today."""
    return [choice for choice in question.choices if not choice.get("removed")]


def conditions(question: Any) -> list[str]:
    """The answers on which a later question may depend, as they are kept."""
    if question.kind is QuestionKind.YES_NO:
        return list(YES_NO)
    return [choice["key"] for choice in choices_now(question)] if question.kind in WITH_CHOICES else []


def read(question: Any, boxes: Sequence[str], *, may_be_empty: bool = False) -> Any:
    """An answer as it is kept, from what the boxes of a question hold; None if there is none.

    Raises Refused with ``answer_required``, ``choice_invalid``, ``text_too_long``, ``number_unclear``,
    ``number_too_large`` or ``day_invalid``.
    """
    given = [one for one in boxes if one.strip()]
    value = _read(question, given) if given else None
    if value in (None, "", []):
        if question.is_required and not may_be_empty:
            raise Refused("answer_required")
        return None
    return value


def _read(question: Any, given: Sequence[str]) -> Any:
    kind = question.kind
    if kind is QuestionKind.SHORT_TEXT:
        return _text(names.clean(given[0]), MAX_SHORT)
    if kind is QuestionKind.LONG_TEXT:
        return _text(texts.paragraphs(given[0]), MAX_LONG)
    if kind is QuestionKind.NUMBER:
        return _number(given[0])
    if kind is QuestionKind.DATE:
        return _day(given[0])
    known = conditions(question)
    if any(one not in known for one in given):
        raise Refused("choice_invalid")
    if kind is QuestionKind.YES_NO:
        return given[0] == "yes"
    if kind is QuestionKind.ONE_CHOICE:
        return given[0]
    return [key for key in known if key in given]


def _text(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused("text_too_long", max=most)
    return text


def _number(text: str) -> int | float:
    """Digits as people write them: blanks between thousands, a comma or a point before decimals."""
    digits = re.sub(r"\s", "", text).replace("−", "-")
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,6})?", digits, re.ASCII):
        raise Refused("number_unclear")
    number = float(digits.replace(",", "."))
    if math.fabs(number) > MAX_NUMBER:
        raise Refused("number_too_large", max=language.number(MAX_NUMBER))
    return int(number) if number.is_integer() else number


def _day(text: str) -> str:
    """A day as a browser's calendar gives it, or typed as in French: 18/12/2026."""
    text = text.strip()
    parts = re.fullmatch(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})", text, re.ASCII)
    try:
        day = date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else date.fromisoformat(text)
    except ValueError as error:
        raise Refused("day_invalid") from error
    if not 1900 <= day.year <= 2200:
        raise Refused("day_invalid")
    return day.isoformat()


def typed(value: Any) -> list[str]:
    """An answer as it was kept, as the boxes of its question hold it."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return list(value) if isinstance(value, list) else [str(value)]


def in_words(question: Any, value: Any) -> str:
    """An answer as it was kept, in the reader's words; a choice that was taken off the question keeps its words."""
    if value is None:
        return ""
    if question.kind in WITH_CHOICES:
        labels = {choice["key"]: str(LocalizedText(choice["label"])) for choice in question.choices}
        keys = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(key, str(key)) for key in keys)
    if question.kind is QuestionKind.YES_NO:
        word = YES_NO["yes" if value else "no"]
        return language.gettext(word)
    if question.kind is QuestionKind.NUMBER:
        return language.number(value)
    if question.kind is QuestionKind.DATE:
        return language.day(date.fromisoformat(value))
    return str(value)


def check(question: Asking, earlier: Sequence[Any], ticket_type_ids: Sequence[int]) -> None:
    """Refuses a question that cannot be asked like that.

    ``earlier`` are the questions before it. Raises Refused with ``question_missing``, ``text_too_long``,
    ``choices_missing``, ``choice_invalid``, ``condition_missing``, ``condition_later``, ``condition_answer`` or
    ``reason_missing``.
    """
    if not question.label:
        raise Refused("question_missing", field="label")
    texts.check_length(question.label, MAX_LABEL, "label")
    texts.check_length(question.help, MAX_HELP, "help")
    if question.kind in WITH_CHOICES and len(choices_now(question)) < 2:
        raise Refused("choices_missing", field="choices")
    if any(one not in ticket_type_ids for one in question.ticket_type_ids):
        raise Refused("choice_invalid", field="ticket_type_ids")
    _check_condition(question, earlier)
    if asks_delicate(question) and not question.reason:
        raise Refused("reason_missing", field="reason")
    if len(question.reason) > MAX_REASON:
        raise Refused("text_too_long", field="reason", max=MAX_REASON)


def _check_condition(question: Asking, earlier: Sequence[Any]) -> None:
    if question.shown_if_question_id is None:
        return
    first = next((one for one in earlier if one.id == question.shown_if_question_id), None)
    if first is None:
        raise Refused("condition_later", field="shown_if")
    if question.shown_if_value not in conditions(first):
        raise Refused("condition_answer", field="shown_if")


def asks_delicate(question: Any) -> list[delicate.Delicate]:
    """What delicate things a question asks for, in any language of it."""
    labels = [text for choice in choices_now(question) for text in choice["label"].values()]
    return delicate.found(*question.label.values(), *question.help.values(), *labels)


def check_order(questions: Sequence[Any]) -> None:
    """Refuses (``condition_later``) an order in which a question comes before the one that it depends on."""
    seen: set[int] = set()
    for one in questions:
        if one.shown_if_question_id is not None and one.shown_if_question_id not in seen:
            raise Refused("condition_later")
        seen.add(one.id)


def choices(lines_by_language: Mapping[str, str], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Choices from one line each, in one or more languages; the same line of each language is the same choice.

    A choice whose words stay keeps its key, wherever it stands now, and so does one whose words are only corrected.
    One that was taken off is kept beside the others, so that its key is never used again and
    answers keep their words; typed once more, it is back. Raises Refused with ``choices_uneven``, ``choices_too_many``,
    ``choices_twice`` or ``text_too_long``.
    """
    lines = {code: _lines(text) for code, text in lines_by_language.items()}
    filled = {code: found for code, found in lines.items() if found}
    if len({len(found) for found in filled.values()}) > 1:
        raise Refused("choices_uneven", field="choices")
    labels = [dict(zip(filled, row, strict=True)) for row in zip(*filled.values(), strict=True)]
    if len(labels) > MAX_CHOICES:
        raise Refused("choices_too_many", field="choices", max=MAX_CHOICES)
    for found in filled.values():
        if len({names.fold(one) for one in found}) < len(found):
            raise Refused("choices_twice", field="choices")
        if any(len(one) > MAX_SHORT for one in found):
            raise Refused("text_too_long", field="choices", max=MAX_SHORT)
    keys = _keys(labels, before)
    kept = [{"key": key, "label": label} for key, label in zip(keys, labels, strict=True)]
    gone = [{**choice, "removed": True} for choice in before if choice["key"] not in keys]
    return [*kept, *gone]


def _lines(text: str) -> list[str]:
    return [line for line in map(names.clean, text.split("\n")) if line]


def _keys(labels: Sequence[Mapping[str, str]], before: Sequence[Mapping[str, Any]]) -> list[str]:
    """For each choice the key it had, or a new one: first those whose words stayed, then those that are nearly the
    same."""
    found: dict[int, str] = {}
    for least in (1.0, SAME_WORDS):
        for place, label in enumerate(labels):
            free = [choice for choice in before if choice["key"] not in found.values()]
            likeness = {choice["key"]: _likeness(label, choice["label"]) for choice in free}
            best = max(likeness, key=lambda key: likeness[key], default=None)
            if place not in found and best is not None and likeness[best] >= least:
                found[place] = best
    highest = max((int(choice["key"][1:]) for choice in before), default=0)
    fresh = iter(range(highest + 1, highest + 1 + len(labels)))
    return [found[place] if place in found else f"c{next(fresh)}" for place in range(len(labels))]


def _likeness(label: Mapping[str, str], other: Mapping[str, str]) -> float:
    """How much two choices look alike in the language in which they do most, from 0 to 1 (the same words)."""
    return max(
        (
            1.0 if label[code] == other[code] else min(0.99, _ratio(names.fold(label[code]), names.fold(other[code])))
            for code in label
            if code in other
        ),
        default=0.0,
    )


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
