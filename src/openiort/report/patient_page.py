"""One plain page for one woman: two ways to give radiation, what studies found, what her facts say, what to ask.

Both ways are shown alike. Only numbers that were found in their source appear (`openiort.evidence.per_thousand`).
"""

from __future__ import annotations

import datetime

from openiort.core.table import read_toml
from openiort.evidence.per_thousand import CHECKED, checked_number
from openiort.evidence.read_trial import shipped_trial
from openiort.report.catalogue import Catalogue, catalogue
from openiort.report.page_parts import Comparison, Group, Paragraph, PatientPage, Section
from openiort.report.patient_facts import TRIAL, facts_section, guidelines_in_force, patient_assessment, title
from openiort.report.patient_findings import SHOWN, findings_section
from openiort.select.candidate import Candidate
from openiort.select.facts_weighed import facts_not_known, facts_weighed
from openiort.version import __version__

DEVICE = "devices/generic-50kv.toml"


def patient_page(candidate: Candidate, language: str, made: datetime.datetime) -> PatientPage:
    """The page of a candidate.

    Args:
        candidate: of whom; her pseudonym stands on the page.
        language: one of `openiort.report.catalogue.LANGUAGES`.
        made: date to put on it.

    Raises:
        InputError: no such language.
    """
    say = catalogue(language)
    return PatientPage(
        language, made, say.text("Radiation for breast cancer: two ways"),
        say.text("For {pseudonym}, {date}", pseudonym=candidate.id, date=say.date(made)),
        say.text("This page is for research and teaching. It is not a medical device. It does not take the place of "
                 "your doctors. They know more about you than this page does."),
        (_ways_section(say), findings_section(say), facts_section(patient_assessment(candidate), say),
         _questions_section(candidate, say)),
        _sources(say), f"OpenIORT {__version__}")


def iort_minutes() -> tuple[float, float]:
    """Shortest and longest published time for 20 Gy at the surface, of the spheres of the 50 kV source."""
    times = [each["surface_time_min"] for each in read_toml(DEVICE)["applicator"] if each["output_mark"] == "published"]
    return min(times), max(times)


def _ways_section(say: Catalogue) -> Section:
    low, high = map(say.number, iort_minutes())
    first, last = map(say.number, checked_number(shipped_trial("targit-a-2020"), "ebrt-weeks"))
    (added_percent,) = checked_number(shipped_trial("targit-a-2014"), "ebrt-added-percent")
    rows = (
        (say.text("How"), say.text("From inside, by x-rays from a small ball where the lump was."),
         say.text("From outside, by beams from a machine.")),
        (say.text("Where"), say.text("In the breast, around the lump."), say.text("In the whole breast.")),
        (say.text("When"), say.text("Once, in surgery, while you sleep."),
         say.text("After surgery, on many days. You go home each day.")),
        (say.text("How long"), say.text("About {low} to {high} minutes.", low=low, high=high),
         say.text("In the TARGIT-A study {first} to {last} weeks. It can be shorter now.", first=first, last=last)),
        (say.text("And then"), say.text(
            "The lab looks at the tumour. If the risk is higher, you need the usual treatment too. In the TARGIT-A "
            "study this was so for about {count} of {hundred} women.", count=say.number(added_percent),
            hundred=say.number(100)), say.text("The place of the lump may get some more radiation.")),
    )
    return Section(say.text("What IORT is, and how it differs"), (
        Paragraph(say.text("After a breast tumour is cut out, some cancer cells may stay. Radiation is given to kill "
                           "them. There are two ways. Doctors call them IORT and EBRT.")),
        Comparison(("", say.text("IORT: radiation in surgery"), say.text("Usual treatment: from outside")),
                   rows)))


def _questions_section(candidate: Candidate, say: Catalogue) -> Section:
    assessment = patient_assessment(candidate)
    points = [
        say.text("What is my own risk that the cancer comes back, with IORT and with the usual treatment?"),
        say.text("What can be done if it comes back?"),
        say.text("Which side effects are likely with each way? How long do they last?"),
        say.text("How many days would the usual treatment take for me? How far would I have to go?"),
        say.text("Is IORT given here in a study or a register? How many women had it here?"),
        say.text("What if the lab finds something new after surgery?"),
        say.text("Are there other ways for me, such as radiation to a part of the breast, or none?"),
    ]
    if any(each.against for each in facts_weighed(assessment, CHECKED)):
        points.append(say.text("What do the facts that speak against IORT mean for me?"))
    if facts_not_known(assessment, CHECKED):
        points.append(say.text("Can we find out what is not known yet before we decide?"))
    return Section(say.text("What to ask your doctors"), (Group("", tuple(points)),))


def _sources(say: Catalogue) -> Group:
    read_in: dict[str, dict[str, None]] = {}
    for _, name, shown, _ in SHOWN:
        trial = shipped_trial(name)
        sources = [each.source for each in trial.outcomes if each.name == shown]
        sources += [each.source for each in trial.numbers if each.mark in CHECKED]
        read_in.setdefault(trial.citation, {}).update(dict.fromkeys(sources))
    cited = [f"{citation} ({'; '.join(found)})." for citation, found in read_in.items()]
    for guideline in guidelines_in_force()[0]:
        criteria = dict.fromkeys(each.source for each in guideline.criteria if each.mark in CHECKED)
        if guideline.name != TRIAL:
            cited.append(f"{title(guideline, say)}: {'; '.join(criteria)}.")
    times = (source.rpartition(": ")[2] for source in read_toml(DEVICE)["sources"] if "times" in source)
    return Group(say.text("Where the numbers come from"), (*cited, *(f"{source}." for source in times)))
