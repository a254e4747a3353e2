"""What the page says: numbers of the trials, both sides alike, her facts on the right side, one language only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from openiort.evidence.per_thousand import Frequency, NotCheckedError
from openiort.evidence.read_trial import shipped_trial
from openiort.evidence.trial import Trial
from openiort.report import patient_findings
from openiort.report.catalogue import LANGUAGES, catalogue
from openiort.report.page_parts import Comparison, Finding, Group, PatientPage
from openiort.report.patient_facts import guidelines_in_force
from openiort.report.patient_findings import limits_in_words
from openiort.report.patient_page import patient_page
from openiort.report.patient_words import fact_label, fact_value
from openiort.select.candidate import PHASES
from openiort.select.fact_type import YES_NO
from openiort.select.facts import FACTS
from tests.report.patients import CLEAR, LITTLE_KNOWN, MADE, PREGNANT, UNSUITABLE, WOMEN

# printed: 2.33 v 1.02 %, 3.3 v 1.3 %, 4.4 v 0.4 %, re-read 5.5 v 1.7 %, 5.41 v 9.85 % (docs/patient-page.md has where)
PRINTED = [("23", "10"), ("33", "13"), ("44", "4"), ("55", "17"), ("54", "99")]


def findings(page: PatientPage) -> list[Finding]:
    return [part for section in page.sections for part in section.parts if isinstance(part, Finding)]


def groups(page: PatientPage) -> dict[str, tuple[str, ...]]:
    return {part.heading: part.points for section in page.sections for part in section.parts if isinstance(part, Group)}


def page_of(name: str, language: str = "en") -> PatientPage:
    return patient_page(WOMEN[name], language, MADE)


@pytest.mark.parametrize(("language", "of", "thousand"), [("en", "of", "1,000"), ("de", "von", "1.000")])
def test_pictures_are_the_printed_rates(language: str, of: str, thousand: str) -> None:
    shown = findings(page_of("clear", language))
    captions = [tuple(picture.caption for picture in each.pictures) for each in shown]
    assert captions == [tuple(f"{count} {of} {thousand}" for count in pair) for pair in PRINTED]
    assert [tuple(str(picture.count) for picture in each.pictures) for each in shown] == PRINTED


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_sides_are_shown_alike(language: str) -> None:
    page = page_of("clear", language)
    assert {tuple(picture.label for picture in each.pictures) for each in findings(page)} == {
        {"en": ("IORT", "Usual treatment"), "de": ("IORT", "Übliche Therapie")}[language]}
    (table,) = [part for part in page.sections[0].parts if isinstance(part, Comparison)]
    assert all(len(row) == 3 and all(row) for row in table.rows)


def test_gaps_are_said_and_re_read_curves_labelled() -> None:
    texts = [each.text for each in findings(page_of("clear"))]
    nothing = "Not checked: how far chance goes, how many women were followed that long."
    assert [text.endswith(nothing) for text in texts] == [True, False, True, False, True]
    assert "By 2012, 611 women were followed that long. Not checked: how far chance goes." in texts[1]
    assert "re-read from published curves" in texts[3]
    assert "from 29 to 80 with IORT, and from 0 to 43 with the usual treatment" in texts[3]
    assert sum("re-read" in text for text in texts) == 1


@pytest.mark.parametrize(("has_limits", "has_followed", "gap"), [
    (True, True, ""), (True, False, "Not checked: how many women were followed that long."),
    (False, True, "Not checked: how far chance goes."),
    (False, False, "Not checked: how far chance goes, how many women were followed that long.")])
def test_each_gap_has_its_sentence(has_limits: bool, has_followed: bool, gap: str) -> None:
    limits = ((10.0, 5.0), (40.0, 30.0)) if has_limits else (None, None)
    found = Frequency(5, (20.0, 12.5), *limits, (300, 310) if has_followed else None, None, None, False)
    said = limits_in_words(found, catalogue("en"))
    assert [each for each in said if each.startswith("Not checked")] == ([gap] if gap else [])
    assert ("300 and 310 women were followed that long." in said) == has_followed
    assert any("from 10 to 40 with IORT, and from 5 to 30" in each for each in said) == has_limits


def test_counts_are_called_counts() -> None:
    (deaths,) = [point for point in groups(page_of("clear"))["What else you should know"] if "42" in point]
    assert "42 of the 1,140" in deaths
    assert "56 of the 1,158" in deaths
    assert deaths.endswith("These are plain counts.")


RECALLED = ("3.9", "5.3", "2.6", "1.9", "3.5", "21.1", "9.5", "0.95", "1.20", "2.1", "37", "126", "81", "24")


@pytest.mark.parametrize("name", WOMEN)
def test_recalled_numbers_are_nowhere(name: str) -> None:
    """Recalled or crude: mortality and toxicity of 2010 and 2014, ELIOT's control to 15 years, 24 of 1140."""
    page = page_of(name)
    said = " ".join(text for section in page.sections[:2] for part in section.parts for text in texts_in(part))
    assert [number for number in RECALLED if re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d.,]\d|\d)", said)] == []


