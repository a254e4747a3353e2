"""`openiort compare`: IORT and EBRT side by side; here from a planning system's dose alone, without an IORT plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiort.app.shared_options import JsonOption, print_json

if TYPE_CHECKING:
    from openiort.plan.compared_side import ComparedSide

TABLES = ("schedules.toml", "structure_names.toml", "biology/endpoints.toml")


def compare_command(
    ebrt_dose: Annotated[
        list[Path],
        typer.Option("--ebrt-dose", metavar="FOLDER", help="RTDOSE, RTPLAN and RTSTRUCT of a plan; again for a boost."),
    ],
    ebrt: Annotated[
        str | None,
        typer.Option("--ebrt", metavar="SCHEDULE", help="Scale to it, 40/15 or 40/15+10/5; as planned if left out."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write page, figure and record to.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare treatments: DVHs in physical dose and EQD2, from the dose of a planning system."""
    from openiort.app.compare_screen import show_comparison
    from openiort.app.progress_screen import ProgressScreen
    from openiort.core.provenance import provenance
    from openiort.dicom.imported_course import import_course
    from openiort.dicom.pseudonym import pseudonym, user_key
    from openiort.external.schedule import find_schedule
    from openiort.plan.compared_side import IORT, NO_PLAN, ComparedSide, external_side
    from openiort.report.comparison_folder import comparison_record, save_comparison
    from openiort.report.output_folder import check_output_folder

    schedule = find_schedule(ebrt) if ebrt is not None else None
    if out:
        check_output_folder(out, only_empty=True)
    with ProgressScreen() as progress:
        course = import_course(ebrt_dose, schedule, progress)
        progress("DVHs", None, f"{len(course.structures)} structures")
        sides: tuple[ComparedSide, ...] = (ComparedSide(IORT, NO_PLAN),
                                           external_side(course.courses, course.structures, course.missing))
        key = user_key()
        whose, notes = pseudonym(course.identity, key), (*course.notes, *key.notes)
        rests_on = {"courses": [dict(one.provenance) for one in course.courses],
                    **provenance(seed=0, input_sha256=course.input_sha256[0], tables=TABLES)}
        files = save_comparison(sides, whose, notes, rests_on, out) if out else ()
    if as_json:
        print_json(comparison_record(sides, whose, notes, rests_on) | {"files": list(files)})
    else:
        show_comparison(sides, whose, notes)
        if out:
            typer.echo(f"\nwritten to {out}: {', '.join(files)}")
