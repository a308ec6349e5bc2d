"""The square of a photograph in a browser: seen, moved by slider and by hand, and sent alone."""

import io

import pytest
from PIL import Image

from tests import pictures

RED, GREEN, BLUE = "#e00000", "#00a000", "#0000e0"


@pytest.fixture
def photograph(tmp_path):
    """A heavy picture: three squares, one below the other."""
    file = tmp_path / "photo.png"
    file.write_bytes(pictures.stripes(RED, GREEN, BLUE, side=900))
    return file


@pytest.fixture
def desk(site, open_page):
    """The page of a photograph at the desk, and what it sends."""
    page = open_page(site.sign_in_link("organizer"), lang="en")
    page.get_by_role("button").last.click()
    page.goto(f"{site.url}/organize/demo-forum/speakers")
    page.get_by_role("link", name="Speaker 6", exact=True).click()
    page.get_by_role("link", name="photograph").click()
    return page


def send(page):
    with page.expect_request(lambda request: request.method == "POST") as sent, page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    return sent.value


def kept(page):
    """The photograph that the page shows after it was saved."""
    image = page.get_by_role("img", name="The photograph that is shown now")
    return page.request.get(page.url.partition("/organize/")[0] + image.get_attribute("src")).body()


def slide(page, name, key):
    page.get_by_label(name).focus()
    page.keyboard.press(key)


def test_square_is_moved_by_keyboard_and_sent_alone(desk, photograph):
    desk.set_input_files("input[type=file]", photograph)
    desk.get_by_role("img", name="The square that is shown").wait_for()
    assert not desk.get_by_label("The square shows").is_visible()
    slide(desk, "From top to bottom", "End")
    send(desk)
    content = kept(desk)
    assert Image.open(io.BytesIO(content)).size == (640, 640)
    assert pictures.middle(content) == pictures.middle(pictures.picture(colour=BLUE))


def test_square_is_pulled_by_hand(desk, photograph):
    desk.set_input_files("input[type=file]", photograph)
    canvas = desk.get_by_role("img", name="The square that is shown")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x, y + box["height"] * 0.45, steps=5)
    desk.mouse.move(x, y + box["height"] * 0.9, steps=5)
    desk.mouse.up()
    assert desk.get_by_label("From top to bottom").input_value() == "0"
    send(desk)
    assert pictures.middle(kept(desk)) == pictures.middle(pictures.picture(colour=RED))


def test_what_no_browser_can_show_goes_to_the_server_which_says_why(desk, tmp_path):
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"no picture")
    desk.set_input_files("input[type=file]", file)
    send(desk)
    desk.get_by_role("alert").get_by_text("cannot be read as a picture").wait_for()
