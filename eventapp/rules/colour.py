"""An event's accent colour: its tints for light and dark pages, and whether text on it can be read.

Tints are computed in OKLCH (Björn Ottosson, https://bottosson.github.io/posts/oklab/) and sent as plain hex, since
browsers of 2019 know no oklch(). Contrast is that of WCAG 2.2, 1.4.3.
"""

import math
import re
from dataclasses import dataclass

from eventapp.errors import Refused

MIN_CONTRAST = 4.5
LIGHT_PAPER, DARK_PAPER = "#fbf7f0", "#17130e"


@dataclass(frozen=True)
class Palette:
    """Hex colours of an event's pages; ``*_ink`` is readable on the colour before it."""

    accent: str
    accent_ink: str
    tint: str
    dark_accent: str
    dark_accent_ink: str
    dark_tint: str


def palette(accent: str) -> Palette:
    """The palette of an accent colour.

    Raises Refused("colour_invalid") for what is no colour like ``#9a3b12`` and Refused("colour_too_light",
    contrast=...) when white text on it, or it on the page, falls under 4.5 to 1.
    """
    accent = readable(accent, "accent")
    _, chroma, hue = _to_oklch(accent)
    tint = _from_oklch(0.94, min(chroma, 0.03), hue)
    dark_accent = next(
        colour
        for colour in (_from_oklch(0.70 + step / 100, min(chroma, 0.12), hue) for step in range(0, 30, 2))
        if contrast(colour, DARK_PAPER) >= 6.5
    )
    dark_tint = _from_oklch(0.28, min(chroma, 0.04), hue)
    dark_ink = _from_oklch(0.18, min(chroma, 0.04), hue)
    return Palette(accent, "#ffffff", tint, dark_accent, dark_ink, dark_tint)


def readable(colour: str, field: str) -> str:
    """A colour on which white text can be read, as it is kept. Raises Refused as `palette` does, beside ``field``."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise Refused("colour_invalid", field=field)
    worst = min(contrast(colour, "#ffffff"), contrast(colour, LIGHT_PAPER))
    if worst < MIN_CONTRAST:
        raise Refused("colour_too_light", field=field, contrast=f"{worst:.1f}")
    return colour.lower()


def read(colour: str | None) -> str | None:
    """A colour as it is kept; nothing for nothing. Raises Refused("colour_invalid") for what is none."""
    if not colour:
        return None
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise Refused("colour_invalid", field="colour")
    return colour.lower()


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _linear(colour: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklch(colour: str) -> tuple[float, float, float]:
    r, g, b = _linear(colour)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b2 = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b2), math.atan2(b2, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    channels = [
        round(255 * min(1.0, max(0.0, 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055))) for c in linear
    ]
    return "#" + "".join(f"{c:02x}" for c in channels)
