"""The report as PDF, read back by poppler: two sides, all that the data say, nothing of what names could smuggle in."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiort.dose.second_check import SecondCheck
from openiort.patient.insertion import Insertion
from openiort.plan.dvh_band import DVHBand
from openiort.plan.goal import parse_goal
from openiort.plan.goals import GoalResult
from openiort.plan.plan import Plan
from openiort.report.page_data import page_data
from openiort.report.plan_page import figure_svgs, page_files, plan_page
from tests.plan_factory import IDENTITY, make_plan, renamed
from tests.required_tools import require_tool

MADE = datetime.datetime(2026, 3, 4, 5, 6, 7, tzinfo=datetime.UTC)
UNSEEN = ("title", "kind", "level", "total")  # metadata and what chooses colours
TWO_PAGES = "Pages:           2\n"
MOVED = Insertion("displace", "ROI GTV", 6.2, 11.4, 7.94, -0.6, 9.7)
BAND = DVHBand(np.array([0.5, 20.0]), np.array([0.02, 0.3]), 0.01)
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
    """Eight depths, several warnings, a stop, goals of each result, tissue that gave way, uncertain DVHs."""
    plan = make_plan()
    water = {depth: 20.0 * 0.9**depth for depth in EIGHT_DEPTHS_mm}
    ranges = {depth: next(iter(plan.patient_water_depth_dose_Gy.values())) for depth in EIGHT_DEPTHS_mm}
    return replace(
        plan, water_depth_dose_Gy=water, patient_water_depth_dose_Gy=ranges, patient_medium_depth_dose_Gy=ranges,
        second_check=SecondCheck(1234.0, 11.9, "stop", "made up"),
        distances_mm={"skin": 4.0, "bone": 8.0, "lungs": None},
        warnings=("first warning", "second warning " + "with many words " * 12, "third"),
        goals=(result("skin D2cc < 12 Gy", "pass", 2.5), result("bone D2cc < 5 Gy", "fail", 7.7),
               result("heart max < 5 Gy", "not evaluable", None)),
        insertion=MOVED, patient_before=plan.patient, distances_before_mm={"skin": 6.0, "bone": 8.5, "lungs": 29.0},
        dvhs={name: replace(dvh, band=BAND) for name, dvh in plan.dvhs.items()},
    )


def result(text: str, kind: str, value: float | None) -> GoalResult:
    return GoalResult(parse_goal(text), kind, value, "" if value else "no structure of that name")


def overfull_plan() -> Plan:
    """More of everything than two pages hold."""
    plan = rich_plan()
    long = replace(plan.dvh("skin"), band=BAND)
    goals = [result(f"a structure with a name much too long {number} D0.2cc < 12 Gy D_w", kind, 3.0)
             for number in range(30) for kind in ("pass", "fail")]
    tables = {f"some/folder/table_with_a_name_{number}.csv": "ef" * 32 for number in range(40)}
    libraries = dict.fromkeys(map(str, range(90)), "1.2.3")
    full = replace(
        plan, goals=tuple(goals), warnings=(("about many things " * 15),) * 30,
        dvhs={**plan.dvhs, **{f"structure with a very long name {number}": long for number in range(40)}},
        second_check=SecondCheck(1234.0, 11.9, "stop", "source " * 200), notes=("note " * 500,) * 20,
        provenance=plan.provenance | {"tables_sha256": tables, "libraries": libraries},
    )
    return renamed(full, replace(IDENTITY, patient_name="W" * 64 + "^" + "W" * 64, patient_id="W" * 64))


@pytest.mark.parametrize("make", [make_plan, rich_plan])
def test_every_text_of_the_data_is_on_the_page(make: Callable[[], Plan], tmp_path: Path) -> None:
    plan = make()
    shown = squeezed(output_of("pdftotext", pdf_of(plan, tmp_path, made=MADE)))
    missing = [text for text in texts(page_data(plan, made=MADE)) if squeezed(text) not in shown]
    assert not missing
    assert squeezed("Not a medical device") in shown


@pytest.mark.parametrize("with_figure", [True, False])
@pytest.mark.parametrize("make", [make_plan, rich_plan, overfull_plan])
def test_it_is_two_sides_of_a4(make: Callable[[], Plan], with_figure: bool, tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    drawn = figures() | ({"insertion": figures()["planes"]} if with_figure else {})  # larger than the one it stands for
    file.write_bytes(plan_page(make(), figures=drawn, made=MADE))
    said = output_of("pdfinfo", file)
    assert TWO_PAGES in said
    assert "595.276 x 841.89 pts (A4)" in said  # ISO 216: 210 x 297 mm


@pytest.mark.parametrize("name", HOSTILE, ids=["typst", "markup", "control", "unknown", "long", "empty"])
def test_a_name_is_text_and_never_more(name: str, tmp_path: Path) -> None:
    plan = renamed(make_plan(), replace(IDENTITY, patient_name=name, patient_id=name))
    file = pdf_of(plan, tmp_path, made=MADE)
    assert TWO_PAGES in output_of("pdfinfo", file)
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
    assert set(files) == {"main.typ", "page_style.typ", "page_decides.typ", "page_evidence.typ", "data.json",
                          "planes.svg", "depth_dose.svg", "dvh.svg"}
    assert not [name for name, content in files.items() if name.endswith(".typ") and b"http" in content]


def page_texts(file: Path) -> list[str]:
    return [output_of("pdftotext", file, "-f", number, "-l", number) for number in "12"]


def test_both_pages_say_whose_they_are_which_they_are_and_what_they_are_not(tmp_path: Path) -> None:
    for number, text in enumerate(page_texts(pdf_of(make_plan(), tmp_path, made=MADE)), start=1):
        assert f"{number}/2" in text and "pseudonym P-7F3A91C2" in text
        assert "HOSP-778-4411" in text and "Not a medical device" in text


def test_deidentified_pages_know_the_pseudonym_alone(tmp_path: Path) -> None:
    for text in page_texts(pdf_of(rich_plan(), tmp_path, deidentify=True)):
        assert "P-7F3A91C2" in text
        assert not [part for part in ("Xylophonova", "HOSP-778", "1958", "2024-02-29") if part in text]


def test_what_does_not_fit_is_counted_and_the_failed_goals_stay(tmp_path: Path) -> None:
    shown = " ".join(output_of("pdftotext", pdf_of(overfull_plan(), tmp_path, made=MADE)).split())
    # 60 goals of which half fail, 15 lines for them; 46 structures, 12 rows; 30 warnings of three lines, room for six
    assert "and 45 more in plan.json: 15 fail, 30 pass" in shown
    assert "PASS" not in shown
    assert "34 more structures in dvh.csv." in shown
    assert "and 28 more warnings, in plan.json" in shown


def test_both_sign(tmp_path: Path) -> None:
    first, second = page_texts(pdf_of(make_plan(), tmp_path, made=MADE))
    for who in ("medical physicist", "radiation oncologist"):
        assert who in first and who not in second
