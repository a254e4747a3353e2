"""Guidelines on the screen: all of them, one with its criteria, two side by side."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape

from openiort.app.console import wide_console
from openiort.app.select_words import meaning_words, name_words, plain_table, scope_words
from openiort.select.compare_versions import Change
from openiort.select.condition_words import condition_words
from openiort.select.criterion import BOTH, Criterion
from openiort.select.guideline import HOLDS_OTHERWISE, RECALLED, Guideline
from openiort.select.guideline_page import HOLDS_WORDS, MARK_WORDS
from openiort.select.superseded_by import by_family, superseded_by


def show_guidelines(guidelines: Sequence[Guideline]) -> None:
    """One row a guideline."""
    console = wide_console()
    table = plain_table("Guidelines that come with the program", "name", "title", "about", "published", "recalled")
    table.show_lines = False
    for guideline in by_family(guidelines):
        recalled = sum(criterion.mark == RECALLED for criterion in guideline.criteria)
        table.add_row(name_words(guideline), escape(guideline.title), escape(scope_words(guideline)),
                      escape(guideline.published), f"{recalled} of {len(guideline.criteria)}")
    console.print(table)
    console.print("recalled: so many of its criteria were recalled, not read in their source: to be confirmed\n"
                  "The criteria of one: openiort select guidelines NAME")


def show_guideline(guideline: Guideline) -> None:
    """Its classes in the order in which they are asked, the criteria of each, and what it says besides."""
    console = wide_console()
    console.print(f"[bold]{escape(guideline.name)}[/]: {escape(guideline.title)}")
    console.print(f"  version {escape(guideline.version)}, published {escape(guideline.published)}; about "
                  f"{escape(scope_words(guideline))}\n  source: {escape(guideline.citation)}")
    if later := superseded_by(guideline):
        console.print(f"  an earlier version: {escape(later)} is later")
    console.print("The classes are asked in this order; the first that holds is hers.")
    for number, asked in enumerate(guideline.classes, 1):
        own = "" if asked.name == asked.meaning else f"{escape(asked.name)}  "
        title = f"{number}. {own}{meaning_words(asked.meaning)} {HOLDS_WORDS[asked.holds]}"
        if asked.holds == HOLDS_OTHERWISE:
            console.print(f"\n[bold]{title}[/]")
            continue
        table = plain_table(title, "criterion", "asked", "when", "mark", "source")
        for criterion in guideline.criteria:
            if criterion.class_name == asked.name:
                when = "always" if criterion.phase == BOTH else criterion.phase
                table.add_row(escape(criterion.text), escape(condition_words(criterion.condition)), when,
                              escape(criterion.mark), escape(criterion.source))
        console.print(table)
    for said in guideline.statements:
        console.print(f"says: {escape(said.text)} ({escape(said.source)}; {escape(said.mark)})")
    marks = dict.fromkeys([c.mark for c in guideline.criteria] + [said.mark for said in guideline.statements])
    console.print(f"marks: {'; '.join(MARK_WORDS[mark] for mark in marks)}")


def show_changes(first: Guideline, second: Guideline, changes: Sequence[Change]) -> None:
    """Criterion by criterion, only what differs."""
    console = wide_console()
    if not changes:
        console.print(f"{escape(first.name)} and {escape(second.name)} have the same criteria")
        return
    table = plain_table("What differs, criterion by criterion", "criterion", escape(first.name), escape(second.name))
    for change in changes:
        table.add_row(f"{escape(change.name)}\n[italic]{change.kind}[/]", _shown(change.before), _shown(change.after))
    console.print(table)


def _shown(criterion: Criterion | None) -> str:
    if criterion is None:
        return "-"
    when = "" if criterion.phase == BOTH else f", {criterion.phase} only"
    return (f"{escape(criterion.text)}\n[dim]{escape(condition_words(criterion.condition))}\n"
            f"for the class {escape(criterion.class_name)}{when}; mark: {escape(criterion.mark)}[/]")
