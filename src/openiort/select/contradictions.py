"""What cannot be true together of one woman, and sizes that look like centimetres.

Sizes of stages: TNM classification of malignant tumours, 8th edition (UICC 2017), breast tumours.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from openiort.select.candidate_fault import Fault
from openiort.select.stages import broad_stage

if TYPE_CHECKING:
    from openiort.select.candidate import Candidate, FactsBeforeSurgery, FactsOfBothPhases, FactsOfPathology

BEFORE, AFTER = "before_surgery", "pathology"
# over, up to; T4 is any size
SIZE_OF_T_mm = {"T1mi": (0.0, 1.0), "T1a": (1.0, 5.0), "T1b": (5.0, 10.0), "T1c": (10.0, 20.0), "T1": (0.0, 20.0),
                "T2": (20.0, 50.0), "T3": (50.0, 300.0)}
SMALL_STAGES = ("Tis", "T1mi", "T1a")
LARGEST_AS_CENTIMETRES_mm = 5.0
FREE_NODES = ("pN0", "pN0(i-)", "pN0(i+)")
DCIS = "dcis"


def contradictions(candidate: Candidate, today: datetime.date | None = None) -> list[Fault]:
    """All that cannot be true together.

    Args:
        candidate: whose facts are each allowed.
        today: last day that a fact can have been found on; the calendar's by default.
    """
    before, after = candidate.before_surgery, candidate.pathology
    found = [*_of_phase(BEFORE, before, before.cT, "cT")]
    if before.histology == DCIS and before.cN not in (None, "cN0"):
        found.append(_in_situ_with_nodes(BEFORE, "cN", before.cN))
    if after is not None:
        found += [*_of_phase(AFTER, after, after.pT, "pT"), *_of_nodes(after)]
    return [*found, *_of_dates(before, after, today or datetime.date.today())]


def _of_phase(table: str, facts: FactsOfBothPhases, stage: str | None, key: str) -> Iterator[Fault]:
    yield from _of_size(table, facts, stage, key)
    if stage is not None and facts.histology is not None:
        in_situ = broad_stage(stage) == "Tis"
        if facts.histology == DCIS and not in_situ:
            yield Fault(table, key, f"histology dcis (pure) with {stage}", f"{key} = \"{key[0]}Tis\"",
                        "pure in situ cancer is Tis; where something is invasive, give its histology")
        if facts.histology != DCIS and in_situ:
            yield Fault(table, key, f"{stage} with histology {facts.histology}", "Tis is cancer in situ alone",
                        "correct one of them")
    if facts.histology == DCIS and facts.grade is not None:
        yield Fault(table, "grade", "grade of the invasive tumour with histology dcis (pure)", "no grade",
                    "give the nuclear grade as dcis_grade")
    extent_mm = facts.dcis_extent_mm
    if extent_mm is not None and extent_mm <= LARGEST_AS_CENTIMETRES_mm and not extent_mm.is_integer():
        yield Fault(table, "dcis_extent_mm", f"dcis_extent_mm = {extent_mm:g}: is that in cm?", "millimetres",
                    f"write {10 * extent_mm:g} if it is; if not, a whole number of millimetres")
    if facts.size_mm is not None and facts.foci_extent_mm is not None and facts.foci_extent_mm < facts.size_mm:
        yield Fault(table, "foci_extent_mm", f"all foci together extend {facts.foci_extent_mm:g} mm, the largest one "
                    f"{facts.size_mm:g} mm", "foci_extent_mm at least size_mm", "correct one of them")


def _of_size(table: str, facts: FactsOfBothPhases, stage: str | None, key: str) -> Iterator[Fault]:
    size_mm = facts.size_mm
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


def _of_nodes(facts: FactsOfPathology) -> Iterator[Fault]:
    pN, count = facts.pN, facts.positive_nodes
    positive = pN is not None and pN not in (*FREE_NODES, "pNx")
    if facts.histology == DCIS and (positive or count):
        yield _in_situ_with_nodes(AFTER, "pN" if positive else "positive_nodes", pN if positive else count)
    if pN in FREE_NODES and count:
        yield Fault(AFTER, "positive_nodes", f"{pN} with {count} positive nodes", "0 positive nodes with pN0",
                    "correct one of them; isolated tumour cells are pN0(i+) and do not count")
    if positive and count == 0:
        yield Fault(AFTER, "positive_nodes", f"{pN} with 0 positive nodes", "1 or more", "correct one of them")
    if facts.nodal_surgery == "none":
        if pN not in (None, "pNx"):
            yield Fault(AFTER, "pN", f"{pN} without surgery of the nodes", "pN = \"pNx\"",
                        "give pNx, or the surgery that the nodes came from")
        if count is not None:
            yield Fault(AFTER, "positive_nodes", f"{count} positive nodes without surgery of the nodes",
                        "no count of nodes", "take it out, or give the surgery that they came from")


def _in_situ_with_nodes(table: str, key: str, value: object) -> Fault:
    return Fault(table, key, f"histology dcis (pure) with {key} = {value}", "no positive nodes",
                 "with nodes there is invasive cancer: give its histology, or \"unknown\" until it is found")


def _of_dates(before: FactsBeforeSurgery, after: FactsOfPathology | None, today: datetime.date) -> Iterator[Fault]:
    for table, facts in ((BEFORE, before), (AFTER, after)):
        if facts is not None and facts.date is not None and facts.date > today:
            yield Fault(table, "date", f"date = {facts.date} is in the future", f"up to {today}", "correct it")
    if after is not None and after.date is not None and before.date is not None and after.date < before.date:
        yield Fault(AFTER, "date", f"pathology of {after.date} is older than the facts before surgery "
                    f"({before.date})", f"{before.date} or later", "correct one of the dates")
