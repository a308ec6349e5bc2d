"""Form fields that pages share. Forms check shape; rules check meaning."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import DateTimeLocalInput

from eventapp.errors import Refused
from eventapp.language import LANGUAGES, LocalizedText, local
from eventapp.rules import names, refusals


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
            self.data = clean_paragraphs(str(valuelist[0])) or None

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
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_length, self.lines, self.required = max_length, lines, required
        self.data = LocalizedText()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors = []
        self.data = LocalizedText(data if isinstance(data, dict) else self.object_data or {})
        if formdata and any(self.box(code) in formdata for code in LANGUAGES):
            clean: Callable[[str], str] = names.clean if self.lines == 1 else clean_paragraphs
            self.data = LocalizedText({code: clean(formdata.get(self.box(code), "")) for code in LANGUAGES})

    def box(self, code: str) -> str:
        """The name of the box of a language."""
        return f"{self.name}-{code}"

    def pre_validate(self, form: BaseForm) -> None:
        for value in self.data.values():
            check_length(value, self.max_length)
        if self.required and not self.data:
            raise ValidationError(refusals.sentence(Refused("title_missing")))


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


def instant(text: str, zone: str) -> datetime:
    """A typed local time as an instant; a double one, when clocks are put back, is the first.

    Raises Refused with ``time_invalid``, or ``time_missing`` for a time that the clocks skip.
    """
    try:
        typed = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=0)
    except ValueError as error:
        raise Refused("time_invalid") from error
    at = typed.astimezone(UTC)
    if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != typed.replace(tzinfo=None):
        raise Refused("time_missing")
    return at


def clean_paragraphs(text: str) -> str:
    """Text of several lines, without control characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


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
