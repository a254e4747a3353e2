"""Pooled studies on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.effect_sizes import DIFFERENCE, cells_of
from openiort.evidence.pool import FEW_STUDIES, Estimate, Pooled
from openiort.evidence.study import Study

NONE = "[dim]-[/]"
WIDE = 10_000.0


def show_pooled(studies: Sequence[Study], results: Sequence[Pooled]) -> None:
    """One table a measure, then what must be known to read them."""
    console = wide_console()
    for pooled in results:
        _show_measure(console, studies, pooled)
    counts = [study.counts for study in studies]
    raw = cells_of(counts)
    if any((cells == 0).any() for cells in (raw.new_events, raw.new_others, raw.control_events, raw.control_others)):
        console.print("Random effects and single studies: 1/2 is added to every cell of a study that has a cell of 0. "
                      "Mantel-Haenszel: counts as they are.")
    if any(found is not None and found.lower == found.upper
           for pooled in results for found in (pooled.mantel_haenszel, pooled.hartung_knapp)):
        console.print("Limits without width mean nothing: Mantel-Haenszel's are so where no study has an event (or "
                      "every woman has one), Hartung-Knapp's where all studies have the same effect.")
    if len({study.technique for study in studies}) > 1:
        console.print("[bold yellow]Low-kV and electrons are different treatments; they are pooled because "
                      "--mix-techniques was given.[/]")
    recalled = [study.name for study in studies if study.is_recalled]
    if recalled:
        console.print(f"Counts recalled, to be confirmed: {escape(', '.join(recalled))}.")
    console.print("Crude proportions: differing lengths of follow-up are not accounted for. "
                  "fixed: weights of Mantel-Haenszel; random: of DerSimonian-Laird.")


def _show_measure(console: Console, studies: Sequence[Study], pooled: Pooled) -> None:
    is_difference = pooled.measure == DIFFERENCE
    unit = " (%)" if is_difference else ""
    table = plain_table(f"{pooled.measure}, new treatment against control", "study",
                        *(Column(title, justify="right") for title in (
                            "new", "control", f"{pooled.measure.removeprefix('risk ')}{unit}",
                            f"{100 * pooled.level:g} % limits", "p", "fixed", "random")))
    table.show_lines = False
    fixed = pooled.fixed_weights or (None,) * len(studies)
    for study, found, first, second in zip(studies, pooled.studies, fixed, pooled.random_weights, strict=True):
        c = study.counts
        table.add_row(escape(study.name), f"{c.events_new}/{c.total_new}", f"{c.events_control}/{c.total_control}",
                      *_words(found, is_difference), "", NONE if first is None else f"{100 * first:.0f} %",
                      f"{100 * second:.0f} %")
    table.add_section()
    for name, estimate in (("Mantel-Haenszel (fixed)", pooled.mantel_haenszel),
                           ("DerSimonian-Laird (random)", pooled.dersimonian_laird),
                           ("Hartung-Knapp (random)", pooled.hartung_knapp)):
        cells = (NONE, NONE, NONE) if estimate is None else (*_words(estimate, is_difference), _p_words(estimate.p))
        table.add_row(f"[bold]{name}[/]", "", "", *cells, "", "")
    if pooled.prediction is not None:
        low, high = pooled.prediction
        limits = _words(Estimate(low, low, high, None), is_difference)[1]
        table.add_row("prediction interval", "", "", "", limits, "", "", "")
    console.print(table)
    console.print(f"Heterogeneity: Q({len(studies) - 1}) = {pooled.q:.2f}, p {_p_sign(pooled.q_p)}; "
                  f"I2 = {100 * pooled.i2:.0f} %; tau2 = {pooled.tau2:.3g}.")
    if pooled.mantel_haenszel is None:
        console.print("Mantel-Haenszel: one arm has no event in any study, so this ratio does not exist; the "
                      "difference does.")
    if pooled.few_studies:
        console.print(f"[bold yellow]Fewer than {FEW_STUDIES} studies:[/] Hartung-Knapp's limits are then very wide, "
                      "or by chance narrower than DerSimonian-Laird's, and tau2 is hardly known. Rely on none of the "
                      "random effects alone.")


def _words(found: Estimate, is_difference: bool) -> tuple[str, str]:
    scale = 100 if is_difference else 1
    return _number(scale * found.estimate), f"{_number(scale * found.lower)} to {_number(scale * found.upper)}"


def _number(value: float) -> str:
    """Two decimals; what is wider than a cell by its power of ten."""
    return f"{value:.2f}" if abs(value) < WIDE else f"{value:.2g}"


def _p_sign(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _p_words(p: float | None) -> str:
    return "" if p is None else "< 0.0001" if p < 0.0001 else f"{p:.4f}"
