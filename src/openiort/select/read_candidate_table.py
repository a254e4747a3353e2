"""Reader of many candidates: every row that is wrong is reported, the others are there."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from openiort.core.column import Column, distinct_rows
from openiort.core.row_fault import RowFault
from openiort.core.table_file import FileTable, read_table_file
from openiort.select.candidate import SAFE_ID, TABLES, UNKNOWN, Candidate
from openiort.select.candidate_fault import CandidateError, Fault
from openiort.select.candidate_table import CandidateTable
from openiort.select.cell_value import cell_reader
from openiort.select.contradictions import rules
from openiort.select.fact_titles import ID, understood_titles
from openiort.select.fact_type import DATE, FactType, fact_types

SAFE = re.compile(SAFE_ID)
NOT_UTF8 = re.compile("[\ud800-\udfff]")
WORDS_OF_NOTHING = {"-", "?", "na", "n/a", "nan", "none", "null", "not known", UNKNOWN}


def read_candidate_table(file: str | Path) -> CandidateTable:
    """Read a table of candidates, one a row (docs/files.md says which columns there are).

    Raises:
        InputError: the file cannot be read as a table, or has columns that are not known.
    """
    table = read_table_file(file)
    titles = understood_titles(list(table.columns), where=f"{file}, line of titles")
    ids = _ids(table)
    columns, faults = {}, [*table.faults, *_id_faults(table, ids)]
    for title, (part, fact) in titles.items():
        refused: dict[int, Fault] = {}
        columns[part, fact] = _read_values(table.columns[title], part, fact, refused)
        faults += _cell_faults(table, title, refused)
    faults += _contradictions(table, titles, columns)
    good = ~np.isin(table.row_numbers, [fault.row for fault in faults])
    return CandidateTable(table.name, tuple([ids.values[code] for code in ids.codes[good]]), table.row_numbers[good],
                          {key: column.of(good) for key, column in columns.items()}, tuple(sorted(faults)))


def _read_values(column: Column, part: str, fact: str, refused: dict[int, Fault]) -> Column:
    """The column's values as one candidate would have them; `refused`: place of a value -> why it cannot be."""
    model = TABLES[part]
    kind, read, values = fact_types(model)[fact], cell_reader(model, fact), []
    for place, cell in enumerate(column.values):
        try:
            values.append(getattr(model(**{fact: read(cell)}), fact))
        except CandidateError as error:
            refused[place] = _refused_cell(kind, cell, error.faults[0])
            values.append(None)
    return Column(column.codes, tuple(values))


def _refused_cell(kind: FactType, cell: Any, fault: Fault) -> Fault:
    """What a candidate alone says of the value, worded for a cell."""
    text = str(cell)
    fix = "correct the cell"
    if NOT_UTF8.search(text):
        fix = "save the file as UTF-8"
    elif text.lower() in WORDS_OF_NOTHING:
        fix = f"leave the cell empty, or write {UNKNOWN}"
    elif kind.is_number and "," in text:
        fix = "write the number with a decimal point"
    allowed = "a date such as 2026-05-04" if kind.kind == DATE else kind.allowed
    return replace(fault, allowed=f"{allowed}; empty or {UNKNOWN} where it is not known", fix=fix)


def _cell_faults(table: FileTable, title: str, refused: Mapping[int, Fault]) -> Iterator[RowFault]:
    codes = table.columns[title].codes
    for row in np.flatnonzero(np.isin(codes, list(refused))):
        fault = refused[int(codes[row])]
        yield RowFault(int(table.row_numbers[row]), title, fault.what, fault.allowed, fault.fix)


def _contradictions(table: FileTable, titles: Mapping[str, tuple[str, str]],
                    columns: Mapping[tuple[str, str], Column]) -> Iterator[RowFault]:
    """What cannot be true together, each rule asked once for every combination of its facts that occurs."""
    title_of = {f"{part}.{fact}": title for title, (part, fact) in titles.items()}
    for rule in rules(datetime.date.today()):
        known = [columns.get(place) for place in rule.reads]
        if not any(known):
            continue
        kinds, firsts = distinct_rows((column.codes for column in known if column), len(table.row_numbers))
        found = {kind: faults for kind, row in enumerate(firsts)
                 if (faults := list(rule.check(*(column[row] if column else None for column in known))))}
        for row in np.flatnonzero(np.isin(kinds, list(found))):
            for fault in found[int(kinds[row])]:
                yield RowFault(int(table.row_numbers[row]), title_of.get(fault.place, fault.place), fault.what,
                               fault.allowed, fault.fix)


def _ids(table: FileTable) -> Column:
    """Pseudonyms as text: Parquet may have them as whole numbers."""
    column = table.columns[ID]
    return Column(column.codes, tuple([str(value) if type(value) is int else value for value in column.values]))


def _id_faults(table: FileTable, ids: Column) -> Iterator[RowFault]:
    unfit = {place: Fault("", ID, f"{ascii(text)[:40]} cannot be a pseudonym", fact_types(Candidate)[ID].allowed,
                          "give her another one")
             for place, text in enumerate(ids.values) if not (isinstance(text, str) and SAFE.fullmatch(text))}
    yield from _cell_faults(table, ID, unfit)
    rows = Counter([ids.values[code] for code in ids.codes])
    yield from _cell_faults(table, ID, {
        place: Fault("", ID, f"{text} comes {rows[text]} times", "each patient in one row",
                     "remove the rows that are not hers")
        for place, text in enumerate(ids.values) if rows[text] > 1 and place not in unfit})
