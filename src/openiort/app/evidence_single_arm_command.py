"""`openiort evidence single-arm`: a series without control, with exact limits, and against a historical rate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from openiort.app.evidence_options import OutcomeOption, chosen_outcome
from openiort.app.shared_options import JsonOption, print_json
from openiort.core.errors import InputError


def single_arm_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A trial with one arm, or a TOML file; or give numbers.")
    ] = None,
    outcome: OutcomeOption = None,
    events: Annotated[int | None, typer.Option("--events", help="Women with the event; 0 is no error.")] = None,
    total: Annotated[int | None, typer.Option("--total", help="All women.")] = None,
    person_years: Annotated[
        float | None, typer.Option("--person-years", help="Sum of the years that they were followed.")
    ] = None,
    historical_rate: Annotated[
        float | None, typer.Option("--historical-rate", help="Events per woman and year to compare with, a fraction.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a series without control shows: exact limits, and its events against those expected."""
    from openiort.app.evidence_single_arm_screen import show_single_arm
    from openiort.evidence.single_arm import single_arm

    title, counted, women, is_recalled = _counts(name, outcome, events, total)
    found = single_arm(counted, women, person_years, historical_rate)
    if as_json:
        print_json({"series": title, "to_be_confirmed": is_recalled, **asdict(found)})
    else:
        show_single_arm(title + ", counts recalled, to be confirmed" * is_recalled, found)


def _counts(name: str | None, outcome: str | None, events: int | None,
            total: int | None) -> tuple[str, int, int, bool]:
    """What the series is called, women with the event, all women, and whether these counts were recalled."""
    from openiort.evidence.read_trial import find_trial

    if name is None:
        if events is None or total is None or outcome is not None:
            raise InputError("neither a trial nor counts were given", where="NAME, --events, --total",
                             allowed="a trial with one arm, or both --events and --total",
                             fix="for instance --events 0 --total 78")
        return "own numbers", events, total, False
    if events is not None or total is not None:
        raise InputError("a trial has its own counts", where="--events, --total", allowed="a trial or counts, not both",
                         fix="leave the name out")
    trial = find_trial(name)
    chosen = chosen_outcome(trial, outcome)
    if len(trial.arms) != 1:
        raise InputError(f"{trial.name} has {len(trial.arms)} arms", where="NAME", allowed="a series with one arm",
                         fix="use `openiort evidence methods`, or give --events and --total of one arm")
    if chosen.events is None or chosen.totals is None:
        raise InputError(f"counts of {chosen.name} are not public", where="--outcome", fix="choose another outcome",
                         allowed=", ".join(each.name for each in trial.outcomes if each.events and each.totals)
                         or "an outcome with events and totals")
    return (f"{trial.name}, {chosen.name}", chosen.events[0], chosen.totals[0],
            "R" in (chosen.events_mark, chosen.totals_mark))
