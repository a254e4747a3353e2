"""Facts in words."""

from __future__ import annotations

import pytest

from openiort.select.fact_words import WORDS, fact_words, value_words
from openiort.select.facts import FACTS


@pytest.mark.parametrize("fact", FACTS)
def test_no_fact_shows_its_name_in_the_file(fact: str) -> None:
    assert "_" not in fact_words(fact)
    assert not fact_words(fact).endswith((" mm", " years"))


def test_words_are_of_facts() -> None:
    assert set(WORDS) <= set(FACTS)


@pytest.mark.parametrize(("fact", "value", "words"), [
    ("age_years", 55, "55 years"), ("size_mm", 15.0, "15 mm"), ("size_mm", 1.5, "1.5 mm"), ("grade", 3, "3"),
    ("distant_metastasis", False, "no"), ("pN", "pN0(i+)", "pN0(i+)"),
])
def test_values_have_their_unit(fact: str, value: object, words: str) -> None:
    assert value_words(fact, value) == words
