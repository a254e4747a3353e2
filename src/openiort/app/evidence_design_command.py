"""`openiort evidence design`: how many women the next trial needs, and what power a number of them has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from openiort.app.shared_options import JsonOption, print_json

design_commands = typer.Typer(help="Sample size and power of the next trial.", no_args_is_help=True)
ControlOption = Annotated[float, typer.Option("--control", help="Expected risk in the control arm, a fraction.")]
NewOption = Annotated[float | None, typer.Option("--new", help="Expected risk in the new arm; the control's if left "
                                                               "out.")]
MarginOption = Annotated[float, typer.Option("--margin", help="Largest tolerable new minus control, a fraction.")]
AlphaOption = Annotated[float, typer.Option("--alpha", help="One-sided error.")]
PowerOption = Annotated[float, typer.Option("--power", help="Wanted probability to show it.")]
RatioOption = Annotated[float, typer.Option("--ratio", help="Women in the new arm for each in the control arm.")]
NOption = Annotated[int | None, typer.Option("--n", help="Women in all: also say what power they have.")]
PlotOption = Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Picture of power against women: "
                                                                                "PNG, SVG or PDF.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the picture if it exists.")]


@design_commands.command("noninferiority")
def noninferiority_command(
    control: ControlOption, margin: MarginOption, new: NewOption = None, alpha: AlphaOption = 0.05,
    power: PowerOption = 0.8, ratio: RatioOption = 1.0, n: NOption = None, plot: PlotOption = None,
    force: ForceOption = False, as_json: JsonOption = False,
) -> None:
    """Non-inferiority of a proportion: unpooled formula and Farrington-Manning."""
    from openiort.evidence.design_proportions import ProportionDesign, power_at, sample_size

    design = ProportionDesign(control, control if new is None else new, margin, alpha, ratio)
    arms = sample_size(design, power, restricted=False)
    restricted = sample_size(design, power, restricted=True)
    curves = {"unpooled": lambda women: power_at(design, women, restricted=False),
              "Farrington-Manning": lambda women: power_at(design, women, restricted=True)}
    found = _sizes(arms) | {
        "n_total_farrington_manning": sum(restricted), "n_new_farrington_manning": restricted[0],
        "n_control_farrington_manning": restricted[1], **_powers(curves, n)}
    _answer(asdict(design) | {"power": power}, found, curves, plot, force=force, as_json=as_json)


@design_commands.command("survival")
def survival_command(
    control: ControlOption, margin: MarginOption, years: Annotated[
        float, typer.Option("--years", help="Fixed time that the risks are meant at.")],
    accrual: Annotated[float, typer.Option("--accrual-years", help="How long women enter, evenly.")],
    follow_up: Annotated[float, typer.Option("--follow-up-years", help="From the last entry to the analysis.")],
    loss: Annotated[float, typer.Option("--loss", help="Share lost within a year, a fraction; add deaths where they "
                                                       "are censored.")] = 0.0,
    new: NewOption = None, alpha: AlphaOption = 0.05, power: PowerOption = 0.8, ratio: RatioOption = 1.0,
    n: NOption = None, plot: PlotOption = None, force: ForceOption = False, as_json: JsonOption = False,
) -> None:
    """Non-inferiority of a Kaplan-Meier risk at a fixed time, with accrual, follow-up and loss."""
    from openiort.evidence.design_survival import SurvivalDesign, power_at, sample_size

    design = SurvivalDesign(control, control if new is None else new, margin, years, accrual, follow_up, loss, alpha,
                            ratio)
    curves = {"Kaplan-Meier": lambda women: power_at(design, women)}
    found = _sizes(sample_size(design, power)) | _powers(curves, n)
    _answer(asdict(design) | {"power": power}, found, curves, plot, force=force, as_json=as_json)


@design_commands.command("single-arm")
def single_arm_command(
    rule_out: Annotated[float, typer.Option("--rule-out", help="Rate that the upper limit is to exclude.")],
    expected: Annotated[float, typer.Option("--expected", help="Rate that is expected.")] = 0.0,
    alpha: AlphaOption = 0.05, power: PowerOption = 0.8, n: NOption = None, plot: PlotOption = None,
    force: ForceOption = False, as_json: JsonOption = False,
) -> None:
    """One arm: the exact upper limit rules a rate out; and how many women do if none has the event."""
    from openiort.evidence.design_single_arm import at_n, sample_size, zero_event_n

    smallest, lasting = sample_size(expected, rule_out, alpha, power)
    found: dict[str, Any] = {
        "n_total": smallest.n, "most_events": smallest.most_events, "power_found": smallest.power,
        "alpha_found": smallest.alpha, "n_from_which_power_lasts": lasting.n,
        "n_without_events": zero_event_n(rule_out, alpha)}
    if n is not None:
        found["at_n"] = asdict(at_n(n, expected, rule_out, alpha))
    curves = {"exact": lambda women: at_n(int(women), expected, rule_out, alpha).power}
    given = {"rule_out": rule_out, "expected": expected, "alpha": alpha, "power": power}
    _answer(given, found, curves, plot, force=force, as_json=as_json)


def _sizes(arms: tuple[int, int]) -> dict[str, Any]:
    """`n_per_arm`: the larger arm; both are there too."""
    return {"n_per_arm": max(arms), "n_total": sum(arms), "n_new": arms[0], "n_control": arms[1]}


def _powers(curves: Mapping[str, Callable[[float], float]], n: int | None) -> dict[str, Any]:
    return {} if n is None else {"power_at_n": {"n_total": n} | {name: curve(n) for name, curve in curves.items()}}


def _answer(given: dict[str, Any], found: dict[str, Any], curves: Mapping[str, Callable[[float], float]],
            plot: Path | None, *, force: bool, as_json: bool) -> None:
    """Picture first, so that nothing is said when it cannot be written."""
    from openiort.app.evidence_design_screen import show_design

    if plot is not None:
        from openiort.report.figure_file import check_figure_file, write_figure
        from openiort.report.power_figure import power_figure

        check_figure_file(plot, option="--plot", force=force)
        figure = power_figure(curves, found["n_total"], given["power"])
        write_figure(figure, plot, option="--plot", force=force)
    if as_json:
        print_json(given | found)
    else:
        show_design(given, found, plot)