def texts_in(part: object) -> Iterator[str]:
    from openiort.report.page_parts import texts_of

    yield from texts_of(part)  # type: ignore[arg-type]


def test_suitable_woman() -> None:
    found = groups(patient_page(CLEAR, "en", MADE))
    assert found["These facts speak against IORT"] == ("Nothing that these guidelines ask.",)
    assert "Your age: 62\N{NO-BREAK SPACE}years." in found["These facts speak for IORT"]
    assert "On these facts the guidelines differ" not in found
    assert found["What the guidelines say about you"][0] == (
        "ASTRO 2017 on this kind of IORT: your facts fit, but only in a study or a register.")


def test_woman_of_whom_little_is_known() -> None:
    found = groups(patient_page(LITTLE_KNOWN, "en", MADE))
    assert {"Change in a BRCA gene.", "Lymph nodes.", "Hormone test (oestrogen)."} <= set(found["Not known yet"])
    assert "Can we find out what is not known yet before we decide?" in found[""]
    assert "On these facts the guidelines differ" in found  # 47 years


def test_unsuitable_woman() -> None:
    found = groups(patient_page(UNSUITABLE, "en", MADE))
    against = " ".join(found["These facts speak against IORT"]).replace("\N{NO-BREAK SPACE}", " ")
    assert "Your age: 36 years." in against
    assert "Change in a BRCA gene: found." in against
    assert found["What the guidelines say about you"][1] == "ASTRO 2023 on a part of the breast: your facts do not fit."
    assert found["What the guidelines say about you"][3] == (
        "Rules of the TARGIT-A study: your facts do not fit, so its numbers may not hold for you.")
    assert "What do the facts that speak against IORT mean for me?" in found[""]


def test_nodes_found_before_surgery_are_no_point_for_her_beside_the_specimen() -> None:
    """TARGIT-A took women with cN1; her specimen has pN1a."""
    found = groups(page_of("everything against"))
    assert not [point for point in found["These facts speak for IORT"] if "Lymph nodes" in point]
    assert "Lymph nodes: cancer found." in found["These facts speak against IORT"]


def test_what_guidelines_do_not_ask_is_said_first() -> None:
    assert len(groups(patient_page(PREGNANT, "en", MADE))["Talk about this first"]) == 3


def test_guidelines_without_a_checked_rule_are_not_asked() -> None:
    asked, left_out = guidelines_in_force()
    assert [each.name for each in asked] == ["astro-2017-iort", "astro-2023", "gec-estro-2010", "targit-a"]
    assert [each.name for each in left_out] == ["abs-2018", "asbrs-2018"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_and_value_has_words(language: str) -> None:
    say = catalogue(language)
    for fact, kind in FACTS.items():
        assert all(fact_label(fact, phase, say) for phase in PHASES)
        values = (True, False) if kind.kind == YES_NO else kind.codes or (kind.low, kind.high)
        assert all(fact_value(fact, value, say) for value in values)


@pytest.mark.parametrize("name", WOMEN)
def test_german_page_has_the_same_parts_and_no_english(name: str) -> None:
    english, german = page_of(name), page_of(name, "de")
    assert len(list(english.texts())) == len(list(german.texts()))
    words = " ".join(text for section in german.sections for part in section.parts for text in texts_in(part))
    assert not re.search(r"\b(the|and|of|with|women|treatment|your)\b", words)


def test_every_shown_outcome_has_its_source_on_the_page() -> None:
    sources = " ".join(page_of("clear").sources.points)
    assert all(part in sources for part in ("Ward et al., abstract", "review copy", "PMC4189006", "Br. J. Cancer 2020",
                                            "14, 1269", "PMC6323254", "3346595", "PMC4127613", "PMC5879442", "S4-2"))


def test_pseudonym_and_date_stand_on_it() -> None:
    assert patient_page(LITTLE_KNOWN, "de", MADE).subtitle == "Für P-17, 04.03.2026"


@pytest.mark.parametrize("field", ["rates", "limits", "totals"])
def test_a_number_that_becomes_recalled_leaves_the_page(field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates: no page at all. Limits and women: not shown, and the gap is said."""
    def recalled(name: str) -> Trial:
        trial = shipped_trial(name)
        return replace(trial, outcomes=tuple(replace(each, **{f"{field}_mark": "R"}) if each.name == "ten-years"
                                             or (field == "totals" and each.name == "prepathology") else each
                                             for each in trial.outcomes))

    monkeypatch.setattr(patient_findings, "shipped_trial", recalled)
    if field == "rates":
        with pytest.raises(NotCheckedError):
            page_of("clear")
        return
    texts = [each.text for each in findings(page_of("clear"))]
    assert ("29 to 80" in texts[3]) == (field != "limits")
    assert texts[3].endswith("Not checked: how far chance goes, how many women were followed that long.") == (
        field == "limits")
    assert ("1,140" in texts[0]) == (field != "totals")


def test_sources_tell_no_recalled_number() -> None:
    assert "recalled" not in " ".join(page_of("clear").sources.points)
