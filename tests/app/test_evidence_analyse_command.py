"""`openiort evidence analyse`, end to end: table in, screen, JSON and figure out, refusals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openiort.app.command_line import run
from tests.evidence.r_output import FOLDER, values


@pytest.fixture
def gbsg(tmp_path: Path) -> Path:
    """Women of the German Breast Cancer Study Group."""
    return plain(tmp_path, "gbsg.csv")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Three made-up groups with competing deaths."""
    return plain(tmp_path, "competing.csv")


@pytest.fixture
def like_targit(tmp_path: Path) -> Path:
    """Two arms of about 1,100, recurrence 0.3 and death 0.9 % a year, followed for up to ten years."""
    random = np.random.default_rng(20261128)
    lines = ["days,what,arm"]
    for arm, rate in (("IORT", 0.0035), ("EBRT", 0.0025)):
        each = np.stack([random.uniform(0.1, 9.5, 1113), random.exponential(1 / rate, 1113),
                         random.exponential(1 / 0.009, 1113)])
        lines += [f"{1 + 365.25 * first:.0f},{('well', 'recurred', 'died')[kind]},{arm}"
                  for first, kind in zip(each.min(axis=0), each.argmin(axis=0), strict=True)]
    (tmp_path / "trial.csv").write_text("\n".join(lines))
    return tmp_path / "trial.csv"


def plain(folder: Path, name: str) -> Path:
    """A table of validation/survival without its head."""
    lines = (FOLDER / name).read_text().splitlines(keepends=True)
    (folder / name).write_text("".join(line for line in lines if not line.startswith("#")))
    return folder / name


