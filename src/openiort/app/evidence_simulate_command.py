"""`openiort evidence simulate`: whole trials, and how often each method finds non-inferiority."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from openiort.app.shared_options import JsonOption, SeedOption, print_json


def simulate_command(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="TOML with assumptions; else a trial like "
                                                                       "TARGIT-A.")] = None,
    women_new: Annotated[int | None, typer.Option("--women-new", help="Women in the new arm.")] = None,
    women_control: Annotated[int | None, typer.Option("--women-control", help="Women in the control arm.")] = None,
    control: Annotated[float | None, typer.Option("--control", help="Risk in the control arm by the horizon.")] = None,
    new: Annotated[float | None, typer.Option("--new", help="Risk in the new arm without added EBRT.")] = None,
    margin: Annotated[float | None, typer.Option("--margin", help="Largest tolerable new minus control.")] = None,
    alpha: Annotated[float | None, typer.Option("--alpha", help="One-sided error.")] = None,
    years: Annotated[float | None, typer.Option("--years", help="Horizon: the fixed time of all estimates.")] = None,
    accrual: Annotated[float | None, typer.Option("--accrual-years", help="How long women enter, evenly.")] = None,
    follow_up: Annotated[float | None, typer.Option("--follow-up-years", help="From the last entry to the analysis."
                                                    )] = None,
    death_new: Annotated[float | None, typer.Option("--death-new", help="Share who die in a year, new arm.")] = None,
    death_control: Annotated[float | None, typer.Option("--death-control", help="The same, control arm.")] = None,
    loss: Annotated[float | None, typer.Option("--loss", help="Share lost to follow-up in a year.")] = None,
    added_ebrt: Annotated[float | None, typer.Option("--added-ebrt", help="Share of the new arm with added EBRT."
                                                     )] = None,
    hazard_ratio: Annotated[float | None, typer.Option("--added-ebrt-hazard-ratio", help="Their hazard of recurrence "
                                                       "over that of the others.")] = None,
    trials: Annotated[int, typer.Option("--trials", help="Trials under each of the two truths.")] = 10_000,
    seed: SeedOption = 1,
    workers: Annotated[int, typer.Option("--workers", help="Processes; the result does not depend on it.")] = 1,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Picture of the rates: PNG, SVG or PDF."
                                              )] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the picture if it exists.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Simulate whole trials twice: with the risks assumed (power), and with a difference of the margin (type I)."""
    from openiort.app.evidence_simulate_screen import show_simulation
    from openiort.app.progress_screen import ProgressScreen
    from openiort.evidence.read_simulation import read_assumptions
    from openiort.evidence.trial_simulation import check_run
    from openiort.evidence.trial_truths import simulate_truths

    given = {"women_new": women_new, "women_control": women_control, "control": control, "new": new, "margin": margin,
             "alpha": alpha, "horizon_years": years, "accrual_years": accrual, "follow_up_years": follow_up,
             "yearly_death_new": death_new, "yearly_death_control": death_control, "yearly_loss": loss,
             "added_ebrt": added_ebrt, "added_ebrt_hazard_ratio": hazard_ratio}
    trial = read_assumptions(file, given)
    check_run(trials, seed, workers)
    if plot is not None:
        from openiort.report.figure_file import check_figure_file, write_figure
        from openiort.report.simulation_figure import simulation_figure

        check_figure_file(plot, option="--plot", force=force)
    with ProgressScreen() as progress:
        truths = simulate_truths(trial, trials, seed=seed, workers=workers, progress=progress)
    if plot is not None:
        write_figure(simulation_figure(truths, trial.alpha), plot, option="--plot", force=force)
    if as_json:
        print_json({"assumptions": asdict(trial), "trials": trials, "seed": seed,
                    "truths": [each.record() for each in truths]})
    else:
        show_simulation(trial, truths, trials, plot)
