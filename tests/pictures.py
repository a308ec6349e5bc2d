"""Small pictures for tests."""

import io

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 600), colour: str = "#c81e1e") -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def stripes(*colours: str, side: int = 400) -> bytes:
    """Squares of these colours, one below the other (PNG)."""
    image = Image.new("RGB", (side, side * len(colours)))
    for number, colour in enumerate(colours):
        image.paste(colour, (0, side * number, side, side * (number + 1)))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def middle(content: bytes) -> tuple[int, ...]:
    """The colour in the middle of a picture, rounded so that compression does not matter."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    pixel = image.getpixel((image.width // 2, image.height // 2))
    return tuple(round(part / 32) for part in pixel)
