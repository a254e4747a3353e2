"""What the studies found, for a patient: both sides alike, and what could not be checked said in words."""

from __future__ import annotations

from dataclasses import replace

from openiort.evidence.per_thousand import THOUSAND, Frequency, checked_counts, frequency
from openiort.evidence.read_trial import shipped_trial
from openiort.report.catalogue import Catalogue, message, message_pair, rounded
from openiort.report.page_parts import Finding, Group, Paragraph, Part, Picture, Section

SAME_BREAST = message_pair("Cancer came back in the same breast within {years} year",
                           "Cancer came back in the same breast within {years} years")
OTHER_DEATH = message_pair("Death from something other than breast cancer within {years} year",
                           "Death from something other than breast cancer within {years} years")
# heading; trial, outcome; what is said first
SHOWN = (
    (SAME_BREAST, "targit-a-2020", "prepathology",
     message("TARGIT-A study, report of {year}. IORT was given in the first surgery.")),
    (SAME_BREAST, "targit-a-2014", "local-recurrence",
     message("TARGIT-A study, report of {year}: all women. Some had IORT later, in a second surgery.")),
    (SAME_BREAST, "eliot-2013", "local-recurrence",
     message("ELIOT study, report of {year}. This is another kind of IORT: it uses electrons, not x-rays.")),
    (SAME_BREAST, "targit-a-2020", "ten-years",
     message("TARGIT-A study, a longer time.")),
    (OTHER_DEATH, "targit-a-2020", "other-mortality",
     message("TARGIT-A study, report of {year}. The study mainly asked about the breast, not about this.")),
)


def findings_section(say: Catalogue) -> Section:
    """Everything about the studies."""
    intro = say.text(
        "In each study, women were put into two groups by lot. Each picture stands for {thousand} women. Each dot is "
        "one of them. Dark dots: it happened to them. Numbers are rounded.", thousand=say.number(THOUSAND))
    found = [_finding(*shown, say=say) for shown in SHOWN]
    before = ["", *(each.heading for each in found)]
    once = [replace(each, heading="") if each.heading == last else each
            for each, last in zip(found, before, strict=False)]
    return Section(say.text("What the studies found"), (Paragraph(intro), *once, _in_words(say)))


def _finding(heading_pair: tuple[str, str], trial_name: str, outcome: str, first: str, say: Catalogue) -> Finding:
    trial = shipped_trial(trial_name)
    found = frequency(trial, outcome)
    years = round(found.years)
    labels = (say.text("IORT"), say.text("Usual treatment"))
    heading = say.plural(*heading_pair, years, years=years)
    pictures = tuple(_picture(heading, label, value, say)
                     for label, value in zip(labels, found.per_thousand, strict=True))
    sentences = [say.text(first, year=trial.published), *limits_in_words(found, say)]
    return Finding(heading, " ".join(sentences), pictures)


def _picture(heading: str, label: str, value: float, say: Catalogue) -> Picture:
    count = rounded(value)
    shown, thousand = say.number(count), say.number(THOUSAND)
    return Picture(
        label, say.text("{count} of {thousand}", count=shown, thousand=thousand), count,
        say.plural("{label}: {count} dark dot of {thousand}. {heading}.",
                   "{label}: {count} dark dots of {thousand}. {heading}.", count,
                   label=label, count=shown, thousand=thousand, heading=heading))


def limits_in_words(found: Frequency, say: Catalogue) -> list[str]:
    """Who took part, how far chance goes, how many were followed; what could not be checked is said."""
    said = []
    if found.is_reread:
        said.append(say.text("These numbers are re-read from published curves."))
    if found.women is not None:
        said.append(say.text("Women in the groups: {new} and {usual}.",
                             new=say.number(found.women[0]), usual=say.number(found.women[1])))
    if found.lowers is not None and found.uppers is not None:
        new, usual = zip(map(say.number, found.lowers), map(say.number, found.uppers), strict=True)
        said.append(say.text("By chance the true numbers may lie from {new_low} to {new_high} with IORT, and from "
                             "{usual_low} to {usual_high} with the usual treatment.", new_low=new[0], new_high=new[1],
                             usual_low=usual[0], usual_high=usual[1]))
    if found.followed is not None:
        said.append(say.text("{new} and {usual} women were followed that long.", new=say.number(found.followed[0]),
                             usual=say.number(found.followed[1])))
    elif found.followed_by is not None:
        year, women = found.followed_by
        said.append(say.plural("By {year}, {count} woman was followed that long.",
                               "By {year}, {count} women were followed that long.", women, year=year,
                               count=say.number(women)))
    return [*said, *_gaps(found, say)]


def _gaps(found: Frequency, say: Catalogue) -> list[str]:
    has_limits = found.lowers is not None and found.uppers is not None
    has_followed = found.followed is not None or found.followed_by is not None
    if has_limits and has_followed:
        return []
    if has_limits:
        return [say.text("Not checked: how many women were followed that long.")]
    if has_followed:
        return [say.text("Not checked: how far chance goes.")]
    return [say.text("Not checked: how far chance goes, how many women were followed that long.")]


def _in_words(say: Catalogue) -> Part:
    (new, women_new), (usual, women_usual), years = checked_counts(shipped_trial("targit-a-2020"), "deaths")
    return Group(say.text("What else you should know"), (
        say.plural("Deaths of any kind within {years} year: {new} of the {women_new} women with IORT, and {usual} of "
                   "the {women_usual} women with the usual treatment (TARGIT-A). These are plain counts.",
                   "Deaths of any kind within {years} years: {new} of the {women_new} women with IORT, and {usual} of "
                   "the {women_usual} women with the usual treatment (TARGIT-A). These are plain counts.", round(years),
                   years=round(years), new=say.number(new), women_new=say.number(women_new), usual=say.number(usual),
                   women_usual=say.number(women_usual)),
        say.text("Deaths from breast cancer: we could not check the numbers yet. So we do not show them."),
        say.text("Side effects: we could not check the numbers yet, for either side. So we do not show them. Both ways "
                 "have side effects. Ask your doctors."),
        say.text("IORT in a second surgery: the study could not show that it works nearly as well (TARGIT-A).")))
