"""What cannot be true together of one woman, and sizes that look like centimetres.

Sizes of stages: TNM classification of malignant tumours, 8th edition (UICC 2017), breast tumours.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from openiort.select.candidate_fault import Fault
from openiort.select.stages import broad_stage

if TYPE_CHECKING:
    from openiort.select.candidate import Candidate

BEFORE, AFTER = "before_surgery", "pathology"
# over, up to; T4 is any size
SIZE_OF_T_mm = {"T1mi": (0.0, 1.0), "T1a": (1.0, 5.0), "T1b": (5.0, 10.0), "T1c": (10.0, 20.0), "T1": (0.0, 20.0),
                "T2": (20.0, 50.0), "T3": (50.0, 300.0)}
SMALL_STAGES = ("Tis", "T1mi", "T1a")
LARGEST_AS_CENTIMETRES_mm = 5.0
FREE_NODES = ("pN0", "pN0(i-)", "pN0(i+)")
DCIS = "dcis"


@dataclass(frozen=True, slots=True)
class Rule:
    """A check of a few facts, which are all that it knows: so a table asks it once for each combination that occurs.

    Attributes:
        reads: (table, fact) of each.
        check: takes their values in that order, None where unknown.
    """

    reads: tuple[tuple[str, str], ...]
    check: Callable[..., Iterator[Fault]]


def contradictions(candidate: Candidate, today: datetime.date | None = None) -> list[Fault]:
    """All that cannot be true together.

    Args:
        candidate: whose facts are each allowed.
        today: last day that a fact can have been found on; the calendar's by default.
    """
    found: list[Fault] = []
    for rule in rules(today or datetime.date.today()):
        tables = [getattr(candidate, table) for table, _ in rule.reads]
        values = [getattr(facts, fact, None) for facts, (_, fact) in zip(tables, rule.reads, strict=True)]
        if any(value is not None for value in values):
            found += rule.check(*values)
    return found


@cache
def rules(today: datetime.date) -> tuple[Rule, ...]:
    """All checks of combinations; one on facts that are all unknown finds nothing."""
    found = []
    for table, stage in ((BEFORE, "cT"), (AFTER, "pT")):
        checks: list[tuple[tuple[str, ...], Callable[..., Iterator[Fault]]]] = [
            (("size_mm", stage), partial(_of_size, table, stage)),
            (("histology", stage), partial(_of_in_situ, table, stage)),
            (("histology", "grade"), partial(_of_grade, table)),
            (("histology", "size_mm", "dcis_extent_mm"), partial(_of_dcis_extent, table)),
            (("size_mm", "foci_extent_mm"), partial(_of_foci, table)),
        ]
        if table == BEFORE:
            checks.append((("histology", "cN"), _of_clinical_nodes))
        else:
            checks.append((("histology", "pN", "positive_nodes", "nodal_surgery"), _of_nodes))
        checks.append((("date",), partial(_of_date, table, today)))
        found += [Rule(tuple((table, fact) for fact in facts), check) for facts, check in checks]
    return (*found, Rule(((BEFORE, "date"), (AFTER, "date")), _of_dates))


def _of_in_situ(table: str, key: str, histology: str | None, stage: str | None) -> Iterator[Fault]:
    if stage is None or histology is None:
        return
    in_situ = broad_stage(stage) == "Tis"
    if histology == DCIS and not in_situ:
        yield Fault(table, key, f"histology dcis (pure) with {stage}", f"{key[0]}Tis",
                    "pure in situ cancer is Tis; where something is invasive, give its histology")
    if histology != DCIS and in_situ:
        yield Fault(table, key, f"{stage} with histology {histology}", "Tis is cancer in situ alone",
                    "correct one of them")


def _of_grade(table: str, histology: str | None, grade: int | None) -> Iterator[Fault]:
    if histology == DCIS and grade is not None:
        yield Fault(table, "grade", "grade of the invasive tumour with histology dcis (pure)", "no grade",
                    "give the nuclear grade as dcis_grade")


def _of_dcis_extent(table: str, histology: str | None, size_mm: float | None,
                    extent_mm: float | None) -> Iterator[Fault]:
    """Beside invasive cancer a few millimetres are common; pure, they are what 4 for 4 cm looks like."""
    if extent_mm is None or not 0.0 < extent_mm <= LARGEST_AS_CENTIMETRES_mm:
        return
    is_meant = size_mm == extent_mm if histology == DCIS else extent_mm.is_integer()
    if not is_meant:
        confirmed = f"give size_mm = {extent_mm:g} too" if histology == DCIS else "a whole number of millimetres"
        yield Fault(table, "dcis_extent_mm", f"dcis_extent_mm = {extent_mm:g}: is that in cm?", "millimetres",
                    f"write {10 * extent_mm:g} if it is; if not, {confirmed}")


def _of_foci(table: str, size_mm: float | None, foci_extent_mm: float | None) -> Iterator[Fault]:
    if size_mm is None and foci_extent_mm is not None and 0.0 < foci_extent_mm <= LARGEST_AS_CENTIMETRES_mm:
        yield Fault(table, "foci_extent_mm", f"foci_extent_mm = {foci_extent_mm:g}: is that in cm?", "millimetres",
                    f"write {10 * foci_extent_mm:g} if it is; if not, give size_mm too")
    if size_mm is not None and foci_extent_mm is not None and foci_extent_mm < size_mm:
        yield Fault(table, "foci_extent_mm", f"all foci together extend {foci_extent_mm:g} mm, the largest one "
                    f"{size_mm:g} mm", "foci_extent_mm at least size_mm", "correct one of them")


def _of_size(table: str, key: str, size_mm: float | None, stage: str | None) -> Iterator[Fault]:
    if size_mm is None:
        return
    category = stage[1:] if stage else ""
    if 0.0 < size_mm <= LARGEST_AS_CENTIMETRES_mm and category not in SMALL_STAGES:
        yield Fault(table, "size_mm", f"size_mm = {size_mm:g}: is that in cm?", "millimetres",
                    f"write {10 * size_mm:g} if it is; for a tumour of {size_mm:g} mm give {key} too, as "
                    f"{', '.join(key[0] + name for name in SMALL_STAGES)}")
    elif category in SIZE_OF_T_mm:
        over, largest = SIZE_OF_T_mm[category]
        if not over < size_mm <= largest:
            allowed = f"{stage} is over {over:g} mm" + (f", up to {largest:g} mm" if category != "T3" else "")
            yield Fault(table, "size_mm", f"size_mm = {size_mm:g} with {stage}", allowed, "correct one of them")


def _of_clinical_nodes(histology: str | None, cN: str | None) -> Iterator[Fault]:
    if histology == DCIS and cN not in (None, "cN0"):
        yield _in_situ_with_nodes(BEFORE, "cN", cN)


def _of_nodes(histology: str | None, pN: str | None, count: int | None, surgery: str | None) -> Iterator[Fault]:
    positive = pN is not None and pN not in (*FREE_NODES, "pNx")
    if histology == DCIS and (positive or count):
        yield _in_situ_with_nodes(AFTER, "pN" if positive else "positive_nodes", pN if positive else count)
    if pN in FREE_NODES and count:
        yield Fault(AFTER, "positive_nodes", f"{pN} with {count} positive nodes", "0 positive nodes with pN0",
                    "correct one of them; isolated tumour cells are pN0(i+) and do not count")
    if positive and count == 0:
        yield Fault(AFTER, "positive_nodes", f"{pN} with 0 positive nodes", "1 or more", "correct one of them")
    if surgery == "none":
        if pN not in (None, "pNx"):
            yield Fault(AFTER, "pN", f"{pN} without surgery of the nodes", "pNx",
                        "give pNx, or the surgery that the nodes came from")
        if count is not None:
            yield Fault(AFTER, "positive_nodes", f"{count} positive nodes without surgery of the nodes",
                        "no count of nodes", "take it out, or give the surgery that they came from")


def _in_situ_with_nodes(table: str, key: str, value: object) -> Fault:
    return Fault(table, key, f"histology dcis (pure) with {key} = {value}", "no positive nodes",
                 "with nodes there is invasive cancer: give its histology, or unknown until it is found")


def _of_date(table: str, today: datetime.date, date: datetime.date | None) -> Iterator[Fault]:
    if date is not None and date > today:
        yield Fault(table, "date", f"date = {date} is in the future", f"up to {today}", "correct it")


def _of_dates(before: datetime.date | None, after: datetime.date | None) -> Iterator[Fault]:
    if after is not None and before is not None and after < before:
        yield Fault(AFTER, "date", f"pathology of {after} is older than the facts before surgery ({before})",
                    f"{before} or later", "correct one of the dates")
