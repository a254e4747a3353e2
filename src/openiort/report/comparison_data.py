"""What the page of a comparison says, as strings for its template."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from openiort.plan.compared_side import TO_BE_CONFIRMED, ComparedSide
from openiort.plan.compared_structures import in_order
from openiort.plan.comparison import Comparison
from openiort.plan.dvh import DVH
from openiort.plan.plan_record import NOT_A_MEDICAL_DEVICE
from openiort.report.comparison_blocks import comparison_blocks
from openiort.report.dose_tables import dose_text
from openiort.report.plain_text import Clean, plain_text
from openiort.report.wording import DASH
from openiort.version import __version__

PHYSICAL = {"mean": "mean_Gy", "D95": "D95_Gy", "D2cc": "D2cc_Gy"}
EQD2 = {"mean": "mean_Gy", "D2cc": "D2cc_Gy"}
INTERVAL = "mean, 95 %"  # in the place of the second where a plan is compared
MOST_ROWS, MOST_MISSING, MOST_NOTES, LONGEST_NOTE, LONGEST_NAME = 16, 12, 12, 260, 40
PLAN_NOTES = 18
ALPHA_BETA = "alpha_beta_Gy"
LEAST_SHOWN_Gy = 0.01


def comparison_data(sides: Sequence[ComparedSide], pseudonym: str, notes: Sequence[str], *,
                    comparison: Comparison | None = None, known: frozenset[int] | None = None,
                    made: datetime.datetime | None = None) -> dict[str, Any]:
    """The template's data.

    Args:
        sides: IORT and EBRT, in the order of the columns.
        pseudonym: hers; nothing else of her identity is shown.
        notes: texts of the whole comparison; those of the sides follow.
        comparison: what stands on the second page; None where no plan is compared.
        known: code points that the page's font has; None for any.
        made: date and time to put on it; None for none.
    """

    def clean(text: str, longest: int = 90) -> str:
        return plain_text(text, longest, known)

    names = in_order(name for side in sides for name in side.physical)
    said = [*notes, *(f"{side.title}: {note}" for side in sides for note in side.notes)]
    date = made.strftime("%Y-%m-%d %H:%M %Z").strip() if made else ""
    return {
        "title": f"OpenIORT comparison {clean(pseudonym)}",
        "pseudonym": clean(pseudonym),
        "disclaimer": NOT_A_MEDICAL_DEVICE,
        "foot": " · ".join(part for part in (f"pseudonym {clean(pseudonym, 60)}", f"made {date}" if date else "",
                                             f"OpenIORT {__version__}") if part),
        "sides": [_side(side, clean, together=comparison is not None) for side in sides],
        "head": {"physical": list(PHYSICAL),
                 "eqd2": list(EQD2) if comparison is None else [*list(EQD2)[:1], INTERVAL]},
        "rows": [_row(name, sides, clean, comparison) for name in names[:MOST_ROWS]],
        "detail": None if comparison is None else comparison_blocks(comparison, clean),
        "more": max(0, len(names) - MOST_ROWS),
        "endpoints": _endpoints(sides, clean),
        "notes": _most([clean(text, LONGEST_NOTE) for text in said], MOST_NOTES if comparison is None else PLAN_NOTES,
                       "notes"),
        "created": [made.year, made.month, made.day, made.hour, made.minute, made.second] if made else None,
    }


def _side(side: ComparedSide, clean: Clean, *, together: bool) -> dict[str, Any]:
    """`together`: structures that lack figures for the same reason stand in one line."""
    names: dict[str, list[str]] = {}
    for name, why in side.missing.items():
        names.setdefault(why if together else name, []).append(name)
    gaps = [f"{', '.join(clean(name, LONGEST_NAME) for name in of)}: {clean(side.missing[of[0]], 120)}"
            for of in names.values()]
    return {"title": side.title, "absent": clean(side.absent, 60),
            "facts": [{"label": label, "value": clean(value, 170)} for label, value in side.facts],
            "missing": _most(gaps, MOST_MISSING, "structures")}


def _most(texts: list[str], most: int, what: str) -> list[str]:
    """As many as there is room for; what does not fit is counted."""
    more = len(texts) - most
    return texts[:most] + ([f"and {more} more {what}, in comparison.json"] if more > 0 else [])


def _row(name: str, sides: Sequence[ComparedSide], clean: Clean, comparison: Comparison | None) -> dict[str, Any]:
    first = next(side for side in sides if name in side.physical)
    return {"name": clean(name, LONGEST_NAME), "volume": _volume(first.physical[name].total_volume_cc),
            "alpha_beta": f"{first.endpoints[name][ALPHA_BETA].value:g}",
            "cells": [_cells(side.physical.get(name), PHYSICAL) + _eqd2_cells(side, name, comparison)
                      for side in sides]}


def _eqd2_cells(side: ComparedSide, name: str, comparison: Comparison | None) -> list[str]:
    cells = _cells(side.eqd2.get(name), EQD2)
    if comparison is None:
        return cells
    mean = comparison.eqd2[side.title].get(name)
    return [cells[0], DASH if mean is None else f"{_dose(float(mean.low))}{DASH}{_dose(float(mean.high))}"]


def _volume(volume_cc: float) -> str:
    return f"{volume_cc:.3g}" if volume_cc < 1000 else f"{volume_cc:.0f}"


def _cells(dvh: DVH | None, columns: dict[str, str]) -> list[str]:
    figures = {} if dvh is None else dvh.figures()
    values = [figures.get(key) for key in columns.values()]
    return [_dose(value) if isinstance(value, float) else DASH for value in values]


def _dose(value_Gy: float) -> str:
    """A little is no zero, and a zero of a calculation is a little."""
    return f"<{LEAST_SHOWN_Gy:g}" if value_Gy < LEAST_SHOWN_Gy / 2 else dose_text(value_Gy)


def _endpoints(sides: Sequence[ComparedSide], clean: Clean) -> list[str]:
    """The alpha/beta of each endpoint that was used, with interval and what must be said of it."""
    used = {one.name: one for side in sides for one in side.endpoints.values()}
    lines = []
    for one in used.values():
        number = one[ALPHA_BETA]
        spread = f" ({number.low:g} to {number.high:g})" if number.low < number.high else ""
        mark = f", {TO_BE_CONFIRMED}" if number.to_be_confirmed else ""
        lines.append(f"{clean(one.name, 60)}: alpha/beta {number.value:g} Gy{spread}{mark}")
    return lines
