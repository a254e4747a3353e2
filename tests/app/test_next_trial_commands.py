"""`openiort evidence design`, `randomise` and `simulate`: what they show, write and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiort.app.command_line import run

SHORT = ("simulate", "--trials", "300", "--women-new", "200", "--women-control", "200", "--margin", "0.06")


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["evidence", *arguments]) == 0
    return capsys.readouterr().out


def test_targit_a_size(capsys: pytest.CaptureFixture[str]) -> None:
    """2232 women: J. S. Vaidya et al., Lancet 376, 91 (2010); 2282: reference.R in validation/next_trial."""
    arguments = ("design", "noninferiority", "--control", "0.06", "--margin", "0.025", "--alpha", "0.05", "--power",
                 "0.8")
    found = json.loads(shown(capsys, *arguments, "--json"))
    assert (found["n_per_arm"], found["n_total"], found["n_total_farrington_manning"]) == (1116, 2232, 2282)
    text = shown(capsys, *arguments, "--n", "2000")
    assert "2,232 women" in text
    assert "Power of 2,000 women" in text


def test_other_designs(capsys: pytest.CaptureFixture[str]) -> None:
    complete = ("design", "survival", "--control", "0.06", "--margin", "0.025", "--years", "5", "--accrual-years", "10",
                "--follow-up-years", "5")
    assert json.loads(shown(capsys, *complete, "--json"))["n_total"] == 2232  # nobody censored: a proportion
    assert "2,232 women" in shown(capsys, *complete)
    single = ("design", "single-arm", "--rule-out", "0.0377")
    found = json.loads(shown(capsys, *single, "--n", "78", "--json"))  # 0 of 78: upper limit 3.77 %
    assert (found["n_without_events"], found["at_n"]["most_events"]) == (78, 0)
    assert "78 women rule it out" in shown(capsys, *single)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_pictures(ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contents = []
    for name in ("a", "b"):
        file = tmp_path / f"{name}.{ending}"
        shown(capsys, "design", "noninferiority", "--control", "0.06", "--margin", "0.025", "--plot", str(file))
        contents.append(file.read_bytes())
    assert contents[0] == contents[1]
    assert len(contents[0]) > 2000
    shown(capsys, *SHORT, "--plot", str(tmp_path / f"s.{ending}"))
    assert (tmp_path / f"s.{ending}").stat().st_size > 2000


def test_simulation(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(shown(capsys, *SHORT, "--json"))
    assumed, at_margin = found["truths"]
    assert assumed["true_difference"] == pytest.approx(0.0, abs=1e-12)
    assert at_margin["true_difference"] == pytest.approx(0.06, abs=1e-12)
    assert [each["method"] for each in assumed["methods"]][-2:] == ["Kaplan-Meier", "Aalen-Johansen"]
    for power, error in zip(assumed["methods"], at_margin["methods"], strict=True):
        assert power["lower"] < power["rate"] < power["upper"]
        assert error["rate"] < power["rate"]
    text = shown(capsys, *SHORT)
    assert "type I error" in text
    assert "Kaplan-Meier" in text


def test_randomisation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "list.csv")
    made = json.loads(shown(capsys, "randomise", "create", file, "--arm", "IORT", "--arm", "EBRT", "--ratio", "2:1",
                            "--factor", "centre=A,B", "--factor", "timing=prepathology,postpathology", "--each", "20",
                            "--seed", "5", "--json"))
    assert made["strata"] == ["A/prepathology", "A/postpathology", "B/prepathology", "B/postpathology"]
    first = json.loads(shown(capsys, "randomise", "next", file, "--stratum", "A/prepathology", "--patient", "P-1",
                             "--json"))
    assert (first["number"], first["patient"]) == (1, "P-1")
    assert first["arm"] in ("IORT", "EBRT")
    assert "P-2:" in shown(capsys, "randomise", "next", file, "--stratum", "A/prepathology", "--patient", "P-2")
    checked = json.loads(shown(capsys, "randomise", "check", file, "--json"))
    assert checked["strata"]["A/prepathology"]["used"] == 2
    assert "as they were written" in shown(capsys, "randomise", "check", file)
    assert run(["evidence", "randomise", "next", file, "--stratum", "A/prepathology", "--patient", "P-1"]) == 2


def test_seed_is_drawn_where_none_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / name for name in ("a.csv", "b.csv")]
    for file in files:
        shown(capsys, "randomise", "create", str(file), "--arm", "a", "--arm", "b", "--each", "40")
    assert files[0].read_text() != files[1].read_text()


@pytest.mark.parametrize("arguments", [
    ("design", "noninferiority", "--control", "6", "--margin", "0.025"),
    ("design", "noninferiority", "--control", "0.06", "--margin", "-0.025"),
    ("design", "noninferiority", "--control", "0.06", "--margin", "0.025", "--new", "0.09"),
    ("design", "noninferiority", "--control", "0.06", "--margin", "0.025", "--power", "80"),
    ("design", "noninferiority", "--control", "0.06", "--margin", "0.025", "--plot", "x.gif"),
    ("design", "noninferiority", "--control", "0.06", "--margin", "0.025", "--n", "0"),
    ("design", "survival", "--control", "0.06", "--margin", "0.025", "--years", "5", "--accrual-years", "2",
     "--follow-up-years", "2"),
    ("design", "single-arm", "--rule-out", "0.01", "--expected", "0.02"),
    ("simulate", "nowhere.toml"), ("simulate", "--trials", "0"), ("simulate", "--margin", "2.5"),
    ("simulate", "--plot", "x.gif"), ("simulate", "--years", "20"), ("simulate", "--workers", "0"),
    ("randomise", "create", "x.csv", "--arm", "a", "--each", "10"),
    ("randomise", "create", "x.csv", "--arm", "a", "--arm", "b", "--each", "10", "--ratio", "one"),
    ("randomise", "create", "x.csv", "--arm", "a", "--arm", "b", "--each", "10", "--factor", "centre"),
    ("randomise", "create", "x.txt", "--arm", "a", "--arm", "b", "--each", "10"),
    ("randomise", "next", "nowhere.csv", "--patient", "P"),
])
def test_bad_input_is_refused_and_nothing_written(arguments: tuple[str, ...], tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["evidence", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "allowed:" in told.err
    assert "fix:" in told.err
    assert not list(tmp_path.iterdir())
