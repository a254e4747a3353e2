"""Which structures a comparison shows, in which order, and what it says of those that nobody contoured."""

from __future__ import annotations

from collections.abc import Iterable

NOT_CONTOURED = "not contoured"
BED = "shell 0-10 mm"
# rows of a plan beside which another treatment stands: names of its DVHs
PLAN_ROWS = (BED, "ipsilateral breast", "skin", "bone", "ipsilateral lung", "contralateral lung", "heart",
             "contralateral breast")
# Row of the comparison -> names that stand for it.
EXPECTED = {
    "tumour bed": ("tumour bed", "shell 0-10 mm", "shell 0-5 mm"),
    "breast": ("breast", "left breast", "right breast", "breasts", "ipsilateral breast"),
    "skin": ("skin",),
    "ribs": ("ribs", "left ribs", "right ribs", "bone"),
    "left lung": ("left lung", "ipsilateral lung", "lungs"),
    "right lung": ("right lung", "contralateral lung", "lungs"),
    "heart": ("heart",),
    "contralateral breast": ("contralateral breast",),
}


def not_contoured(names: Iterable[str]) -> dict[str, str]:
    """Expected structures that none of the names stands for -> why they have no figures."""
    there = set(names)
    both = {"left breast", "right breast"} <= there
    return {row: NOT_CONTOURED for row, known in EXPECTED.items()
            if not there & set(known) and not (both and row == "contralateral breast")}


def in_order(names: Iterable[str]) -> list[str]:
    """Names as a comparison lists them: the expected ones first, others behind in their own order."""
    given = list(dict.fromkeys(names))
    first = [name for known in EXPECTED.values() for name in known if name in given]
    return list(dict.fromkeys([*first, *given]))
