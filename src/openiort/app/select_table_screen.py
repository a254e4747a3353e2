"""A table of candidates on the screen: bad rows, how many of each class, for whom two guidelines differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import STYLES, TO_BE_CONFIRMED, meaning_words, name_words, plain_table, when_words
from openiort.core.row_fault import RowFault
from openiort.report.plain_text import plain_text
from openiort.select.candidate_table import CandidateTable
from openiort.select.changed_patients import ChangedPatient
from openiort.select.fact_words import fact_words
from openiort.select.guideline import INSUFFICIENT, Guideline
from openiort.select.superseded_by import by_family
from openiort.select.table_decision import Outcome, TableDecision

MOST_FAULTS, MOST_PATIENTS = 20, 20


def show_table(table: CandidateTable, decisions: Sequence[TableDecision], out: Path, faults: Path | None) -> None:
    """Print the summary to stdout."""
    console = wide_console()
    show_faults(table.faults, faults)
    on_pathology = int(table.has_pathology.sum())
    shown = plain_table(f"{len(table):,} patient{'s' * (len(table) != 1)} of {escape(table.name)}: "
                        f"{on_pathology:,} on pathology, {len(table) - on_pathology:,} before surgery (provisional)",
                        Column("guideline", no_wrap=True))
    for meaning in STYLES:
        shown.add_column(meaning, justify="right", overflow="fold")
    of_guideline = {decision.guideline: decision for decision in decisions}
    for guideline in by_family(of_guideline):
        cells = [_counts(of_guideline[guideline], meaning) for meaning in STYLES]
        shown.add_row(name_words(guideline, of_guideline), *cells)
    console.print(shown)
    _show_not_asked(console, decisions)
    if any(outcome.to_be_confirmed for decision in decisions for outcome, _ in decision.counts()):
        console.print(TO_BE_CONFIRMED)
    console.print(f"each patient and guideline, with the reasons: {escape(str(out))}")


def _show_not_asked(console: Console, decisions: Sequence[TableDecision]) -> None:
    """Fact by fact, of how many it is so and which guidelines did not ask it."""
    by_fact: dict[str, dict[int, list[str]]] = {}
    for decision in decisions:
        counted: Counter[str] = Counter()
        for outcome, patients in decision.counts():
            counted.update(dict.fromkeys(outcome.not_asked, patients))
        for fact, patients in counted.items():
            by_fact.setdefault(fact, {}).setdefault(patients, []).append(decision.guideline.name)
    lines = [f"- [bold]{escape(fact_words(fact))}[/], {patients:,} patient{'s' * (patients != 1)}: "
             f"not asked by {escape(', '.join(names))}"
             for fact, by_number in by_fact.items() for patients, names in by_number.items()]
    if lines:
        lines.append("What they answer says nothing of it: column not_asked names these patients.")
        console.print(Panel("\n".join(lines), title="Known of patients, and not asked", border_style="bold red"))


def show_faults(faults: Sequence[RowFault], file: Path | None = None) -> None:
    """The first bad rows, and where all of them are."""
    if not faults:
        return
    console = wide_console()
    rows = len({fault.row for fault in faults})
    table = plain_table(f"{rows:,} row{'s' * (rows != 1)} left out: correct them and ask again", "row", "column",
                        "what is wrong", "allowed", "how to mend it")
    for fault in faults[:MOST_FAULTS]:
        table.add_row(str(fault.row), *(escape(plain_text(text)) for text in (
            fault.column, fault.what, fault.allowed, fault.fix)))
    console.print(table)
    if file is not None:
        console.print(f"all of them: {escape(str(file))}")
    elif len(faults) > MOST_FAULTS:
        console.print(f"{len(faults) - MOST_FAULTS:,} more faults: --faults FILE writes all of them, --json lists them")


def show_changed_patients(first: Guideline, second: Guideline, changed: Sequence[ChangedPatient],
                          patients: int) -> None:
    """How many from which answer to which, then the first of them."""
    console = wide_console()
    console.print(f"\nanother answer for [bold]{len(changed):,} of {patients:,}[/] patients")
    if not changed:
        return
    moves = Counter((patient.before.meaning, patient.after.meaning) for patient in changed)
    table = plain_table("From which answer to which", escape(first.name), escape(second.name), "patients")
    table.columns[2].justify = "right"
    for (before, after), number in moves.most_common():
        table.add_row(meaning_words(before), meaning_words(after), f"{number:,}")
    console.print(table)
    table = plain_table("For whom", "patient", escape(first.name), escape(second.name))
    for patient in changed[:MOST_PATIENTS]:
        table.add_row(escape(patient.id), _outcome(patient.before), _outcome(patient.after))
    console.print(table)
    if len(changed) > MOST_PATIENTS:
        console.print(f"{len(changed) - MOST_PATIENTS:,} more in --json")


def _outcome(outcome: Outcome) -> str:
    why = ", ".join(outcome.decided_by) or f"missing: {', '.join(outcome.missing)}"
    return f"{meaning_words(outcome.meaning)}{' *' * outcome.to_be_confirmed}\n[dim]{escape(why)}[/]"


def _counts(decision: TableDecision, meaning: str) -> str:
    """How many of one meaning; where the guideline calls it otherwise, of each of its classes."""
    by_class: Counter[str] = Counter()
    open_ones = set()
    for outcome, patients in decision.counts():
        if outcome.meaning == meaning:
            name = outcome.class_name
            if meaning == INSUFFICIENT and not outcome.missing:
                name = f"asked nothing {when_words(outcome.phase)}"
            by_class[name] += patients
            open_ones |= {name} if outcome.to_be_confirmed else set()
    lines = [f"{patients:,}{' *' * (name in open_ones)}" + (f" [dim]{escape(name)}[/]" if name != meaning else "")
             for name, patients in by_class.items()]
    return "\n".join(lines) or "[dim]-[/]"
