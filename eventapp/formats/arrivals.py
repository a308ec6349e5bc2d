"""Arrivals as a picture: one bar for each five minutes, drawn as SVG that takes its colours from the page."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, FOOT, LEFT = 360, 130, 18, 26


def svg(arrivals: Sequence[int], hours: Mapping[int, str], *, label: str) -> str:
    """Bars in the order of time. ``hours`` are words under some of them, by their place; ``label`` says it in words."""
    highest = max(arrivals, default=0)
    top = next((n for n in _round(highest) if n >= highest), highest) or 1
    floor, ceiling = HEIGHT - FOOT, 8
    width = (WIDTH - LEFT) / max(1, len(arrivals))
    parts = [
        f'<svg class="arrivals" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">',
        f'<path class="axis" d="M{LEFT} {ceiling}H{WIDTH}M{LEFT} {floor}H{WIDTH}"/>',
        f'<text x="{LEFT - 4}" y="{ceiling + 4}" class="end">{top}</text>',
        f'<text x="{LEFT - 4}" y="{floor}" class="end">0</text>',
    ]
    for place, number in enumerate(arrivals):
        if number:
            high = (floor - ceiling) * number / top
            x = LEFT + place * width
            parts.append(
                f'<rect x="{x:.1f}" y="{floor - high:.1f}" width="{max(0.8, width * 0.85):.1f}" height="{high:.1f}"/>'
            )
    for place, word in hours.items():
        x = min(WIDTH - 14, max(LEFT + 8, LEFT + place * width))
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 5}" class="middle">{escape(word)}</text>')
    return "".join([*parts, "</svg>"])


def _round(highest: int) -> list[int]:
    """Ends of the scale that are easy to read."""
    size = 10 ** max(0, len(str(highest)) - 1)
    return [size, 2 * size, 5 * size, 10 * size]
