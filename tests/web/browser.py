"""What a browser does with a form: reads the page, keeps what stands in the boxes, changes some, sends it."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def parse(text: str) -> Element:
    """A page as a tree."""
    return html5lib.parse(text, namespaceHTMLElements=False)


INLINE = {"a", "b", "bdi", "span", "small", "time"}


def words(element: Element) -> str:
    """The text of an element, blanks folded; what stands in boxes of its own stands apart."""
    return " ".join(_text(element).split())


def _text(element: Element) -> str:
    if not isinstance(element.tag, str):
        return ""  # a comment
    inner = (element.text or "") + "".join(_text(child) + (child.tail or "") for child in element)
    return inner if element.tag in INLINE else f" {inner} "


def forms(page: Element) -> list[Element]:
    """The forms of a page that change something."""
    return [form for form in page.iter("form") if form.get("method") == "post"]


def values(form: Element) -> dict[str, Any]:
    """What a form would send as it stands; several values of one name are a list."""
    sent: dict[str, Any] = {}

    def add(name: str, value: str) -> None:
        if name in sent:
            before = sent[name] if isinstance(sent[name], list) else [sent[name]]
            sent[name] = [*before, value]
        else:
            sent[name] = value

    asleep = {inner for box in form.iter("fieldset") if box.get("disabled") is not None for inner in box.iter()}
    for element in form.iter():
        name = element.get("name")
        if name is None or element.tag == "button" or element in asleep:
            continue
        if element.tag == "select":
            options = list(element.iter("option"))
            chosen = next((option for option in options if option.get("selected") is not None), options[0])
            add(name, chosen.get("value") or "")
        elif element.tag == "textarea":
            add(name, element.text or "")
        elif element.get("type") in ("checkbox", "radio"):
            if element.get("type") == "checkbox":
                sent.setdefault(name, [])
            if element.get("checked") is not None:
                add(name, element.get("value") or "on")
        else:
            add(name, element.get("value") or "")
    return sent


def submit(
    client: FlaskClient, path: str, changes: dict[str, Any] | None = None, *, action: str | None = None
) -> TestResponse:
    """Opens a page, changes its form and sends it: the one whose action ends in ``action``, else the one of the page.

    Links and cookies do what they do in a browser; the answer is not followed.
    """
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    candidates = forms(parse(answer.text))
    if action is None:
        # Buttons that stand alone have forms of their own, with nothing but a token in them.
        form = max(candidates, key=lambda form: len(values(form)))
    else:
        form = next(form for form in candidates if (form.get("action") or "").endswith(action))
    button = next(iter(form.iter("button")))
    pressed = {button.get("name"): button.get("value")} if button.get("name") and action is not None else {}
    return client.post(form.get("action") or path, data={**values(form), **pressed, **(changes or {})})


def refusals(answer: TestResponse) -> dict[str, str]:
    """What a page says is wrong, by the id of the box it links to; ``""`` for what belongs to none."""
    told = {}
    for box in parse(answer.text).iter("div"):
        if box.get("class") == "errors":
            for item in box.iter("li"):
                link = next(item.iter("a"), None)
                told[(link.get("href") or "").removeprefix("#") if link is not None else ""] = words(item)
            for paragraph in box.iter("p"):
                told[""] = words(paragraph)
    return told


def shown(answer: TestResponse) -> str:
    """The main part of a page as text."""
    return words(next(parse(answer.text).iter("main")))
