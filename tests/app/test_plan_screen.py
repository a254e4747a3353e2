"""The summary on the screen says what the plan says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openiort.app.plan_screen import show_plan
from openiort.report.wording import minutes_seconds
from tests.plan_factory import make_plan


# by hand: 60 s a minute, rounded to whole seconds
@pytest.mark.parametrize(
    ("time_s", "text"), [(0.0, "0:00"), (59.6, "1:00"), (1380.4, "23:00"), (1502.5, "25:03"), (3599.4, "59:59")]
)
def test_time_as_people_read_it(time_s: float, text: str) -> None:
    assert minutes_seconds(time_s) == text


def test_everything_a_physicist_looks_for(capsys: pytest.CaptureFixture[str]) -> None:
    plan = replace(make_plan(), warnings=("skin is near [4 mm]",), notes=("a note [x]",))
    show_plan(plan, {"dose.dcm": "12ab", "report.pdf": "34cd"}, Path("plan-013"))
    out = capsys.readouterr().out
    # 1380.4 s; second check 1372.9 s, +0.546 %; all made up in plan_factory
    for text in ("23:00 min:s (nominal)", "PASS", "22:53", "+0.5 %", "Monte Carlo", "20 Gy to water at 0 mm", "2.8 %",
                 "skin 14.2 mm", "bone 13.0 mm", "lungs 29.0 mm", "-4.6 ± 0.5 % at 5 mm", "- skin is near [4 mm]",
                 "note: a note [x]", "dose.dcm, report.pdf", "plan-013", "ot a medical device", "shell 0-5 mm",
                 "depth (mm)", "volume (cc)",
                 plan.patient.pseudonym):  # fmt: skip
        assert text in out, text
    assert plan.patient.identity.patient_id not in out


def test_depths_without_tissue_are_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    plan = make_plan()
    show_plan(replace(plan, patient_medium_depth_dose_Gy={}, distances_mm={"lungs": None}), {}, Path("x"))
    out = capsys.readouterr().out
    assert "lungs over 60 mm or not in scan" in out
    row = next(line for line in out.splitlines() if line.split()[1:2] == ["20"])
    assert row.split()[-2] == "-"
