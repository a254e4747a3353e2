"""A guideline as a page of the documentation, made from its data."""

from __future__ import annotations

from openiort.select.condition_words import condition_words
from openiort.select.criterion import BOTH, Criterion
from openiort.select.guideline import (
    CALCULATED,
    FOUND,
    HOLDS_ALL,
    HOLDS_ANY,
    HOLDS_OTHERWISE,
    OUR_READING,
    RECALLED,
    Guideline,
    GuidelineClass,
)

MARK_WORDS = {FOUND: "F, found in the source", CALCULATED: "C, calculated", RECALLED: "R, recalled: to be confirmed",
              OUR_READING: "our reading"}
ORDER = "Classes are asked in this order; the first that holds is hers ([how](../selection.md))."
HOLDS_WORDS = {HOLDS_ANY: "where any of these is met", HOLDS_ALL: "where all of these are met",
               HOLDS_OTHERWISE: "where none of the classes before holds"}


def guideline_page(guideline: Guideline) -> str:
    """Text of the page, in Markdown."""
    head = [f"# {guideline.title}", "", "Made by `scripts/make_guideline_pages.py` from "
            f"`src/openiort/tables/guidelines/{guideline.name}.toml`; change that file.", "",
            f"- **Name**: `{guideline.name}`", f"- **Version**: {guideline.version}, published {guideline.published}",
            f"- **About**: {', '.join(guideline.scope)}", f"- **Source**: {guideline.citation}"]
    marks = dict.fromkeys([c.mark for c in guideline.criteria] + [s.mark for s in guideline.statements])
    head += [f"- **Marks**: {'; '.join(MARK_WORDS[mark] for mark in marks)}"]
    classes = [line for asked in guideline.classes for line in ["", *_class_lines(guideline, asked)]]
    said = [f"- {'**Limit**: ' * s.limits}{s.text} ({s.source}; {s.mark})" for s in guideline.statements]
    besides = ["", "## What it says besides", "", *said] if said else []
    return "\n".join([*head, "", ORDER, *classes, *besides]) + "\n"


def _class_lines(guideline: Guideline, asked: GuidelineClass) -> list[str]:
    same = "" if asked.name == asked.meaning else f", taken as {asked.meaning}"
    lines = [f"## {asked.name.capitalize() if asked.name.islower() else asked.name}", "",
             f"{HOLDS_WORDS[asked.holds].capitalize()}{same}."]
    if asked.holds != HOLDS_OTHERWISE:
        lines += ["", "| criterion | in words | asked | when | source | mark |", "|---|---|---|---|---|---|"]
        lines += [_row(criterion) for criterion in guideline.criteria if criterion.class_name == asked.name]
    return lines


def _row(criterion: Criterion) -> str:
    when = "always" if criterion.phase == BOTH else criterion.phase
    cells = (criterion.name, criterion.text, f"`{condition_words(criterion.condition)}`", when, criterion.source,
             criterion.mark)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
