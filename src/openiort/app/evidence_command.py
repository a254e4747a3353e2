"""`openiort evidence`: what trials published, rebuilt and under other methods."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from openiort.app.evidence_analyse_command import analyse_command
from openiort.app.evidence_design_command import design_commands
from openiort.app.evidence_methods_command import methods_command
from openiort.app.evidence_options import ForceOption, PlotOption, TrialArgument, check_plot
from openiort.app.evidence_patient_page_command import patient_page_command
from openiort.app.evidence_pool_command import pool_command
from openiort.app.evidence_randomise_command import randomise_commands
from openiort.app.evidence_simulate_command import simulate_command
from openiort.app.evidence_single_arm_command import single_arm_command
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError

evidence_commands = typer.Typer(help="What trials show: published results, rebuilt and under other methods.",
                                no_args_is_help=True)
evidence_commands.command("analyse")(analyse_command)
evidence_commands.command("patient-page")(patient_page_command)
evidence_commands.add_typer(design_commands, name="design")
evidence_commands.add_typer(randomise_commands, name="randomise")
evidence_commands.command("simulate")(simulate_command)
evidence_commands.command("methods")(methods_command)
evidence_commands.command("pool")(pool_command)
evidence_commands.command("single-arm")(single_arm_command)


@evidence_commands.command("show")
def show_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A trial, or a TOML file; all of them if left out.")
    ] = None,
    plot: PlotOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a trial's numbers with their marks and sources; or list the trials."""
    from openiort.app.evidence_screen import show_trial, show_trials
    from openiort.evidence.read_trial import find_trial, shipped_trial, trial_names

    check_plot(plot, force)
    if name is None:
        if plot is not None:
            raise InputError("a list of trials has no figure", where="--plot", allowed="with the name of a trial",
                             fix="name one, such as targit-a-2014")
        every = [shipped_trial(each) for each in trial_names()]
        if as_json:
            print_json([{"name": each.name, "title": each.title, "citation": each.citation} for each in every])
        else:
            show_trials(every)
        return
    trial = find_trial(name)
    if plot is not None:
        from openiort.report.figure_file import write_figure
        from openiort.report.outcomes_figure import outcomes_figure

        write_figure(outcomes_figure(trial), plot, option="--plot", force=force)
    if as_json:
        print_json(asdict(trial))
    else:
        show_trial(trial)


@evidence_commands.command("rebuild")
def rebuild_command(name: TrialArgument, as_json: JsonOption = False) -> None:
    """Rebuild every printed estimate from counts, rates and limits: agrees, rounding, or does not follow."""
    from openiort.app.evidence_screen import show_rebuilt
    from openiort.evidence.read_trial import find_trial
    from openiort.evidence.rebuild import AGREES, NOT_REBUILT, rebuild

    trial = find_trial(name)
    found = rebuild(trial)
    if as_json:
        print_json([{
            "outcome": item.outcome, "estimate": item.printed.estimate, "printed": item.printed.value,
            "printed_is_bound": item.printed.is_bound, "mark": item.printed.mark,
            "to_be_confirmed": item.printed.mark == "R", "rebuilt": item.rebuilt,
            "agrees": None if item.verdict == NOT_REBUILT else item.verdict == AGREES, "verdict": item.verdict,
            "why": item.why, "note": item.printed.note} for item in found])
    else:
        show_rebuilt(trial, found)
