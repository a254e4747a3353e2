"""`openiort select table` and `compare`: guidelines asked of many candidates at once.

Bad rows are told and left out, the others are done; the exit code is then 2, as for any bad input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.app.select_options import FaultsOption, GuidelinesOption, chosen_guidelines
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError
from openiort.version import __version__

if TYPE_CHECKING:
    from openiort.select.candidate_table import CandidateTable
    from openiort.select.compare_versions import Change
    from openiort.select.table_decision import TableDecision

BAD_ROWS_CODE = 2
TableArgument = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or Parquet, one row a patient.")]


def table_command(
    file: TableArgument,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="New CSV or Parquet file to write the decisions into; "
                                  "NAME-decisions beside the table if left out.")
    ] = None,
    faults: FaultsOption = None,
    guideline: GuidelinesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask guidelines about every candidate of a table; bad rows are told and left out (exit code 2)."""
    from openiort.app.select_table_screen import show_table
    from openiort.core.table_file import check_table_file
    from openiort.report.file_hashes import path_sha256
    from openiort.select.assess_table import assess_table
    from openiort.select.read_candidate_table import read_candidate_table
    from openiort.select.read_guideline import guideline_names
    from openiort.select.write_decisions import check_decisions_file, write_decisions
    from openiort.select.write_faults import check_faults_file, write_faults

    asked = chosen_guidelines(guideline or guideline_names())
    check_table_file(file)
    place = check_decisions_file(out or file.with_name(f"{file.stem}-decisions{file.suffix}"))
    if faults is not None and check_faults_file(faults) == place:
        raise InputError(f"decisions and faults cannot both go to {place}", where="--faults", allowed="two files",
                         fix="choose another name for one of them")
    input_sha256 = path_sha256(file)
    table = read_candidate_table(file)
    decisions = assess_table(table, asked)
    write_decisions(place, table, decisions)
    if faults is not None:
        write_faults(faults, table.faults)
    if as_json:
        print_json({"file": table.name, "input_sha256": input_sha256, "program_version": __version__,
                    "patients": len(table), "bad_rows": len({f.row for f in table.faults}),
                    "faults": [asdict(fault) for fault in table.faults],
                    "guidelines": [table_summary(decision) for decision in decisions], "out": str(place)})
    else:
        show_table(table, decisions, place, faults)
    end_with(table)


def compare_command(
    first: Annotated[str, typer.Argument(metavar="A", help="Guideline, or a TOML file of your own.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one, or another version of it.")],
    table: Annotated[
        Path | None, typer.Option("--table", metavar="FILE", help="Candidates, CSV or Parquet: for whom they differ.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two guidelines criterion by criterion, and for whom in a table."""
    from openiort.app.guideline_screen import show_changes
    from openiort.app.select_table_screen import show_changed_patients, show_faults
    from openiort.select.changed_patients import changed_patients
    from openiort.select.compare_versions import compare_versions
    from openiort.select.read_candidate_table import read_candidate_table
    from openiort.select.read_guideline import find_guideline

    before, after = find_guideline(first), find_guideline(second)
    candidates = None if table is None else read_candidate_table(table)
    changes = compare_versions(before, after)
    changed = () if candidates is None else changed_patients(candidates, before, after)
    if as_json:
        record: dict[str, Any] = {"first": before.name, "second": after.name, "changes": change_records(changes)}
        if candidates is not None:
            record |= {"patients": len(candidates), "changed_for": [asdict(patient) for patient in changed],
                       "faults": [asdict(fault) for fault in candidates.faults]}
        print_json(record)
    else:
        show_changes(before, after, changes)
        if candidates is not None:
            show_faults(candidates.faults)
            show_changed_patients(before, after, changed, len(candidates))
    end_with(candidates)


def end_with(table: CandidateTable | None) -> None:
    """End with the exit code of bad input where rows were left out."""
    if table is not None and table.faults:
        raise typer.Exit(BAD_ROWS_CODE)


def table_summary(decision: TableDecision) -> dict[str, Any]:
    """Patients of one guideline by class and by what the classes mean."""
    by_class: Counter[str] = Counter()
    by_meaning: Counter[str] = Counter()
    not_asked: Counter[str] = Counter()
    to_be_confirmed = 0
    for outcome, patients in decision.counts():
        by_class[outcome.class_name] += patients
        by_meaning[outcome.meaning] += patients
        not_asked.update(dict.fromkeys(outcome.not_asked, patients))
        to_be_confirmed += patients * outcome.to_be_confirmed
    guideline = decision.guideline
    return {"guideline": guideline.name, "version": guideline.version, "guideline_sha256": guideline.sha256,
            "classes": dict(by_class), "meanings": dict(by_meaning), "to_be_confirmed": to_be_confirmed,
            "not_asked": dict(not_asked)}


def change_records(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes of criteria, ready for JSON."""
    from openiort.select.decision_record import criterion_record

    return [{"kind": change.kind, "name": change.name, "before": change.before and criterion_record(change.before),
             "after": change.after and criterion_record(change.after)} for change in changes]
