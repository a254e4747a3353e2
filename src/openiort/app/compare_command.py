"""`openiort compare`: IORT and EBRT side by side; a planning system's dose also alone, without an IORT plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiort.app.shared_options import JsonOption, SeedOption, print_json
from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.app.compare_plan import Asked
    from openiort.external.schedule import Schedule

TANGENTS_percent = 2.0
TABLES = ("schedules.toml", "structure_names.toml", "biology/endpoints.toml")


def compare_command(
    plan: Annotated[Path | None, typer.Argument(metavar="PLAN", help="Folder of a plan, which is made again.")] = None,
    ct: Annotated[
        Path | None, typer.Option("--ct", help="Folder of its CT; where it was read last time, if left out.")
    ] = None,
    ebrt: Annotated[
        str | None,
        typer.Option("--ebrt", metavar="SCHEDULE", help="40/15 (if left out), 26/5, 50/25+10/5 and so on; an imported "
                     "dose is scaled to it."),
    ] = None,
    ebrt_dose: Annotated[
        list[Path] | None,
        typer.Option("--ebrt-dose", metavar="FOLDER", help="RTDOSE, RTPLAN and RTSTRUCT of a plan; again for a boost."),
    ] = None,
    tangents: Annotated[
        bool, typer.Option("--tangents", help="Calculate two tangential fields on her CT (the extra `ebrt`; minutes).")
    ] = False,
    uncertainty_percent: Annotated[
        float | None,
        typer.Option("--uncertainty", help="Of the tangents: standard uncertainty to reach, percent; 2 if left out."),
    ] = None,
    goals: Annotated[
        Path | None, typer.Option("--goals", help="File of goals, one a line; the plan's own if left out.")
    ] = None,
    uncertainties: Annotated[
        Path | None,
        typer.Option("--uncertainties", metavar="FILE", help="Parts of the doses' uncertainty; our own if left out."),
    ] = None,
    tissues: Annotated[bool, typer.Option("--tissues", help="The plan with other tissue too (minutes).")] = False,
    spheres: Annotated[bool, typer.Option("--spheres", help="Other spheres in its place too (minutes).")] = False,
    seed: SeedOption = 1,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write page, figures and record to.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare a plan with external-beam radiotherapy: doses, goals, effects, visits, what trials found."""
    from openiort.app.compare_plan import Asked
    from openiort.external.pyradmc_engine import check_installed
    from openiort.external.schedule import find_schedule
    from openiort.plan.goals import read_goals
    from openiort.plan.run_limits import check_seed
    from openiort.plan.uncertainty_parts import uncertainty_parts
    from openiort.report.output_folder import check_output_folder

    schedule = find_schedule(ebrt) if ebrt is not None else None
    check_seed(seed)
    only_with_plan = {"--ct": ct, "--tangents": tangents, "--goals": goals, "--uncertainties": uncertainties,
                      "--tissues": tissues, "--spheres": spheres}
    _check_options(plan, ebrt_dose, only_with_plan)
    _check_schedule(schedule, imported=bool(ebrt_dose))
    if uncertainty_percent is not None:
        _check_uncertainty(uncertainty_percent, tangents=tangents)
    if tangents:
        check_installed()
    if goals is not None:
        read_goals(goals)
    uncertainty_parts(uncertainties)
    if out:
        check_output_folder(out, only_empty=True)
    if plan is None:
        _without_plan(ebrt_dose or [], schedule, out, as_json)
    else:
        _with_plan(plan, ct, Asked(schedule, ebrt_dose or (), tangents, uncertainty_percent or TANGENTS_percent, goals,
                                    uncertainties, tissues, spheres, seed), out, as_json)


def _check_options(plan: Path | None, ebrt_dose: list[Path] | None, only_with_plan: Mapping[str, object]) -> None:
    given = [name for name, value in only_with_plan.items() if value]
    if plan is None and not ebrt_dose:
        raise InputError("nothing to compare is given", where="PLAN", allowed="the folder of a plan, or --ebrt-dose",
                         fix="openiort compare demo-out")
    if plan is None and given:
        raise InputError(f"{given[0]} needs a plan", where=given[0], allowed="PLAN beside it",
                         fix="give the folder of a plan")
    if ebrt_dose and "--tangents" in given:
        raise InputError("--tangents and --ebrt-dose are both given", where="--tangents", allowed="one of them",
                         fix="leave one out: there is one EBRT column")


def _check_schedule(schedule: Schedule | None, *, imported: bool) -> None:
    if schedule is not None and schedule.volume != "whole breast" and not imported:
        raise InputError(f"schedule '{schedule.name}' treats the {schedule.volume}", where="--ebrt",
                         allowed="a whole-breast schedule, or --ebrt-dose with the dose of such a plan",
                         fix="choose a whole-breast schedule, or import a dose")


def _check_uncertainty(percent: float, *, tangents: bool) -> None:
    from openiort.external.tangent_dose import LEAST_percent, MOST_percent

    if not tangents:
        raise InputError("--uncertainty is that of tangents, which are not asked for", where="--uncertainty",
                         allowed="--tangents beside it", fix="add --tangents, or leave --uncertainty out")
    if not LEAST_percent <= percent <= MOST_percent:
        raise InputError(f"uncertainty {percent} % is out of range", where="--uncertainty",
                         allowed=f"{LEAST_percent:g} to {MOST_percent:g} %", fix="2 is usual, 5 a first look")


def _with_plan(folder: Path, ct: Path | None, asked: Asked, out: Path | None, as_json: bool) -> None:
    from openiort.app.compare_plan import compared, plan_again
    from openiort.app.compare_screen import show_comparison
    from openiort.app.progress_screen import ProgressScreen
    from openiort.report.comparison_folder import comparison_record, save_comparison

    with ProgressScreen() as progress:
        plan = plan_again(folder, ct, progress)
        found = compared(plan, asked, progress)
        shown = (found.sides, plan.patient.pseudonym, found.notes)
        progress("comparison", None, "page and figures")
        files = save_comparison(*shown, found.provenance, out, found) if out else ()
    if as_json:
        print_json(comparison_record(*shown, found.provenance, found) | {"files": list(files)})
    else:
        show_comparison(*shown, found)
        _say_written(out, files)


def _without_plan(folders: list[Path], schedule: Schedule | None, out: Path | None, as_json: bool) -> None:
    from openiort.app.compare_screen import show_comparison
    from openiort.app.progress_screen import ProgressScreen
    from openiort.core.provenance import provenance
    from openiort.dicom.imported_course import import_course
    from openiort.dicom.pseudonym import pseudonym, user_key
    from openiort.plan.compared_side import IORT, NO_PLAN, ComparedSide, external_side
    from openiort.report.comparison_folder import comparison_record, save_comparison

    with ProgressScreen() as progress:
        course = import_course(folders, schedule, progress)
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
        _say_written(out, files)


def _say_written(out: Path | None, files: tuple[str, ...]) -> None:
    if out:
        typer.echo(f"\nwritten to {out}: {', '.join(files)}")
