"""The page as PDF, read back by poppler: one side, all that the data say, nothing of what names could smuggle in."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from openiort.dose.second_check import SecondCheck
from openiort.plan.plan import Plan
from openiort.report.page_data import page_data
from openiort.report.plan_page import figure_svgs, page_files, plan_page
from tests.plan_factory import IDENTITY, make_plan, renamed
from tests.required_tools import require_tool

MADE = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
UNSEEN = ("title", "kind", "level")  # metadata and what chooses colours
EIGHT_DEPTHS_mm = (0.0, 1.0, 2.0, 5.0, 7.0, 10.0, 15.0, 20.0)
HOSTILE = (
    '#panic("x")^#import "/etc/passwd": *',  # typst's markup
    "]*_$`\\<!--^{{7*7}}\";--",
    "A\u202eB\x00\x1b[31m\n^\u2066evil",  # writing direction, control characters
    "山田^太郎^\N{PILE OF POO}",  # not in the page's font
    "W" * 64 + "^" + "W" * 64 + "^" + "W" * 64,
    "",
)


@cache
def figures() -> dict[str, bytes]:
    """Drawn once: they do not depend on what these tests change."""
    return figure_svgs(make_plan())


def pdf_of(plan: Plan, folder: Path, **options: Any) -> Path:
    file = folder / "page.pdf"
    file.write_bytes(plan_page(plan, figures=figures(), **options))
    return file


def output_of(tool: str, file: Path, *options: str) -> str:
    command = [require_tool(tool), *options, str(file), *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def squeezed(text: str) -> str:
    """Without white space, as line breaks on the page are its own."""
    return "".join(text.split())


def texts(value: Any) -> Iterator[str]:
    """All texts of the page's data, however nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, item in value.items() if key not in UNSEEN for text in texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts(item))


def rich_plan() -> Plan:
    """Eight depths, several warnings, a stop."""
    plan = make_plan()
    water = {depth: 20.0 * 0.9**depth for depth in EIGHT_DEPTHS_mm}
    ranges = {depth: next(iter(plan.patient_water_depth_dose_Gy.values())) for depth in EIGHT_DEPTHS_mm}
    return replace(
        plan, water_depth_dose_Gy=water, patient_water_depth_dose_Gy=ranges, patient_medium_depth_dose_Gy=ranges,
        second_check=SecondCheck(1234.0, 11.9, "stop", "made up"),
        distances_mm={"skin": 4.0, "bone": 8.0, "lungs": None},
        warnings=("first warning", "second warning " + "with many words " * 12, "third"),
    )


@pytest.mark.parametrize("make", [make_plan, rich_plan])
def test_every_text_of_the_data_is_on_the_page(make: Callable[[], Plan], tmp_path: Path) -> None:
    plan = make()
    shown = squeezed(output_of("pdftotext", pdf_of(plan, tmp_path, made=MADE)))
    missing = [text for text in texts(page_data(plan, made=MADE)) if squeezed(text) not in shown]
    assert not missing
    assert squeezed("Not a medical device") in shown


@pytest.mark.parametrize("make", [make_plan, rich_plan])
def test_it_is_one_side_of_a4(make: Callable[[], Plan], tmp_path: Path) -> None:
    said = output_of("pdfinfo", pdf_of(make(), tmp_path, made=MADE))
    assert "Pages:           1\n" in said
    assert "595.276 x 841.89 pts (A4)" in said  # ISO 216: 210 x 297 mm


@pytest.mark.parametrize("name", HOSTILE, ids=["typst", "markup", "control", "unknown", "long", "empty"])
def test_a_name_is_text_and_never_more(name: str, tmp_path: Path) -> None:
    plan = renamed(make_plan(), replace(IDENTITY, patient_name=name, patient_id=name))
    file = pdf_of(plan, tmp_path, made=MADE)
    assert "Pages:           1\n" in output_of("pdfinfo", file)
    shown = output_of("pdftotext", file)
    assert squeezed("second check of the time") in squeezed(shown)  # the rest is there
    assert "root:" not in shown  # as /etc/passwd begins
    assert not set(shown) & {"\u202e", "\u2066", "\x1b"}


def test_what_the_font_lacks_is_a_white_square(tmp_path: Path) -> None:
    plan = renamed(make_plan(), replace(IDENTITY, patient_name="山田^太郎"))
    assert "□□, □□" in output_of("pdftotext", pdf_of(plan, tmp_path, made=MADE))


def test_only_fonts_that_come_with_it(tmp_path: Path) -> None:
    lines = output_of("pdffonts", pdf_of(make_plan(), tmp_path, made=MADE)).splitlines()[2:]
    assert lines
    assert all("DejaVuSans" in line.split()[0] and line.split()[-5] == "yes" for line in lines)  # embedded


def test_same_plan_and_date_give_the_same_bytes() -> None:
    first, second = (plan_page(make_plan(), figures=figures(), made=MADE) for _ in range(2))
    assert first == second


def test_dated_page_is_archival_and_an_undated_one_has_no_date(tmp_path: Path) -> None:
    dated = pdf_of(make_plan(), tmp_path, made=MADE)
    assert b"pdfaid:part>2</pdfaid" in dated.read_bytes()  # ISO 19005-2, 6.6.4
    assert "2026-03-04 05:06 UTC" in output_of("pdftotext", dated)
    undated = pdf_of(make_plan(), tmp_path, deidentify=True)
    assert "CreationDate" not in output_of("pdfinfo", undated)


def test_page_is_compiled_from_its_own_files_alone() -> None:
    files = page_files(make_plan(), figures=figures())
    assert set(files) == {"main.typ", "data.json", "planes.svg", "depth_dose.svg", "dvh.svg"}
    assert b"http" not in files["main.typ"]