def shown(capsys: pytest.CaptureFixture[str], file: Path, *options: str) -> str:
    assert run(["evidence", "analyse", str(file), *options]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


def found(capsys: pytest.CaptureFixture[str], file: Path, *options: str) -> Any:
    return json.loads(shown(capsys, file, *options, "--json"))


def test_json_has_all_of_it_unrounded(gbsg: Path, capsys: pytest.CaptureFixture[str]) -> None:
    years = 1096 / 365.25
    record = found(capsys, gbsg, "--unit", "days", "--at", str(years), "--transform", "log", "--control", "0",
                   "--margin", "0.05", "--covariates", "age,size,grade,nodes,pgr,er", "--factors", "grade")
    control = record["groups"][0]
    expected = {quantity: next(value for group, at, value in values("gbsg", quantity) if (group, at) == ("0", years))
                for quantity in ("survival", "standard error", "lower log", "upper log", "at risk")}
    at = control["at"][0]
    assert [at["free"][name] for name in ("probability", "standard_error", "lower", "upper")] == pytest.approx(
        [expected[name] for name in ("survival", "standard error", "lower log", "upper log")], rel=1e-9)
    assert at["at_risk"] == expected["at risk"]
    assert record["log_rank"]["chi_squared"] == pytest.approx(8.564780854, rel=1e-9)  # gbsg_R.txt
    # gbsg_R.txt: medians 1528 (1296 to 1814) days
    assert [365.25 * value for value in control["median_free_years"]] == pytest.approx([1528, 1296, 1814])
    assert record["groups"][1]["median_free_years"][2] is None
    assert record["cox"]["terms"][0]["coefficient"] == pytest.approx(-0.331425454959, rel=1e-6)
    assert record["comparisons"][0]["test"]["non_inferior"] is True
    assert record["gray"] is None
    assert record["not_done"] == {}


def test_screen_names_methods(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(shown(capsys, made, "--cox").split())
    for words in ("reverse Kaplan-Meier", "Aalen-Johansen", "Log-rank", "Gray's test", "Ties: Efron",
                  "proportional is not checked", "cause-specific hazards", "would be too high"):
        assert words in text
    assert "1 - Kaplan-Meier, which takes" in text
    assert "risk, 1 - Kaplan-Meier" not in text


def test_a_trial_from_its_own_codes_to_a_figure(like_targit: Path, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--time", "days", "--event", "what", "--group", "arm", "--unit", "days", "--control", "EBRT",
               "--codes", "well=censored,recurred=event,died=competing", "--margin", "0.025", "--at", "5"]
    record = found(capsys, like_targit, *options, "--plot", str(tmp_path / "a.svg"))
    assert (tmp_path / "a.svg").stat().st_size > 10_000
    assert record["competes"] is True
    assert record["control"] == "EBRT"
    test, = (item["test"] for item in record["comparisons"])
    assert test["non_inferior"] == (test["upper_one_sided"] < 0.025)
    assert sum(group["events"] + group["competing"] + group["censored"] for group in record["groups"]) == 2226
    # true risk of each arm at five years: rate / (rate + 0.009) (1 - exp(-5 (rate + 0.009)))
    for group, rate in zip(record["groups"], (0.0025, 0.0035), strict=True):
        risk = group["at"][0]["risk"]
        truth = rate / (rate + 0.009) * (1 - np.exp(-5 * (rate + 0.009)))
        assert abs(risk["probability"] - truth) < 4 * risk["standard_error"]
    assert "non-inferior" in shown(capsys, like_targit, *options)


def test_figure_is_replaced_only_by_force(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figure = tmp_path / "a.png"
    figure.write_bytes(b"mine")
    assert run(["evidence", "analyse", str(made), "--plot", str(figure)]) == 2
    assert figure.read_bytes() == b"mine"
    assert "--force" in capsys.readouterr().err
    assert "figure:" in shown(capsys, made, "--plot", str(figure), "--force")
    assert figure.read_bytes()[1:4] == b"PNG"


def test_an_arm_without_events_says_why_there_is_no_hazard_ratio(tmp_path: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("time,event,group\n" + "5,0,new\n" * 20 + "5,0,old\n" * 18 + "1,1,old\n2,1,old\n")
    options = ("--cox", "--at", "4", "--control", "old", "--margin", "0.1")
    text = " ".join(shown(capsys, tmp_path / "a.csv", *options).split())
    assert "Cox regression: not done: no event in group new" in text
    assert "exact limits of 0" in text
    assert "too sure of themselves" in text
    record = found(capsys, tmp_path / "a.csv", *options)
    assert record["cox"] is None
    assert "no event in group new" in record["not_done"]["Cox"]
    assert record["groups"][0]["at"][0]["exact_of"] == 20


def test_names_from_outside_do_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("time,event,group\n1,1,\x1b[31mA\n2,0,[bold]B\n")
    assert run(["evidence", "analyse", str(tmp_path / "a.csv"), "--control", "z"]) == 2
    told = capsys.readouterr().err
    assert "[31mA, [bold]B" in told
    assert "\x1b" not in told
    text = shown(capsys, tmp_path / "a.csv")
    assert "\x1b" not in text
    assert "[bold]B" in text


def test_one_patient(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("time,event\n3,0\n")
    assert "1 patient of a.csv" in shown(capsys, tmp_path / "a.csv")
    assert found(capsys, tmp_path / "a.csv")["control"] is None


def test_missing_statsmodels_stops_before_anything_is_read(made: Path, monkeypatch: pytest.MonkeyPatch,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.duration.hazard_regression", None)
    assert run(["evidence", "analyse", str(made), "--cox"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "openiort[statistics]" in told.err
    shown(capsys, made)  # all else does without


@pytest.mark.parametrize("options", [
    ("--unit", "weeks"), ("--time", "days"), ("--margin", "0.025"), ("--margin", "2.5", "--control", "a"),
    ("--control", "z"), ("--level", "95"), ("--transform", "logit"), ("--codes", "0"), ("--plot", "a.jpg"),
    ("--ties", "exact", "--cox"), ("--covariates", "age"), ("--covariates", "group"), ("--factors", "x", "--cox"),
    ("--at", "-1"), ("--cut-off", "3"), ("--cut-off-column", "x"), ("--curve", "up"), ("--horizon", "-2"),
    ("--alpha", "0.7"), ("--factors", "age"),
])
def test_bad_options_are_refused(options: tuple[str, ...], made: Path, tmp_path: Path,
                                 capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", "analyse", str(made), *options, "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "allowed:" in told.err
    assert "fix:" in told.err
