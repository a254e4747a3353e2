"""`openiort evidence methods`: one outcome judged by every method."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from openiort.app.evidence_options import (
    ForceOption,
    OutcomeOption,
    PlotOption,
    TrialArgument,
    check_plot,
    chosen_outcome,
)
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError


def methods_command(
    name: TrialArgument,
    outcome: OutcomeOption = None,
    margin: Annotated[
        float | None, typer.Option("--margin", help="Largest tolerable difference, a fraction; else the trial's.")
    ] = None,
    plot: PlotOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge one outcome by every method, at margins from 1 to 4 %; and how many events more turn the verdict."""
    from openiort.app.evidence_methods_screen import show_methods
    from openiort.evidence.margin_table import MARGINS, can_be_judged, method_results
    from openiort.evidence.read_trial import find_trial
    from openiort.evidence.verdict_map import verdict_map

    check_plot(plot, force)
    trial = find_trial(name)
    chosen = chosen_outcome(trial, outcome)
    asked = trial.margin if margin is None else margin
    if asked is None:
        raise InputError(f"{trial.name} has no margin", where="--margin", allowed="above 0 and below 1, such as 0.025",
                         fix="give one; a single arm has no difference: see `openiort evidence single-arm`")
    results = method_results(chosen, asked)
    if not results:
        raise InputError(f"neither counts nor limits of both arms are public: {chosen.name} of {trial.name}",
                         where="--outcome", fix="choose another outcome, or give a trial with them",
                         allowed=", ".join(each.name for each in trial.outcomes if can_be_judged(each))
                         or "an outcome with counts or limits of both arms")
    if plot is not None:
        from openiort.report.figure_file import write_figure
        from openiort.report.methods_figure import largest_margin, methods_figure

        map_ = None if chosen.counts is None else verdict_map(chosen.counts, largest_margin(asked))
        title = f"{trial.name}, {chosen.name}"
        write_figure(methods_figure(title, asked, results, map_, recalled=chosen.recalled), plot, option="--plot",
                     force=force)
    if as_json:
        print_json({"trial": trial.name, "outcome": chosen.name, "margin": asked, "margins": MARGINS,
                    "marks": chosen.marks, "to_be_confirmed": chosen.recalled,
                    "methods": [asdict(result) for result in results]})
    else:
        show_methods(trial, chosen, asked, results)
