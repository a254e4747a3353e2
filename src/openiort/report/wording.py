"""How numbers of a plan are worded, on the screen and on the page alike."""

from __future__ import annotations

import math

from openiort.plan.placement import SEARCH_mm

DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
SHORT_HASH = 12


def minutes_seconds(time_s: float) -> str:
    """`min:s` to the nearest second, halves up."""
    minutes, seconds = divmod(math.floor(time_s + 0.5), 60)
    return f"{minutes}:{seconds:02d}"


def distance(distance_mm: float | None) -> str:
    """A distance from the sphere's surface; beyond what is searched it is not known, and may not be in the scan."""
    return f"over {SEARCH_mm:g} mm or not in scan" if distance_mm is None else f"{distance_mm:.1f} mm"


def volume_change(percent: float | None) -> str:
    """Change of the volume of tissue that gave way; too little of it cannot be measured."""
    return "too small to measure" if percent is None else f"{percent:+.1f} %"


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, a true minus among them."""
    return f"{value:+.{digits}f}".replace("-", MINUS)


def short_hash(sha256: str) -> str:
    """The first digits of a hash: enough to tell two apart, with the whole in `plan.json`."""
    return sha256[:SHORT_HASH]
