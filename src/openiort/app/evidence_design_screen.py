"""A trial's size and power on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape

from openiort.app.console import wide_console

SHARES = {"control": "risk in the control arm", "new": "risk in the new arm", "margin": "margin",
          "rule_out": "rate to rule out", "expected": "expected rate", "alpha": "one-sided alpha",
          "power": "wanted power", "yearly_loss": "lost in a year"}
YEARS = {"at_years": "risks at", "accrual_years": "accrual", "follow_up_years": "follow-up after it"}


def show_design(given: Mapping[str, Any], found: Mapping[str, Any], plot: Path | None) -> None:
    """Assumptions, then what follows from them."""
    console = wide_console()
    words = [f"{text} {100 * given[name]:g} %" for name, text in SHARES.items() if name in given]
    words += [f"{text} {given[name]:g} years" for name, text in YEARS.items() if name in given]
    console.print("Assumed: " + "; ".join(words))
    lines = _two_arms(found) if "n_new" in found else _one_arm(found)
    for line in lines:
        console.print(line)
    for name, value in found.get("power_at_n", {}).items():
        if name != "n_total":
            console.print(f"Power of {found['power_at_n']['n_total']:,} women: {100 * value:.1f} % ({name})")
    if plot is not None:
        console.print(f"picture: {escape(str(plot))}")


def _two_arms(found: Mapping[str, Any]) -> list[str]:
    lines = [f"[bold]{found['n_total']:,} women[/]: {found['n_new']:,} new, {found['n_control']:,} control"]
    if "n_total_farrington_manning" in found:
        lines[0] += " (unpooled formula)"
        lines.append(f"[bold]{found['n_total_farrington_manning']:,} women[/]: "
                     f"{found['n_new_farrington_manning']:,} new, {found['n_control_farrington_manning']:,} control "
                     "(Farrington-Manning)")
    return lines


def _one_arm(found: Mapping[str, Any]) -> list[str]:
    lines = [f"[bold]{found['n_total']:,} women[/], at most {found['most_events']} with the event: power "
             f"{100 * found['power_found']:.1f} %, alpha {100 * found['alpha_found']:.2f} %"]
    if found["n_from_which_power_lasts"] != found["n_total"]:
        lines.append(f"From {found['n_from_which_power_lasts']:,} women on every larger arm has that power; between, "
                     "some have less, because events are whole numbers.")
    lines.append(f"{found['n_without_events']:,} women rule it out if none has the event.")
    if "at_n" in found:
        at = found["at_n"]
        most = f"at most {at['most_events']} events" if at["most_events"] >= 0 else "no number of events rules it out"
        lines.append(f"{at['n']:,} women: {most}, power {100 * at['power']:.1f} %")
    return lines
