"""How screens of selection colour and word what guidelines say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from openiort.select.criterion import Criterion
from openiort.select.decision import Decision
from openiort.select.fact_words import fact_words, her_facts, value_words
from openiort.select.guideline import (
    CAUTIONARY,
    HOLDS_ALL,
    INSUFFICIENT,
    OUR_READING,
    RECALLED,
    SUITABLE,
    UNSUITABLE,
    Guideline,
)
from openiort.select.superseded_by import superseded_by
from openiort.select.weighed import Weighed

STYLES = {SUITABLE: "bold green", CAUTIONARY: "bold black on yellow", UNSUITABLE: "bold white on red",
          INSUFFICIENT: "bold black on white"}
MEANS = {SUITABLE: "she is within what the guideline supports",
         CAUTIONARY: "neither supported without reserve nor advised against: with caution, say in a trial",
         UNSUITABLE: "the guideline does not support it for her",
         INSUFFICIENT: "a fact is missing that may change the answer"}
SCOPE_WORDS = {"partial breast": "partial breast irradiation", "low-kV": "low-energy x-rays (low-kV)",
               "electrons": "IORT with electrons"}
MARKED = {RECALLED: " *", OUR_READING: " (our reading)"}
TO_BE_CONFIRMED = ("* to be confirmed: the answer hangs on a criterion that was recalled, not read in its source. "
                   "Look it up before you rely on it.")
NOT_A_MEDICAL_DEVICE = ("Not a medical device: this is what published tables say. The decision is her physician's "
                        "and hers.")


def meaning_words(meaning: str) -> str:
    """Meaning of a class, in colour and as a word."""
    return f"[{STYLES[meaning]}] {meaning.upper()} [/]"


def answer_words(decision: Decision) -> str:
    """The answer: its meaning, whether it is provisional, and the guideline's own word where that is another."""
    own = "" if decision.class_name == decision.meaning else f"\n{escape(decision.class_name)}"
    provisional = " provisional" if decision.is_provisional and decision.meaning != INSUFFICIENT else ""
    return f"{meaning_words(decision.meaning)}{' *' * decision.to_be_confirmed}{provisional}{own}"


def name_words(guideline: Guideline, asked: Iterable[Guideline] = ()) -> str:
    """A guideline's name, and whether it is an earlier version; `asked`: others that may be later ones."""
    earlier = "\n[dim]earlier version[/]" if superseded_by(guideline, asked) else ""
    return f"[bold]{escape(guideline.name)}[/]{earlier}"


def scope_words(guideline: Guideline) -> str:
    """What a guideline is about."""
    return ", ".join(SCOPE_WORDS.get(item, item) for item in guideline.scope)


def criterion_words(criterion: Criterion, facts: Mapping[str, Any]) -> str:
    """A criterion, and what of hers gave the answer: `60 years or older (she: age 55 years)`."""
    hers = ", ".join(f"{fact_words(fact)} {value_words(fact, value)}"
                     for fact, value in her_facts(criterion, facts).items())
    mark = MARKED.get(criterion.mark, "")
    return escape(criterion.text) + mark + (f" [bold](she: {escape(hers)})[/]" if hers else "")


def why_words(guideline: Guideline, decision: Decision, of: Weighed, facts: Mapping[str, Any]) -> str:
    """Why she has her class, in plain words."""
    if decision.meaning == INSUFFICIENT:
        wanted = ", ".join(fact_words(item.fact.split(".")[1]) for item in decision.missing)
        return f"not known: {wanted}" if wanted else f"asks nothing {when_words(decision.phase)}"
    decided = set(decision.decided_by)
    asked_then = " asked before surgery" if decision.is_provisional else ""
    holds = {asked.name: asked.holds for asked in guideline.classes}[decision.class_name]
    if holds == HOLDS_ALL:
        ours = sum(criterion.mark == OUR_READING for criterion in decided)
        met = f"all {len(decided)} criteria{asked_then} are met"
        return (met if len(decided) > 1 else f"its criterion{asked_then} is met") + (
            f", {ours} of them our reading: its source gives no definition" if ours else "")
    if decision.meaning == SUITABLE:
        return f"none of {len(decided)} reasons against it{asked_then} was found"
    unmet = _listed("not met: ", [c for c in of.unmet if c in decided], facts)
    applies = _listed("against her: ", [c for c in of.applies if c in decided], facts)
    start = "nothing rules her out, but " if decision.meaning == CAUTIONARY and unmet and not applies else ""
    return start + "\n".join(filter(None, (unmet, applies)))


def besides_words(decision: Decision, of: Weighed, facts: Mapping[str, Any]) -> str:
    """What is against her besides and did not decide; left out where the same fact has decided."""
    told = {fact for criterion in decision.decided_by for fact in her_facts(criterion, facts)}
    others = [[c for c in criteria if c not in decision.decided_by and not told & set(her_facts(c, facts))]
              for criteria in (of.unmet, of.applies)]
    return "\n".join(filter(None, (_listed("besides, not met: ", others[0], facts),
                                   _listed("besides, against her: ", others[1], facts))))


def when_words(phase: str) -> str:
    """`before surgery`, `on pathology`."""
    return f"on {phase}" if phase == "pathology" else phase


def _listed(title: str, criteria: Sequence[Criterion], facts: Mapping[str, Any]) -> str:
    return title + "; ".join(criterion_words(criterion, facts) for criterion in criteria) if criteria else ""


def plain_table(title: str, *columns: str | Column) -> Table:
    """A table whose title stands on the left."""
    return Table(*columns, title=f"[bold]{title}[/]", title_justify="left", title_style="", show_lines=True)
