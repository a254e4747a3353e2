"""Which of her facts speak for and against IORT by the guidelines, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from openiort.evidence.per_thousand import CHECKED
from openiort.report.catalogue import Catalogue, message
from openiort.report.page_parts import Group, Paragraph, Part, Section
from openiort.report.patient_words import SEEN_BEFORE, fact_label, fact_value
from openiort.select.assess import AFTER_IORT, Assessment, assess
from openiort.select.candidate import BEFORE_SURGERY, Candidate, known_facts
from openiort.select.decision import Decision
from openiort.select.facts_weighed import FactWeighed, facts_not_known, facts_weighed
from openiort.select.guideline import CAUTIONARY, INSUFFICIENT, SUITABLE, UNSUITABLE, Guideline
from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.superseded_by import superseded_by

SHORT = 8  # characters of a value that no line breaks
OWN_RULE = "founding-rule"  # this project's, not a guideline
TRIAL, ONLY_IN_A_STUDY = "targit-a", ("astro-2017-iort", "gec-estro-2010")
TITLES = {
    "astro-2017-iort": message("ASTRO {version} on this kind of IORT"),
    "astro-2023": message("ASTRO {version} on a part of the breast"),
    "gec-estro-2010": message("GEC-ESTRO {version} on a part of the breast"),
    TRIAL: message("Rules of the TARGIT-A study"),
}
ANSWERS = {
    SUITABLE: message("your facts fit"), CAUTIONARY: message("your facts fit only in part"),
    UNSUITABLE: message("your facts do not fit"),
    INSUFFICIENT: message("too little is known yet"),
}
FITS_IN_A_STUDY = message("your facts fit, but only in a study or a register")
NOT_IN_THE_STUDY = message("your facts do not fit, so its numbers may not hold for you")
NOT_CHECKED = message("we cannot say, as we could not check all of the rules")


def guidelines_in_force() -> tuple[list[Guideline], list[Guideline]]:
    """The latest guidelines on IORT or a part of the breast: those with checked rules, and those without any."""
    every = [shipped_guideline(name) for name in guideline_names()]
    asked = [each for each in every
             if each.family != OWN_RULE and each.scope != (AFTER_IORT,) and superseded_by(each) is None]
    has_checked = [any(criterion.mark in CHECKED for criterion in each.criteria) for each in asked]
    return ([each for each, has in zip(asked, has_checked, strict=True) if has],
            [each for each, has in zip(asked, has_checked, strict=True) if not has])


def patient_assessment(candidate: Candidate) -> Assessment:
    """The guidelines that the page rests on, asked about her."""
    return assess(candidate, guidelines_in_force()[0])


def facts_section(assessment: Assessment, say: Catalogue) -> Section:
    """Guidelines' answers, facts for and against, what is not known, what nobody asks."""
    phase = assessment.decisions[0].phase
    found = facts_weighed(assessment, CHECKED)
    against = [each for each in found if each.against and not each.agreed_by]
    disputed = [each for each in found if each.against and each.agreed_by]
    parts: list[Part] = [
        Paragraph(_intro(phase, say)),
        Group(say.text("What the guidelines say about you"), tuple(
            say.text("{guideline}: {answer}.", guideline=title(guideline, say), answer=_answer(decision, say))
            for guideline, decision in zip(assessment.guidelines, assessment.decisions, strict=True))),
        _group(say.text("These facts speak for IORT"), _lines(_in_favour(found), phase, say), say),
        _group(say.text("These facts speak against IORT"), _lines(against, phase, say), say),
    ]
    if disputed:
        parts.append(Group(say.text("On these facts the guidelines differ"), tuple(
            _disputed(each, assessment, phase, say) for each in disputed)))
    unknown = facts_not_known(assessment, CHECKED)
    lines = tuple(dict.fromkeys(f"{fact_label(fact, phase, say)}." for fact in unknown))
    parts.append(_group(say.text("Not known yet"), lines, say))
    if assessment.not_asked:
        known = known_facts(assessment.candidate, phase)
        parts.append(Group(say.text("Talk about this first"), tuple(
            say.text("{fact}: {value}. Not all guidelines ask about it, but it matters.",
                     fact=fact_label(fact, phase, say), value=fact_value(fact, known[fact], say))
            for fact in assessment.not_asked)))
    return Section(say.text("What your own facts say"), tuple(parts))


def title(guideline: Guideline, say: Catalogue) -> str:
    """Short name of a guideline."""
    return say.text(TITLES[guideline.name], version=guideline.version)


def _intro(phase: str, say: Catalogue) -> str:
    when = (say.text("Your facts are those from before surgery. They may change when the lab has looked at the tumour.")
            if phase == BEFORE_SURGERY else say.text("Your facts are those from after surgery."))
    others = ", ".join(each.title.partition(",")[0] for each in guidelines_in_force()[1])
    return " ".join((
        say.text("Guidelines are rules by groups of experts: ASTRO in the USA, GEC-ESTRO in Europe. ASTRO wants this "
                 "kind of IORT only in a study or a register. It asks doctors to tell women: in two studies the cancer "
                 "came back in the breast more often after IORT."),
        say.text("We could not check {guidelines} yet.", guidelines=others), when,
        say.text("These points are about IORT only. Ask your doctors what speaks for and against the usual "
                 "treatment.")))


def _answer(decision: Decision, say: Catalogue) -> str:
    if decision.to_be_confirmed:
        return say.text(NOT_CHECKED)
    if decision.meaning == CAUTIONARY and decision.guideline in ONLY_IN_A_STUDY:
        return say.text(FITS_IN_A_STUDY)
    if decision.meaning == UNSUITABLE and decision.guideline == TRIAL:
        return say.text(NOT_IN_THE_STUDY)
    return say.text(ANSWERS[decision.meaning])


def _group(heading: str, lines: tuple[str, ...], say: Catalogue) -> Group:
    return Group(heading, lines or (say.text("Nothing that these guidelines ask."),), is_short=len(lines) > 1)


def _in_favour(found: Sequence[FactWeighed]) -> list[FactWeighed]:
    """What was seen before surgery is no point for her where the specimen says something of it."""
    known = {each.fact for each in found}
    return [each for each in found if not each.against and SEEN_BEFORE.get(each.fact) not in known]


def _lines(found: Sequence[FactWeighed], phase: str, say: Catalogue) -> tuple[str, ...]:
    """One line a fact; a finding of before surgery goes where the later one says the same."""
    same = {(fact_label(each.fact, BEFORE_SURGERY, say), fact_value(each.fact, each.value, say)): each
            for each in sorted(found, key=lambda each: each.fact not in SEEN_BEFORE)}
    return tuple(_line(each, phase, say) for each in same.values())


def _line(found: FactWeighed, phase: str, say: Catalogue) -> str:
    value = fact_value(found.fact, found.value, say)
    unbroken = value.replace(" ", "\N{NO-BREAK SPACE}") if len(value) <= SHORT else value
    return say.text("{fact}: {value}.", fact=fact_label(found.fact, phase, say), value=unbroken)


def _disputed(found: FactWeighed, assessment: Assessment, phase: str, say: Catalogue) -> str:
    short = {each.name: each.title.partition(",")[0] for each in assessment.guidelines}
    return " ".join((_line(found, phase, say),
                     say.text("For: {guidelines}.", guidelines=", ".join(short[name] for name in found.agreed_by)),
                     say.text("Against: {guidelines}.", guidelines=", ".join(short[name] for name in found.against))))
