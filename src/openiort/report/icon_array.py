"""A thousand dots, some of them dark: one frequency as a picture, of the same size and colours whatever it says."""

from __future__ import annotations

from html import escape

from openiort.evidence.per_thousand import THOUSAND

COLUMNS, ROWS = 50, 20
DARK, PALE = "#1f4e79", "#c3c8cd"
DARK_DOT, PALE_DOT = 0.86, 0.62  # of the distance between two


def icon_array(count: int, alternative: str) -> str:
    """SVG of 20 rows of 50 dots, `count` of them dark from the top left on.

    Args:
        count: of a thousand.
        alternative: the picture in words.

    Raises:
        ValueError: not 0 to 1000.
    """
    if not 0 <= count <= THOUSAND:
        raise ValueError(f"{count} of {THOUSAND} dots")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS} {ROWS}" role="img" '
            f'aria-label="{escape(alternative)}"><title>{escape(alternative)}</title>'
            f'{_dots(range(count), DARK, DARK_DOT)}{_dots(range(count, THOUSAND), PALE, PALE_DOT)}</svg>')


def _dots(places: range, colour: str, width: float) -> str:
    """Dots as one path: lines that are almost points, with round ends."""
    points = "".join(f"M{place % COLUMNS + 0.5:g} {place // COLUMNS + 0.5:g}h.001" for place in places)
    return f'<path d="{points}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>' if points else ""
