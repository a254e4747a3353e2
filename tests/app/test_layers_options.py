"""Plans without a CT on the command line: what is asked reaches the stages, and what cannot be used is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytest import approx

from openiort.app.command_line import run
from openiort.app.layers_options import parse_breast, parse_layers
from openiort.core.errors import InputError
from tests.app.stand_ins import Stages, stages  # noqa: F401

ASKED = ["plan", "--layers", "skin=12.3,chest-wall=25", "--applicator", "40", "--dose", "20"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_layers_reach_the_stages(stages: Stages) -> None:  # noqa: F811
    options = ["--breast", "70/30", "--muscle-mm", "7", "--rib-mm", "0", "--skin-mm", "1.5", "--seed", "7"]
    assert run([*ASKED, *options]) == 0
    layers = stages.asked["patient"].layers
    assert (layers.applicator_mm, layers.skin_mm, layers.chest_wall_mm) == (40.0, 12.3, 25.0)
    assert (layers.adipose_percent, layers.muscle_mm, layers.rib_mm, layers.skin_thickness_mm) == (70.0, 7.0, 0.0, 1.5)
    assert stages.asked["at_mm"] is None and stages.asked["seed"] == 7 and "goals" not in stages.asked


def test_defaults(stages: Stages) -> None:  # noqa: F811
    assert run(ASKED) == 0
    layers = stages.asked["patient"].layers
    # the default: 50/50, device generic-50kv, depth 0; thickness of the skin as for a CT; muscle and rib: layers.toml
    assert (layers.adipose_percent, layers.skin_thickness_mm, layers.muscle_mm, layers.rib_mm) == (50.0, 2.0, 10.0, 8.0)
    assert (stages.asked["device"], stages.asked["depth_mm"]) == ("generic-50kv", 0.0)
    assert Path("plan-out/plan.json").is_file()


def test_help_shows_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for shown in ("--layers", "--breast", "--muscle-mm", "--rib-mm", "--goals", "default: (10)", "default: (8)",
                  "default: (50/50)"):  # fmt: skip
        assert shown in text, shown


def test_goals_of_a_file_reach_the_stages(stages: Stages, here: Path) -> None:  # noqa: F811
    (here / "ours.txt").write_text("skin D0.2cc < 12 Gy # ours\n")
    assert run([*ASKED, "--goals", "ours.txt"]) == 0
    assert [(goal.text, goal.source) for goal in stages.asked["goals"]] == [("skin D0.2cc < 12 Gy", "ours")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "--applicator", "40", "--dose", "20"], "there is nothing to plan on"),
        (["plan", "ct", "--applicator", "40", "--dose", "20"], "the applicator's place is missing"),
        (["plan", "ct", *ASKED[1:]], "FOLDER 'ct' and --layers exclude each other"),
        ([*ASKED, "--at=1,2,3"], "--at means nothing in layers"),
        (["plan", "ct", "--at=1,2,3", "--applicator", "40", "--dose", "20", "--rib-mm", "5"], "--rib-mm means nothing"),
        (["plan", "ct", "--at=1,2,3", "--applicator", "40", "--dose", "20", "--breast", "50/50"], "--breast means"),
        ([*ASKED, "--breast", "50/60"], "'50/60' sums to 110 %"),
        ([*ASKED, "--rib-mm", "31"], "rib is 31 mm"),
        ([*ASKED, "--muscle-mm", "nan"], "muscle is nan mm"),
        ([*ASKED, "--skin-mm", "11"], "skin thickness is 11 mm"),
        ([*ASKED, "--layers", "skin=1,chest-wall=25"], "the outside of the skin is 1 mm from the applicator"),
        ([*ASKED, "--applicator", "41"], "applicator diameter 41 mm is not among the sizes"),
        ([*ASKED, "--goals", "missing.txt"], "cannot read the goals"),
    ],
)
def test_bad_input(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    streams = capsys.readouterr()
    assert streams.out == "" and said in streams.err
    assert len([line for line in streams.err.splitlines() if line.startswith("error:")]) == 1
    assert not Path("plan-out").exists()


def test_a_bad_goal_names_its_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ours.txt").write_text("# ours\nskin D0.2cc < 12 Gy\nskin D0.2cc < 12 mm\n")
    assert run([*ASKED, "--goals", "ours.txt"]) == 2
    assert "ours.txt, line 3" in capsys.readouterr().err


def test_layers_by_name() -> None:
    assert parse_layers("chest-wall = 25.5, skin=12") == {"skin_mm": 12.0, "chest_wall_mm": 25.5}
    for text, said in (("skin=12", "layer 'chest-wall' is missing"), ("skin=12,rib=8", "layer 'rib' is unknown"),
                       ("skin=12,skin=13", "layer 'skin' is given twice"), ("skin=a,chest-wall=2", "distance 'a'"),
                       ("skin,chest-wall=2", "distance ''"), ("", "layer '' is unknown")):  # fmt: skip
        with pytest.raises(InputError) as error:
            parse_layers(text)
        assert said in error.value.what and "skin, chest-wall" in error.value.allowed


def test_breast() -> None:
    assert parse_breast("70/30") == approx(70.0)
    assert parse_breast("100/0") == approx(100.0)
    for text in ("70", "70/20", "a/b", "70/20/10", "-10/110", "nan/nan"):
        with pytest.raises(InputError):
            parse_breast(text)


def test_json_says_what_the_layers_were(stages: Stages, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    assert run([*ASKED, "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), dict)
