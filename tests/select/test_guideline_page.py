"""The pages of docs/guidelines/ are those of the data, and say what a reader needs."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from openiort.select.condition_words import condition_words
from openiort.select.guideline_page import guideline_page
from openiort.select.read_guideline import guideline_names, parse_guideline, shipped_guideline
from tests.select.test_read_guideline import GUIDELINE

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "guidelines"


def test_pages_are_current() -> None:
    spec = spec_from_file_location("make_guideline_pages", ROOT / "scripts" / "make_guideline_pages.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    written = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert written == script.pages(), "run `.venv/bin/python scripts/make_guideline_pages.py`"


@pytest.mark.parametrize("name", guideline_names())
def test_page_has_all_criteria_with_source_and_mark(name: str) -> None:
    guideline = shipped_guideline(name)
    text = guideline_page(guideline)
    for criterion in guideline.criteria:
        row = next(line for line in text.splitlines() if line.startswith(f"| {criterion.name} |"))
        assert criterion.text in row
        assert criterion.source in row
        assert row.endswith(f"| {criterion.mark} |")
    assert all(statement.text in text for statement in guideline.statements)
    assert guideline.citation in text


def test_conditions_in_words() -> None:
    criteria = {criterion.name: criterion for criterion in shipped_guideline("astro-2017").criteria}
    words = {name: condition_words(criterion.condition) for name, criterion in criteria.items()}
    assert words["too-young"] == "age_years < 40"
    assert words["size"] == "(histology = dcis or size_mm <= 20)"
    assert words["no-drugs-before-surgery"] == "neoadjuvant_treatment = no"
    assert words["forties-and-not-all-else-suitable"] == (
        "(age_years >= 40 and age_years < 50 and not (all criteria of suitable on other facts))")


def test_counted_conditions_in_words() -> None:
    counted = parse_guideline(GUIDELINE, "clinic.toml").criteria[2]
    assert condition_words(counted.condition) == (
        "at least 2 of (grade in 1, 2; oestrogen_receptor = positive; not (her2 = positive))")
