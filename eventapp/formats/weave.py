"""The woven band of the pages as geometry, for paper and pictures: the figure of templates/macros/weave.html."""

from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

HEIGHT = 22
"""Of the band, in its own units."""

STEP = 88
"""After which the figure repeats."""

RULE = 3
"""Width of the lines above and below the figure."""

POLYGONS: tuple[tuple[Point, ...], ...] = (
    ((11, 5), (17, 11), (11, 17), (5, 11)),
    ((22, 5), (25, 5), (25, 17), (22, 17)),
    ((28, 5), (31, 5), (31, 17), (28, 17)),
    ((44, 4), (53, 11), (44, 18), (44, 14), (48, 11), (44, 8)),
    ((44, 4), (35, 11), (44, 18), (44, 14), (40, 11), (44, 8)),
    ((57, 5), (60, 5), (60, 17), (57, 17)),
    ((63, 5), (66, 5), (66, 17), (63, 17)),
    ((68.9, 15.5), (71.1, 16.5), (75.1, 7.5), (72.9, 6.5)),
    ((72.9, 7.5), (75.1, 6.5), (79.1, 15.5), (76.9, 16.5)),
    ((76.9, 15.5), (79.1, 16.5), (83.1, 7.5), (80.9, 6.5)),
    ((80.9, 7.5), (83.1, 6.5), (87.1, 15.5), (84.9, 16.5)),
)
"""What is filled in one step."""

HOLES: tuple[tuple[Point, ...], ...] = (((11, 8.5), (13.5, 11), (11, 13.5), (8.5, 11)),)
"""What is left out of it."""


def steps(width: float) -> tuple[list[float], float]:
    """Where the figure begins along a band of this width, and how far it is stretched to fill it with whole ones."""
    count = max(1, round(width / STEP))
    return [number * width / count for number in range(count)], width / count / STEP
