"""Photographs of people: any picture in, two small squares out, upright and without what cameras write into files."""

import io
import threading
from dataclasses import dataclass

from PIL import Image

from eventapp.errors import Refused

LARGE, SMALL = 640, 320
"""Sides of the squares, in pixels."""
LARGE_BYTES, SMALL_BYTES = 40_000, 15_000
"""What the squares should weigh at most; a picture of pure noise may weigh more."""
MAX_BYTES = 10 * 1024 * 1024
"""Bytes of a file that is looked at; telephones write three to eight million."""
MIN_SIDE = 320
"""Pixels that the shorter side needs, and that a cropped square has at least."""

_MAX_JPEG_PIXELS = 64_000_000
_MAX_PIXELS = 25_000_000
"""A JPEG is made smaller while it is decoded; the others are decoded whole, at four bytes for each pixel."""

_QUALITIES = (85, 80, 74, 68, 62, 56, 50, 44, 38, 32, 26)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_ORIENTATION = 0x0112
"""EXIF 2.32, 4.6.5: how the camera was held."""
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_one_at_a_time = threading.Lock()
"""A large picture may take 200 MB for a moment, so a process decodes one after the other."""


@dataclass(frozen=True)
class Crop:
    """Which square of the upright picture is kept.

    ``left`` and ``top`` say where it lies in the room that it has: 0 at the left or upper edge, 0.5 in the middle, 1 at
    the right or lower edge. ``size`` is its side, as a fraction of the picture's shorter side. What lies outside 0 to 1
    is taken for the nearest of both.
    """

    left: float = 0.5
    top: float = 0.3
    size: float = 1.0


CENTRED = Crop()
"""As large as it can be; in an upright picture a little towards the top, where faces are."""


@dataclass(frozen=True)
class Squares:
    """The photograph as JPEG, 640 and 320 pixels square, without EXIF."""

    large: bytes
    small: bytes


def squares(content: bytes, crop: Crop | None = None) -> Squares:
    """The two squares of a picture (JPEG, PNG or WebP).

    Raises Refused with ``photo_unreadable``, ``photo_heic``, ``photo_too_small`` or ``photo_too_large``.
    """
    if len(content) > MAX_BYTES:
        raise Refused("photo_too_large", max=MAX_BYTES // 1024**2)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise Refused("photo_heic")
    with _one_at_a_time:
        large = _square(content, crop or CENTRED)
    small = large.resize((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Squares(_jpeg(large, LARGE_BYTES), _jpeg(small, SMALL_BYTES))


def _square(content: bytes, crop: Crop) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            _check_size(image)
            turn = _turn(image)
            box = _box(image.size, crop, turn)
            scale = _draft(image, box[2] - box[0])
            left, upper, right, lower = (round(edge * scale) for edge in box)
            square = image.crop((left, upper, right, lower))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("photo_too_large", max=MAX_BYTES // 1024**2) from error
    except Exception as error:  # a broken file makes the readers raise almost anything
        raise Refused("photo_unreadable") from error
    square = _plain(square).resize((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    square.info = {}  # a comment, for one, would be written into the new file
    return square if turn is None else square.transpose(turn)


def _check_size(image: Image.Image) -> None:
    """Before anything is decoded: a small file can hold a picture that fills the memory."""
    width, height = image.size
    if width * height > (_MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else _MAX_PIXELS):
        raise Refused("photo_too_large", max=MAX_BYTES // 1024**2)
    if min(width, height) < MIN_SIDE:
        raise Refused("photo_too_small", min=MIN_SIDE)


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        orientation = image.getexif().get(_ORIENTATION)
    except Exception:  # EXIF that cannot be read: the picture can, as it lies
        return None
    return _UPRIGHT.get(orientation) if isinstance(orientation, int) else None


def _box(size: tuple[int, int], crop: Crop, turn: Image.Transpose | None) -> tuple[float, float, float, float]:
    """The square in the picture as it lies in the file, in pixels."""
    left, top = _within(crop.left), _within(crop.top)
    if turn is not None:
        left, top = _as_it_lies(left, top, turn)
    width, height = size
    side = max(min(size) * _within(crop.size), float(MIN_SIDE))
    x, y = (width - side) * left, (height - side) * top
    return x, y, x + side, y + side


def _within(fraction: float) -> float:
    return max(0.0, min(1.0, fraction))


def _as_it_lies(left: float, top: float, turn: Image.Transpose) -> tuple[float, float]:
    """Where a point of the upright picture is in the file's."""
    across, down = 1 - left, 1 - top
    return {
        Image.Transpose.FLIP_LEFT_RIGHT: (across, top),
        Image.Transpose.ROTATE_180: (across, down),
        Image.Transpose.FLIP_TOP_BOTTOM: (left, down),
        Image.Transpose.TRANSPOSE: (top, left),
        Image.Transpose.ROTATE_270: (top, across),
        Image.Transpose.TRANSVERSE: (down, across),
        Image.Transpose.ROTATE_90: (down, left),
    }[turn]


def _draft(image: Image.Image, side: float) -> float:
    """Lets the JPEG decoder leave out pixels that the square does not need; returns what is left of each side."""
    width, height = image.size
    wanted = min(1.0, 2 * LARGE / side)
    image.draft(None, (int(width * wanted), int(height * wanted)))
    return image.size[0] / width


def _plain(image: Image.Image) -> Image.Image:
    """In three colours; what is transparent is white."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image).convert("RGB")
    return image.convert("RGB")


def _jpeg(image: Image.Image, max_bytes: int) -> bytes:
    """As good as the weight allows."""
    data = b""
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        data = out.getvalue()
        if len(data) <= max_bytes:
            break
    return data
