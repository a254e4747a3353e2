"""The page reads at grade 7 or below; syllables are those of the CMU Pronouncing Dictionary."""

from __future__ import annotations

import csv
import re

import pytest
from pytest import approx

from openiort.report.patient_page import patient_page
from tests.report.message_calls import REPORT, messages_in_code
from tests.report.patients import MADE, WOMEN
from tests.report.reading_grade import WORD, reading_grade, syllables, syllables_of

HIGHEST_GRADE = 7.0
TABLE = REPORT.parents[2] / "validation" / "reading_grade" / "syllables.csv"
# Lincoln, Gettysburg 1863; words, sentences and syllables counted by hand
GETTYSBURG = ["The world will little note, nor long remember what we say here, but it can never forget what they did "
              "here."]


def words_of_messages() -> set[str]:
    """Words of the English page; abbreviations and numbers are read by other rules."""
    texts = " ".join(re.sub("{.*?}|%[A-Za-z]", "", text) for texts in messages_in_code() for text in texts)
    return {word.lower() for word in WORD.findall(texts) if not word[0].isdigit() and not word.isupper()} | {"a"}


def counted() -> dict[str, int]:
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    return {row["word"]: int(row["syllables"]) for row in csv.DictReader(lines)}


def test_syllables_are_those_of_the_dictionary() -> None:
    assert words_of_messages() - set(counted()) == set(), "count these too: validation/reading_grade"
    assert {word: syllables(word) for word in counted()} == counted()


def test_numbers_and_abbreviations_are_read_aloud() -> None:
    """one thousand one hundred forty: 8; twenty-three: 3; I-O-R-T: 4; two thousand fourteen: 5."""
    assert [syllables_of(token) for token in ("1,140", "23", "IORT", "2014", "7")] == [8, 3, 4, 5, 2]


def test_formula() -> None:
    """Kincaid 1975: 21 words, 1 sentence, 26 syllables."""
    assert reading_grade(GETTYSBURG) == approx(0.39 * 21 + 11.8 * 26 / 21 - 15.59)


@pytest.mark.parametrize("name", WOMEN)
def test_page_reads_at_grade_seven(name: str) -> None:
    """All that she reads; the list of sources at the end is for those who look them up."""
    page = patient_page(WOMEN[name], "en", MADE)
    texts = list(page.texts())
    assert reading_grade(texts[: texts.index(page.sources.heading)]) <= HIGHEST_GRADE
