"""`openiort select`: who may have it, by which guideline and why; for one candidate or a table of many."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openiort.app.select_options import GuidelinesOption, chosen_guidelines
from openiort.app.select_table_command import compare_command, table_command
from openiort.app.shared_options import JsonOption, print_json

select_commands = typer.Typer(help="Who may have it: guidelines asked of candidates.", no_args_is_help=True)


@select_commands.command("assess")
def assess_command(
    file: Annotated[Path, typer.Argument(metavar="CANDIDATE.toml", help="As `openiort select template` shows one.")],
    guideline: GuidelinesOption = None,
    reasons: Annotated[bool, typer.Option("--reasons", help="Show every criterion, met or not.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask guidelines about one candidate: the answers, why, what is missing, where they disagree."""
    from openiort.app.select_screen import show_assessment
    from openiort.select.assess import assess
    from openiort.select.decision_record import assessment_record
    from openiort.select.read_candidate import read_candidate

    asked = chosen_guidelines(guideline) if guideline else None
    found = assess(read_candidate(file), asked)
    if as_json:
        print_json(assessment_record(found))
    else:
        show_assessment(found, every_reason=reasons)


select_commands.command("table")(table_command)


@select_commands.command("guidelines")
def guidelines_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Show this one: a name, or a TOML file of your own.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the guidelines that come with the program, or show the criteria of one."""
    from openiort.app.guideline_screen import show_guideline, show_guidelines
    from openiort.select.decision_record import guideline_record
    from openiort.select.read_guideline import find_guideline, guideline_names, shipped_guideline

    if name is not None:
        found = find_guideline(name)
        if as_json:
            print_json(guideline_record(found))
        else:
            show_guideline(found)
        return
    every = [shipped_guideline(each) for each in guideline_names()]
    if as_json:
        print_json([guideline_record(each) for each in every])
    else:
        show_guidelines(every)


select_commands.command("compare")(compare_command)


@select_commands.command("template")
def template_command(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="New file to write it into.")] = None,
    as_json: JsonOption = False,
) -> None:
    """An empty candidate's file: every fact, and what may be said of it."""
    from openiort.core.output_file import check_new_file, write_output_file
    from openiort.select.decision_record import fact_records
    from openiort.select.template import candidate_template

    if out is not None:
        check_new_file(out, option="--out")
        write_output_file(out, candidate_template().encode(), option="--out")
    if as_json:
        print_json(fact_records())
    elif out is None:
        typer.echo(candidate_template(), nl=False)
    else:
        typer.echo(f"written to {out}; fill it in, then: openiort select assess {out}")
