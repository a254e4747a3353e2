"""Titles of a table's columns."""

from __future__ import annotations

from pathlib import Path

from openiort.select.candidate import TABLES
from openiort.select.fact_titles import columns_page, titles

FILES = Path(__file__).resolve().parents[2] / "docs" / "files.md"


def test_every_fact_of_every_phase_has_a_title() -> None:
    facts = {(table, fact) for table, model in TABLES.items() for fact in model.model_fields}
    assert set(titles().values()) == facts
    assert all(titles()[f"{table}.{fact}"] == (table, fact) for table, fact in facts)


def test_a_title_without_phase_means_before_surgery_where_both_have_it() -> None:
    assert titles()["size_mm"] == ("before_surgery", "size_mm")
    assert titles()["pN"] == ("pathology", "pN")


def test_documents_list_the_columns() -> None:
    assert columns_page() in FILES.read_text(encoding="utf-8"), columns_page()
