"""Which version of a guideline is the latest of its family."""

from __future__ import annotations

from collections.abc import Iterable

from openiort.select.guideline import Guideline
from openiort.select.read_guideline import guideline_names, shipped_guideline


def superseded_by(guideline: Guideline, others: Iterable[Guideline] = ()) -> str | None:
    """Name of the latest version of its family that was published after it; None where there is none.

    Args:
        guideline: that may be an earlier version.
        others: guidelines to look at besides those that come with the program.
    """
    shipped = (shipped_guideline(name) for name in guideline_names())
    later = [other for other in (*shipped, *others)
             if other.family == guideline.family and other.published > guideline.published]
    return max(later, key=lambda other: other.published).name if later else None


def by_family(guidelines: Iterable[Guideline]) -> list[Guideline]:
    """Versions of a family together, the latest first; families in the order in which they are first named."""
    given = list(guidelines)
    families = list(dict.fromkeys(guideline.family for guideline in given))
    latest_first = sorted(given, key=lambda guideline: guideline.published, reverse=True)
    return sorted(latest_first, key=lambda guideline: families.index(guideline.family))
