"""`openiort evidence`: what it shows and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openiort.app.command_line import run
from openiort.evidence.read_trial import trial_names


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["evidence", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", trial_names())
def test_every_trial_is_shown_and_rebuilt(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert name in shown(capsys, "show", name)
    assert json.loads(shown(capsys, "show", name, "--json"))["name"] == name
    assert name in shown(capsys, "rebuild", name)
    for item in json.loads(shown(capsys, "rebuild", name, "--json")):
        assert {"estimate", "printed", "rebuilt", "agrees"} <= set(item)


def test_list_names_every_trial(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "show")
    assert all(name in text for name in trial_names())
    assert [item["name"] for item in json.loads(shown(capsys, "show", "--json"))] == trial_names()


def test_rebuild_says_what_does_not_follow(capsys: pytest.CaptureFixture[str]) -> None:
    assert "does not follow" in shown(capsys, "rebuild", "targit-a-2010")
    found = json.loads(shown(capsys, "rebuild", "targit-a-2010", "--json"))
    assert [item["printed"] for item in found if item["agrees"] is False] == [0.41]


def test_methods(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "methods", "targit-a-2014")
    assert "Kaplan-Meier" in text
    assert "Miettinen-Nurminen" in text
    found = json.loads(shown(capsys, "methods", "targit-a-2020", "--outcome", "delayed", "--margin", "0.05", "--json"))
    assert found["margin"] == 0.05
    assert len(found["methods"]) == 6


@pytest.mark.parametrize("arguments", [
    ("show", "targit-b"), ("rebuild", "nowhere.toml"), ("methods", "low-kv-78"),
    ("methods", "low-kv-78", "--margin", "0.05"), ("methods", "targit-a-2014", "--outcome", "luck"),
    ("methods", "targit-a-2014", "--outcome", "mature"), ("methods", "targit-a-2014", "--margin", "2.5"),
    ("methods", "targit-a-2014", "--margin", "-0.025"),
])
def test_bad_input_is_refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "allowed:" in told.err
    assert "fix:" in told.err


def test_markup_in_own_file_is_only_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[trial]\nname = "[red]x"\ntitle = "t"\npublished = "2026"\ncitation = "c"\ntechnique = "low-kV"\n'
                    'arms = ["[bold]a"]\n')
    assert "[red]x" in shown(capsys, "show", str(file))
    assert run(["evidence", "methods", str(file)]) == 2


def test_rates_are_shown_in_per_cent(capsys: pytest.CaptureFixture[str]) -> None:
    """TARGIT-A 2010 printed 1.20 % and 0.95 %."""
    text = shown(capsys, "rebuild", "targit-a-2010")
    assert "1.20 %" in text
    assert "-1.04 %" in text
    assert "6 of 1113 women" in shown(capsys, "show", "targit-a-2010")


def test_screen_says_why_proportions_and_curves_disagree(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "methods", "targit-a-2014")
    assert "disagree" in text
    assert "Median follow-up 29 months" in text
    assert "disagree" not in shown(capsys, "methods", "targit-a-2010")


def test_single_arm(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "single-arm", "low-kv-78")
    assert "3.77 %" in text
    assert "4.62 %" in text
    found = json.loads(shown(capsys, "single-arm", "--events", "0", "--total", "78", "--person-years", "200",
                             "--historical-rate", "0.01", "--json"))
    assert found["history"]["expected"] == 2


def test_pool(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "pool", "targit-a-2020", "targit-a-2020:delayed")
    assert "Fewer than 5 studies" in text
    found = json.loads(shown(capsys, "pool", "targit-a-2020", "eliot-2021", "--mix-techniques", "--measure", "or",
                             "--json"))
    assert [each["measure"] for each in found["results"]] == ["odds ratio"]


@pytest.mark.parametrize("arguments", [
    ("show", "targit-a-2014"), ("methods", "targit-a-2014"), ("pool", "targit-a-2020", "targit-a-2020:delayed"),
])
def test_plots_are_written_once(arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figure.svg"
    shown(capsys, *arguments, "--plot", str(file))
    before = file.read_bytes()
    assert run(["evidence", *arguments, "--plot", str(file)]) == 2
    assert "--force" in capsys.readouterr().err
    shown(capsys, *arguments, "--plot", str(file), "--force")
    assert file.read_bytes() == before


@pytest.mark.parametrize("arguments", [
    ("single-arm",), ("single-arm", "targit-a-2014"), ("single-arm", "low-kv-78", "--events", "3"),
    ("single-arm", "--events", "5", "--total", "3"), ("single-arm", "--events", "5", "--total", "30",
                                                      "--person-years", "100"),
    ("pool", "targit-a-2020"), ("pool", "targit-a-2010", "targit-a-2014"), ("pool", "targit-a-2020", "eliot-2021"),
    ("pool", "targit-a-2020", "targit-a-2020:delayed", "--measure", "hr"),
    ("show", "--plot", "figure.png"), ("show", "targit-a-2014", "--plot", "figure.gif"),
])
def test_more_bad_input_is_refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evidence", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "allowed:" in told.err
    assert "fix:" in told.err


def test_recalled_numbers_are_to_be_confirmed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of TARGIT-A 2014, all women, only the limits of the rates were recalled; 6 and 5 events of 2010 were found."""
    assert shown(capsys, "methods", "targit-a-2014").count("to be") >= 2
    found = json.loads(shown(capsys, "methods", "targit-a-2014", "--json"))
    assert (found["to_be_confirmed"], found["marks"]["rates"], found["marks"]["limits"]) == (["limits"], "F", "R")
    rebuilt = json.loads(shown(capsys, "rebuild", "targit-a-2010", "--json"))
    assert {item["mark"] for item in rebuilt if item["to_be_confirmed"]} == {"R"}
    file = tmp_path / "own.toml"
    file.write_text('[trial]\nname = "x"\ntitle = "t"\npublished = "2026"\ncitation = "c"\ntechnique = "low-kV"\n'
                    'arms = ["a"]\n[[outcome]]\nname = "o"\ntext = "t"\nsource = "s"\nevents = [0]\ntotals = [9]\n'
                    'events_mark = "F"\ntotals_mark = "R"\n')
    assert "to be confirmed" in shown(capsys, "single-arm", str(file))
    assert json.loads(shown(capsys, "single-arm", str(file), "--json"))["to_be_confirmed"] is True
    assert json.loads(shown(capsys, "single-arm", "low-kv-78", "--json"))["to_be_confirmed"] is False


def test_limits_from_zero_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Ward et al.: EBRT 1.7 % (0-4.3) at ten years."""
    assert "(0.00-4.30)" in shown(capsys, "show", "targit-a-2020")


def test_limits_without_width_are_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "studies.csv"
    head = "name,technique,events_new,total_new,events_control,total_control\n"
    file.write_text(head + "a,low-kV,0,50,0,50\nb,low-kV,0,60,0,60\n")
    assert "Limits without width" in shown(capsys, "pool", str(file))
    file.write_text(head + "a,low-kV,1,50,0,50\nb,low-kV,0,60,2,60\n")
    assert "Limits without width" not in shown(capsys, "pool", str(file))


def test_only_outcomes_that_can_be_judged_are_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """ELIOT's later rates have no limits in the control arm; only its whole follow-up has counts."""
    assert run(["evidence", "methods", "eliot-2021", "--outcome", "local-recurrence-5y"]) == 2
    assert "allowed: local-recurrence\n" in capsys.readouterr().err
