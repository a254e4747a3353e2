"""Names from DICOM files as they are shown."""

from __future__ import annotations

import pytest

from openiort.report.plain_text import dicom_date, label_text, person_name, plain_text


def test_control_characters_and_writing_direction_go() -> None:
    assert plain_text("a\x00b\x1b[31mc\u202ed\ne\tf") == "ab[31mcd e f"


def test_figures_show_dollars_and_leading_underscores() -> None:  # else matplotlib has a formula, and hides the name
    assert label_text("_a$b") == r" _a\$b"


def test_long_text_is_cut() -> None:
    assert plain_text("abcdefghij", 5) == "abcd…"
    assert plain_text("abcde", 5) == "abcde"


def test_what_the_font_lacks_is_seen_to_lack() -> None:
    assert plain_text("Ab", known=frozenset({ord("A")})) == "A□"


@pytest.mark.parametrize(("dicom", "shown"), [  # PS3.5, 6.2.1.1: family^given^middle^prefix^suffix
    ("Doe^Jane^Mary^Dr.^MD", "Doe, Dr. Jane Mary, MD"), ("Doe", "Doe"), ("", ""), ("^^^^", ""),
    ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou"), ("=山田^太郎", "山田, 太郎"), ("^Jane", "Jane"),
])
def test_person_names(dicom: str, shown: str) -> None:
    assert person_name(dicom) == shown


def test_dates() -> None:
    assert dicom_date("19581103") == "1958-11-03"
    assert dicom_date("unknown") == "unknown"
