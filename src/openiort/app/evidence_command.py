"""`openiort evidence`: what trials published, rebuilt and under other methods."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from openiort.app.evidence_analyse_command import analyse_command
from openiort.app.evidence_design_command import design_commands
from openiort.app.evidence_patient_page_command import patient_page_command
from openiort.app.evidence_randomise_command import randomise_commands
from openiort.app.evidence_simulate_command import simulate_command
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError

evidence_commands = typer.Typer(help="What trials show: published results, rebuilt and under other methods.",
                                no_args_is_help=True)
evidence_commands.command("analyse")(analyse_command)
evidence_commands.command("patient-page")(patient_page_command)
evidence_commands.add_typer(design_commands, name="design")
evidence_commands.add_typer(randomise_commands, name="randomise")
evidence_commands.command("simulate")(simulate_command)
TrialArgument = Annotated[str, typer.Argument(metavar="NAME", help="A trial of the program's, or a TOML file.")]


@evidence_commands.command("show")
def show_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A trial, or a TOML file; all of them if left out.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a trial's numbers with their marks and sources; or list the trials."""
    from openiort.app.evidence_screen import show_trial, show_trials
    from openiort.evidence.read_trial import find_trial, shipped_trial, trial_names

    if name is None:
        every = [shipped_trial(each) for each in trial_names()]
        if as_json:
            print_json([{"name": each.name, "title": each.title, "citation": each.citation} for each in every])
        else:
            show_trials(every)
        return
    trial = find_trial(name)
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
            "printed_is_bound": item.printed.is_bound, "mark": item.printed.mark, "rebuilt": item.rebuilt,
            "agrees": None if item.verdict == NOT_REBUILT else item.verdict == AGREES, "verdict": item.verdict,
            "why": item.why, "note": item.printed.note} for item in found])
    else:
        show_rebuilt(trial, found)


@evidence_commands.command("methods")
def methods_command(
    name: TrialArgument,
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="NAME", help="Of the trial; the first one if left out.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option("--margin", help="Largest tolerable difference, a fraction; else the trial's.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Judge one outcome by every method, at margins from 1 to 4 %; and how many events more turn the verdict."""
    from openiort.app.evidence_screen import show_methods
    from openiort.evidence.margin_table import MARGINS, method_results
    from openiort.evidence.read_trial import find_trial

    trial = find_trial(name)
    names = [each.name for each in trial.outcomes]
    if outcome is not None and outcome not in names:
        raise InputError(f"no outcome '{outcome[:60]}' in {trial.name}", where="--outcome", allowed=", ".join(names),
                         fix="choose one of these")
    if not names:
        raise InputError(f"{trial.name} has no outcome", where="NAME", allowed="a trial with outcomes", fix="add one")
    chosen = trial.outcomes[names.index(outcome) if outcome else 0]
    asked = trial.margin if margin is None else margin
    if asked is None:
        raise InputError(f"{trial.name} has no margin", where="--margin", allowed="above 0 and below 1, such as 0.025",
                         fix="give one; a single arm has no difference: see `openiort evidence rebuild`")
    results = method_results(chosen, asked)
    if not results:
        raise InputError(f"neither counts nor limits of both arms are public: {chosen.name} of {trial.name}",
                         where="--outcome", allowed=", ".join(names), fix="choose another outcome")
    if as_json:
        print_json({"trial": trial.name, "outcome": chosen.name, "margin": asked, "margins": MARGINS,
                    "methods": [asdict(result) for result in results]})
    else:
        show_methods(trial, chosen, asked, results)
