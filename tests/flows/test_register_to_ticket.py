"""First story: a guest reads about the event, registers, and holds a ticket that any camera reads."""

import io
import re

import pytest
import zxingcpp
from PIL import Image

from tests import people


def link(page: str, pattern: str) -> str:
    """The first address in the page that matches."""
    return re.search(rf'href="({pattern})"', page).group(1)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_guest_comes_from_the_event_page_to_a_ticket(app, client, at_noon, lang):
    with app.app_context():
        people.stage()
    client.get(f"/?lang={lang}")
    event = client.get(link(client.get("/").text, "/e/[a-z-]+/")).text
    form = client.get(link(event, "/e/forum/register")).text
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))
    answer = client.post("/e/forum/register", data={**fields, "attendees-0-name": "Ɲɛnɛ Tarawele"})
    assert answer.status_code == 303
    contact = client.get(answer.headers["Location"]).text
    ticket = link(contact, "/t/[0-9A-Z]{13}")
    page = client.get(ticket).text
    assert f'<html lang="{lang}">' in page
    assert "Ɲɛnɛ T." in page

    picture = Image.open(io.BytesIO(client.get(f"{ticket}.png").data))
    read = zxingcpp.read_barcodes(picture)
    assert [code.text for code in read] == [f"HTTP://127.0.0.1:8000{ticket.upper()}"]
    assert client.get(read[0].text.removeprefix("HTTP://127.0.0.1:8000")).text == page
