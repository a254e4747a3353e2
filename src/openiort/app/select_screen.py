"""What guidelines say of one candidate: the answers first, then what limits them, what is missing and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Column, Table

from openiort.app.console import wide_console
from openiort.app.select_words import (
    MARKED,
    MEANS,
    NOT_A_MEDICAL_DEVICE,
    STYLES,
    TO_BE_CONFIRMED,
    answer_words,
    besides_words,
    criterion_words,
    name_words,
    plain_table,
    scope_words,
    why_words,
)
from openiort.select.assess import AFTER_IORT, Assessment
from openiort.select.candidate import BEFORE_SURGERY, known_facts
from openiort.select.criterion import Criterion, truth
from openiort.select.decision import Decision
from openiort.select.fact_words import fact_words, value_words
from openiort.select.facts import DERIVED
from openiort.select.guideline import INSUFFICIENT, MEANINGS, RECALLED, Guideline
from openiort.select.superseded_by import by_family
from openiort.select.three_valued import FALSE, TRUE
from openiort.select.weighed import weighed

FOUND = {TRUE: "[bold black on yellow] YES [/]", FALSE: "no"}
PHASE_WORDS = {
    BEFORE_SURGERY: "before surgery: every answer is provisional. Ask again when pathology is there.",
    "pathology": "on pathology: the specimen has been examined.",
}
Asked = list[tuple[Guideline, Decision]]


def show_assessment(found: Assessment, *, every_reason: bool = False, console: Console | None = None) -> None:
    """Print it to stdout; `every_reason`: all criteria that were asked, met or not."""
    console = console or wide_console()
    decisions = dict(zip(found.guidelines, found.decisions, strict=True))
    every = [(guideline, decisions[guideline]) for guideline in by_family(found.guidelines)]
    who = [pair for pair in every if pair[0].scope != (AFTER_IORT,)]
    after = [pair for pair in every if pair[0].scope == (AFTER_IORT,)]
    phase = found.decisions[0].phase
    facts = known_facts(found.candidate, phase)
    console.print(Panel(_headline(who, facts, phase), title=f"Who may have it: {found.candidate.id}", padding=(1, 2)))
    _show_not_asked(console, found.not_asked)
    of_iort, of_partial_breast = _by_scope(who)
    _show_answers(console, "What is said of IORT", of_iort, facts)
    _show_answers(console, "What is said of partial breast irradiation, by IORT or otherwise", of_partial_breast, facts)
    _show_limits(console, every)
    for guideline, decision in after:
        _show_added_radiotherapy(console, guideline, decision, facts)
    _show_missing(console, every)
    _show_disagreements(console, found, facts)
    if every_reason:
        _show_reasons(console, every, facts)
    console.print(f"\n{_footer(every, every_reason)}")


def _by_scope(who: Asked) -> tuple[Asked, Asked]:
    """Guidelines of IORT, and of partial breast irradiation as a whole."""
    of_iort = [pair for pair in who if "IORT" in pair[0].scope]
    return of_iort, [pair for pair in who if pair not in of_iort]


def _show_not_asked(console: Console, not_asked: Mapping[str, Iterable[str]]) -> None:
    if not_asked:
        lines = [f"- [bold]{escape(fact_words(fact))}[/]: not asked by {escape(', '.join(names))}"
                 for fact, names in not_asked.items()]
        lines.append("What they answer says nothing of it: her physician has to weigh it first.")
        console.print(Panel("\n".join(lines), title="Known of her, and not asked", border_style="bold red"))


def _headline(who: Asked, facts: Mapping[str, Any], phase: str) -> Table:
    counted = Counter(decision.meaning for _, decision in who)
    hers = "; ".join(f"{fact_words(fact)} {value_words(fact, value)}" for fact, value in facts.items()
                     if fact not in DERIVED)
    lines = Table.grid(padding=(0, 2))
    lines.add_row("asked", PHASE_WORDS[phase])
    for about, pairs in zip(("IORT", "partial breast"), _by_scope(who), strict=True):
        if pairs:
            lines.add_row("answers", f"on {about}, {len(pairs)} guideline{'s' * (len(pairs) != 1)}: "
                          f"[bold]{_counts(pairs)}[/]")
    for meaning, words in MEANS.items():
        if counted[meaning]:
            lines.add_row("", f"{meaning}: {words}")
    lines.add_row("known", escape(hers) or "nothing")
    return lines


def _counts(pairs: Asked) -> str:
    counted = Counter(decision.meaning for _, decision in pairs)
    return ", ".join(f"{counted[meaning]} {meaning}" for meaning in (*MEANINGS, INSUFFICIENT) if counted[meaning])


def _show_answers(console: Console, title: str, who: Asked, facts: Mapping[str, Any]) -> None:
    """What is said of partial breast irradiation as a whole is not said of IORT: each has its table."""
    if not who:
        return
    table = plain_table(title, Column("guideline", min_width=15), Column("answer", min_width=26),
                        Column("why", ratio=1))
    table.expand = True
    for guideline, decision in who:
        of = weighed(guideline, decision)
        why = (why_words(guideline, decision, of, facts), besides_words(decision, of, facts))
        name = name_words(guideline, [pair[0] for pair in who])
        table.add_row(name, answer_words(decision), "\n".join(filter(None, why)))
    console.print(table)


def _show_limits(console: Console, every: Asked) -> None:
    by_text: dict[str, list[str]] = {}
    for guideline, _ in every:
        for said in guideline.statements:
            if said.limits:
                by_text.setdefault(escape(said.text) + MARKED.get(said.mark, ""), []).append(guideline.name)
    if by_text:
        lines = [f"- [bold]{escape(', '.join(names))}[/]: {text}" for text, names in by_text.items()]
        console.print(Panel("\n".join(lines), title="Limits, whatever the answer", border_style="bold yellow"))


def _show_added_radiotherapy(console: Console, guideline: Guideline, decision: Decision,
                             facts: Mapping[str, Any]) -> None:
    """The risk-adapted step: each reason, whether it was found, and where it is published."""
    if not decision.reasons:
        console.print(f"After IORT, add whole-breast radiotherapy? {escape(guideline.name)} "
                      f"{why_words(guideline, decision, weighed(guideline, decision), facts)}: it waits for pathology")
        return
    answer = f"[{STYLES[decision.meaning]}] {escape(decision.class_name)} [/]{' *' * decision.to_be_confirmed}"
    table = plain_table(f"After IORT, add whole-breast radiotherapy? {answer} ({escape(guideline.name)})", "reason",
                        "found", "then", "source")
    for reason in decision.reasons:
        asked = reason.criterion
        table.add_row(criterion_words(asked, facts if reason.value == TRUE else {}),
                      FOUND.get(reason.value, "not known"), escape(asked.class_name), escape(asked.source))
    console.print(table)


def _show_missing(console: Console, every: Asked) -> None:
    """Fact by fact, since a fact is what somebody can go and find out."""
    by_fact: dict[str, dict[str, list[str]]] = {}
    for guideline, decision in every:
        for item in decision.missing:
            by_fact.setdefault(item.fact, {}).setdefault(_outcomes(item.outcomes), []).append(guideline.name)
    if not by_fact:
        return
    table = plain_table("What is not known, and what it would change",
                        Column("fact", overflow="fold"), "for", "if it were")
    table.show_lines = False
    for place, outcomes in by_fact.items():
        title = f"[bold]{escape(fact_words(place.split('.')[1]))}[/]\n[dim]{escape(place)}[/]"
        for said, names in sorted(outcomes.items(), key=lambda item: not item[0]):
            table.add_row(title, escape(", ".join(names)), escape(said) or "[dim]decides only with the others[/]")
            title = ""
        table.add_section()
    console.print(table)


def _outcomes(outcomes: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{values}: {name}" for values, name in outcomes if name != INSUFFICIENT)


def _show_disagreements(console: Console, found: Assessment, facts: Mapping[str, Any]) -> None:
    if not found.disagreements:
        return
    table = plain_table("Where guidelines disagree about her", "fact", "held against her by", "not by")
    for item in found.disagreements:
        hers = f"{fact_words(item.fact)} {value_words(item.fact, facts[item.fact])}"
        table.add_row(f"[bold]{escape(hers)}[/]", _by_text(item.against, FALSE, facts),
                      _by_text(item.not_against, TRUE, facts))
    console.print(table)


def _by_text(pairs: Iterable[tuple[str, Criterion | None]], wants: int, facts: Mapping[str, Any]) -> str:
    """What each wants of the fact, or excludes; `wants` is the value of a criterion that wants something here."""
    grouped: dict[str, list[str]] = {}
    for name, criterion in pairs:
        said = "asks nothing of it"
        if criterion is not None:
            said = f"{'wants' if truth(criterion.condition, facts) == wants else 'excludes'} {criterion.text}"
        grouped.setdefault(said, []).append(name)
    return "\n".join(f"- {escape(', '.join(names))}: {escape(said)}" for said, names in grouped.items())


def _show_reasons(console: Console, every: Asked, facts: Mapping[str, Any]) -> None:
    """All reasons of each guideline, what decided first."""
    console.print("\n[bold]All reasons, guideline by guideline[/]")
    for guideline, decision in every:
        console.print(f"\n[bold]{escape(guideline.name)}[/]  {answer_words(decision)}".replace("\n", " "))
        rows = Table.grid(padding=(0, 2))
        rows.add_row("  about", f"{escape(guideline.title)}: {escape(scope_words(guideline))}")
        for title, criteria, hers in _reason_rows(guideline, decision, facts):
            if criteria:
                listed = "; ".join(criterion_words(criterion, hers) for criterion in criteria)
                rows.add_row(f"  [bold]{title}[/]" if hers else f"  {title}", listed)
        for said in guideline.statements:
            rows.add_row("  it says", f"{escape(said.text)}{' *' * (said.mark == RECALLED)}")
        rows.add_row("  source", escape(guideline.citation))
        console.print(rows)


def _reason_rows(guideline: Guideline, decision: Decision, facts: Mapping[str, Any],
                 ) -> list[tuple[str, list[Criterion], Mapping[str, Any]]]:
    """Title, criteria, the facts to show with them."""
    of, decided = weighed(guideline, decision), set(decision.decided_by)
    against = [(title, criteria) for title, criteria in (("not met", of.unmet), ("against her", of.applies))]
    return [*((f"{title}: this decides", [c for c in criteria if c in decided], facts) for title, criteria in against),
            *((f"{title} as well", [c for c in criteria if c not in decided], facts) for title, criteria in against),
            ("met", list(of.met), {}), ("not the case", list(of.excluded), {}), ("not known", list(of.unknown), {})]


def _footer(every: Asked, every_reason: bool) -> str:
    marks = [item.mark for guideline, _ in every for item in guideline.criteria]
    recalled = RECALLED in marks + [said.mark for guideline, _ in every for said in guideline.statements]
    lines = [TO_BE_CONFIRMED] * recalled
    if not every_reason:
        lines.append("Every criterion, met or not: the same with --reasons. A guideline's own text: openiort select "
                     "guidelines NAME")
    return "\n".join([*lines, NOT_A_MEDICAL_DEVICE])
