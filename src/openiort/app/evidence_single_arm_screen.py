"""A series without control on the screen."""

from __future__ import annotations

from rich.markup import escape

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.single_arm import AgainstHistory, SingleArm


def show_single_arm(title: str, found: SingleArm) -> None:
    """Proportion and limits, then the comparison if there is one."""
    console = wide_console()
    level = f"{100 * found.level:g} %"
    table = plain_table(f"{escape(title)}: {found.events} of {found.total} women ({100 * found.proportion:.2f} %)",
                        "exact limits (Clopper-Pearson)", "of the true share of women")
    table.show_lines = False
    table.add_row(f"upper, one-sided {level}", f"{100 * found.upper_one_sided:.2f} %")
    table.add_row(f"two-sided {level}", f"{100 * found.lower:.2f} to {100 * found.upper:.2f} %")
    console.print(table)
    if found.events == 0:
        console.print("No event does not mean no risk: a true share of up to "
                      f"{100 * found.upper_one_sided:.2f} % agrees with it.")
    console.print("Crude share: women followed for a short time count in full."
                  + " With --person-years and --historical-rate time counts." * (found.history is None))
    if found.history is not None:
        _show_history(found, found.history, level)


def _show_history(found: SingleArm, history: AgainstHistory, level: str) -> None:
    console = wide_console()
    table = plain_table(f"Against {100 * history.historical_rate_per_year:g} % a year", "", "")
    table.show_lines = table.show_header = False
    for what, value in (
        ("person-years", f"{history.person_years:g}"),
        ("events, expected", f"{found.events}, {history.expected:.2f}"),
        (f"rate a year, exact {level} limits",
         f"{100 * history.rate_per_year:.3f} % ({100 * history.rate_lower_per_year:.3f} to "
         f"{100 * history.rate_upper_per_year:.3f})"),
        (f"events / expected, exact {level} limits",
         f"{history.ratio:.2f} ({history.ratio_lower:.2f} to {history.ratio_upper:.2f})"),
        ("p of so few or fewer, one-sided", f"{history.p_as_few:.4f}"),
        ("p of so many or more, one-sided", f"{history.p_as_many:.4f}"),
        ("p, two-sided (twice the smaller)", f"{history.p_two_sided:.4f}"),
    ):
        table.add_row(what, value)
    console.print(table)
    console.print("Poisson, exact; the historical rate is taken as known, and as that of women like these: neither can "
                  "be tested here.")
