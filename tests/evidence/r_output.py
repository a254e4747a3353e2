"""Tables of validation/survival/ and what R makes of them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from openiort.evidence.survival_table import SurvivalTable, survival_table

FOLDER = Path(__file__).resolve().parents[2] / "validation" / "survival"
FILES = {"gbsg": ("gbsg.csv", "days"), "made": ("competing.csv", "years")}
PER_YEAR = {"gbsg": 365.25, "made": 1.0}


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open() as opened:
        return list(csv.DictReader(line for line in opened if not line.startswith("#")))


def table(data: str, group: str = "group") -> SurvivalTable:
    file, unit = FILES[data]
    found = rows(file)
    return survival_table([float(row["time"]) for row in found], [int(row["event"]) for row in found],
                          [row[group] for row in found], unit=unit)


def values(data: str, quantity: str) -> list[tuple[str, float, float]]:
    """(group, years, value) of one quantity by R."""
    found = [(row["group"], float(row["at"] or "nan") / PER_YEAR[data], float(row["value"].replace("NA", "nan")))
             for row in rows("r_survival.csv") if (row["data"], row["quantity"]) == (data, quantity)]
    assert found, f"R's output has no {quantity} of {data}"
    return found
