"""Form fields that pages share. Forms check shape; rules check meaning."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import Field, FieldList, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, DateInput, DateTimeLocalInput, ListWidget, TextInput

from eventapp.errors import Refused
from eventapp.language import LANGUAGES, LocalizedText, local
from eventapp.rules import links, names, refusals, texts


class StaffForm(FlaskForm):  # type: ignore[misc]
    """A form of someone who is signed in: carries a token against forged requests."""


class GuestForm(FlaskForm):  # type: ignore[misc]
    """A form of a guest. No token: nobody is signed in, so there is nothing that another site could borrow; and the
    form works where cookies do not."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf = False


class LineField(StringField):
    """One line of text, cleaned of what cannot be seen; empty is None."""

    def __init__(
        self, label: str = "", validators: list[Any] | None = None, max_length: int = 200, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_length = max_length

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = names.clean(str(valuelist[0])) or None

    def pre_validate(self, form: BaseForm) -> None:
        check_length(self.data, self.max_length)


class ParagraphsField(TextAreaField):
    """Several lines of text; empty is None."""

    def __init__(
        self, label: str = "", validators: list[Any] | None = None, max_length: int = 5000, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_length = max_length

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = texts.paragraphs(str(valuelist[0])) or None

    def pre_validate(self, form: BaseForm) -> None:
        check_length(self.data, self.max_length)


class LocalizedField(Field):
    """A text per language: one box for each, named ``<field>-<language>``."""

    def __init__(
        self,
        label: str = "",
        validators: list[Any] | None = None,
        max_length: int = 200,
        lines: int = 1,
        required: bool = False,
        missing: str = "title_missing",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_length, self.lines, self.required, self.missing = max_length, lines, required, missing
        self.data = LocalizedText()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.object_data = data if isinstance(data, dict) else {}
        self.data = LocalizedText(self.object_data)
        if formdata and any(self.box(code) in formdata for code in LANGUAGES):
            clean: Callable[[str], str] = names.clean if self.lines == 1 else texts.paragraphs
            # A language whose box is not on the page keeps its text.
            typed = {code: clean(formdata[self.box(code)]) for code in LANGUAGES if self.box(code) in formdata}
            self.data = LocalizedText({**self.data, **typed})

    def box(self, code: str) -> str:
        """The name of the box of a language."""
        return f"{self.name}-{code}"

    def pre_validate(self, form: BaseForm) -> None:
        for value in self.data.values():
            check_length(value, self.max_length)
        if self.required and not self.data:
            raise ValidationError(refusals.sentence(Refused(self.missing)))


class InstantField(Field):
    """A moment, typed and shown on the clocks of a zone; UTC inside. The page sets ``zone`` before it validates."""

    widget = DateTimeLocalInput()

    def __init__(self, label: str = "", validators: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.zone = "UTC"
        self.raw = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = str(valuelist[0]).strip() if valuelist else ""
        self.data = None

    def pre_validate(self, form: BaseForm) -> None:
        if self.raw:
            try:
                self.data = instant(self.raw, self.zone)
            except Refused as refused:
                raise ValidationError(refusals.sentence(refused)) from refused

    def _value(self) -> str:
        if self.raw:
            return self.raw
        return local(self.data, self.zone).strftime("%Y-%m-%dT%H:%M") if isinstance(self.data, datetime) else ""


class DayField(Field):
    """A day, without a time; empty is None."""

    widget = DateInput()

    def __init__(self, label: str = "", validators: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.raw = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = str(valuelist[0]).strip() if valuelist else ""
        self.data = None

    def pre_validate(self, form: BaseForm) -> None:
        if not self.raw:
            return
        try:
            self.data = date.fromisoformat(self.raw)
        except ValueError as error:
            raise ValidationError(refusals.sentence(Refused("day_invalid"))) from error
        if self.data.year not in YEARS:
            raise ValidationError(refusals.sentence(Refused("day_invalid")))

    def _value(self) -> str:
        return self.raw or (self.data.isoformat() if isinstance(self.data, date) else "")


class CountField(Field):
    """A whole number in a box of text, which phones show digits for; empty is None."""

    widget = TextInput()

    def __init__(
        self, label: str = "", validators: list[Any] | None = None, least: int = 0, most: int = 1_000_000, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most
        self.raw = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.raw = names.clean(str(valuelist[0])) if valuelist else ""
        self.data = None

    def pre_validate(self, form: BaseForm) -> None:
        digits = self.raw.replace(" ", "")
        if not digits:
            return
        if not re.fullmatch(r"[0-9]{1,9}", digits) or not self.least <= int(digits) <= self.most:
            raise ValidationError(refusals.sentence(Refused("number_invalid", min=self.least, max=self.most)))
        self.data = int(digits)

    def _value(self) -> str:
        return self.raw or ("" if self.data is None else str(self.data))


class ChoiceField(SelectField):
    """One of given answers. The page sets ``choices``, in the reader's language, before it validates."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = _NO_CHOICE

    def pre_validate(self, form: BaseForm) -> None:
        if not any(getattr(choice, "selected", False) for choice in self.iter_choices()):
            raise ValidationError(refusals.sentence(Refused("choice_invalid")))


class TicksField(SelectMultipleField):
    """Any of given answers, as boxes to tick. The page sets ``choices`` before it validates."""

    widget = ListWidget()
    option_widget = CheckboxInput()

    def pre_validate(self, form: BaseForm) -> None:
        known = {str(value) for value, *_rest in self.iter_choices()}
        if not {str(value) for value in self.data or ()} <= known:
            raise ValidationError(refusals.sentence(Refused("choice_invalid")))


_NO_CHOICE = object()
"""Equal to no choice there is."""


class RowsField(FieldList):  # type: ignore[type-arg]  # no generic class at run time
    """Rows of fields. Field names that hold no plain number are no rows, rather than an error of the program."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            found = re.match(rf"{re.escape(prefix)}-([0-9]{{1,3}})-", name)
            if found:
                yield int(found[1])


class FormIdField(HiddenField):
    """Drawn with the form and sent back with it, so that a form sent twice makes one thing.

    Ids that the program gives itself hold a colon, which none that is sent may: nobody finds what they did not make.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=links.random_secret, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and re.fullmatch(r"[A-Za-z0-9_-]{8,64}", str(valuelist[0])):
            self.data = str(valuelist[0])


YEARS = range(1900, 2201)
"""Years that a person may mean: at the ends of the calendar an hour more or less is no date any longer."""


def instant(text: str, zone: str) -> datetime:
    """A typed local time as an instant; a double one, when clocks are put back, is the first.

    Raises Refused with ``time_invalid``, or ``time_missing`` for a time that the clocks skip.
    """
    try:
        typed = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=0)
    except ValueError as error:
        raise Refused("time_invalid") from error
    if typed.year not in YEARS:
        raise Refused("time_invalid")
    at = typed.astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != typed.replace(tzinfo=None):
        raise Refused("time_missing")
    return at


def check_length(value: str | None, max_length: int) -> None:
    """Raises ValidationError with the sentence for a text that is too long."""
    if value and len(value) > max_length:
        raise ValidationError(refusals.sentence(Refused("text_too_long", max=max_length)))


def show_refusal(form: FlaskForm, refused: Refused) -> None:
    """Puts a rule's refusal beside the field it belongs to, or above the form."""
    sentence = refusals.sentence(refused)
    field = form._fields.get(refused.field) if refused.field else None
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]
