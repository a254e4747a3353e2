"""Studies to pool, from names: a trial's outcome, or a table of own studies."""

from __future__ import annotations

from collections.abc import Sequence

from openiort.core.errors import InputError
from openiort.core.table_file import read_table_file
from openiort.evidence.read_trial import find_trial
from openiort.evidence.study import Study
from openiort.evidence.trial import TECHNIQUES, Outcome, Trial
from openiort.evidence.two_arms import TwoArms

COUNTS = ("events_new", "total_new", "events_control", "total_control")
COLUMNS = ("name", "technique", *COUNTS)
OPTIONAL = ("trial", "part")
MOST_STUDIES = 1000


def read_studies(names: Sequence[str]) -> tuple[Study, ...]:
    """Studies of trials and files (`NAME`, `NAME:OUTCOME`, TOML, CSV, Parquet), in this order.

    Without an outcome the trial's first one.

    Raises:
        InputError: no such trial, outcome or file; counts of two arms not public; a bad row, with its line.
    """
    found: list[Study] = []
    for name in names:
        found += _of_table(name) if name.lower().endswith((".csv", ".parquet")) else [_of_trial(name)]
    return tuple(found)


def _of_trial(name: str) -> Study:
    head, colon, outcome = name.rpartition(":")
    trial = find_trial(head if colon else name)
    chosen = _outcome(trial, outcome if colon else None)
    if chosen.counts is None:
        having = [each.name for each in trial.outcomes if each.counts is not None]
        raise InputError(f"counts of two arms are not public: {chosen.name} of {trial.name}", where=name[:80],
                         allowed=", ".join(having) or "a trial with counts of two arms", fix="choose another outcome")
    return Study(f"{trial.name}:{chosen.name}", trial.study, chosen.part, trial.technique, chosen.counts,
                 "R" in (chosen.events_mark, chosen.totals_mark))


def _outcome(trial: Trial, name: str | None) -> Outcome:
    names = [each.name for each in trial.outcomes]
    if not names or (name is not None and name not in names):
        raise InputError(f"no outcome '{(name or '')[:60]}' in {trial.name}", where="NAMES",
                         allowed=", ".join(names) or "a trial with outcomes", fix="choose one of these")
    return trial.outcomes[names.index(name) if name else 0]


def _of_table(file: str) -> list[Study]:
    table = read_table_file(file)
    titles = set(table.columns)
    if not set(COLUMNS) <= titles <= {*COLUMNS, *OPTIONAL}:
        raise InputError(f"columns {', '.join(table.columns)[:120]}", where=table.name,
                         allowed=f"{', '.join(COLUMNS)}; and, if wished, {', '.join(OPTIONAL)}",
                         fix="correct the first line")
    if table.faults:
        fault = table.faults[0]
        raise InputError(fault.what, where=f"{table.name}, line {fault.row}", allowed=fault.allowed, fix=fault.fix)
    rows = table.row_numbers.size
    if not 1 <= rows <= MOST_STUDIES:
        raise InputError(f"{rows} studies", where=table.name, allowed=f"1 to {MOST_STUDIES}",
                         fix="check that it is the right file")
    return [_of_row({title: str(column[row]) for title, column in table.columns.items()},
                    f"{table.name}, line {number}") for row, number in enumerate(table.row_numbers)]


def _of_row(cells: dict[str, str], where: str) -> Study:
    for key in COUNTS:
        if not (cells[key].isascii() and cells[key].isdigit() and len(cells[key]) < 10):
            raise InputError(f"{key} = {cells[key][:40]!r} is no count", where=where,
                             allowed="a whole number from 0 up", fix="give women with the event, and women analysed")
    name = cells["name"]
    texts = [cells.get(key, "") for key in ("name", *OPTIONAL)]
    if not name or not "".join(texts).isprintable() or cells["technique"] not in TECHNIQUES:
        raise InputError(f"name {name[:40]!r}, technique {cells['technique'][:40]!r}", where=where,
                         allowed=f"printable names, and {' or '.join(TECHNIQUES)}", fix="correct the row")
    try:
        counts = TwoArms(*(int(cells[key]) for key in COUNTS))
    except InputError as error:
        raise InputError(error.what, where=f"{where}, {error.where}", allowed=error.allowed, fix=error.fix) from error
    return Study(name[:60], cells.get("trial") or name, cells.get("part") or None, cells["technique"], counts)
