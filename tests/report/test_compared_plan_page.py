"""The pages of a comparison with a plan: what is shown of trials, two pages, gaps, hostile names, valid JSON."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from openiort.evidence.read_trial import shipped_trial
from openiort.plan.applicator_choice import ApplicatorChoice, SizeRow
from openiort.plan.comparison import Comparison, compare_treatments
from openiort.plan.dvh import make_dvh
from openiort.plan.figures_of_merit import FIGURES, Figure
from openiort.plan.tissue_sensitivity import TissueRow, TissueSensitivity
from openiort.plan.voxel_noise import figures_without_noise
from openiort.report.comparison_blocks import comparison_blocks, percent_text
from openiort.report.comparison_data import comparison_data
from openiort.report.comparison_folder import comparison_figures, comparison_page, comparison_record, write_comparison
from openiort.report.figure_style import drawing, svg
from openiort.report.output_folder import COMPARISON_NAMES
from openiort.report.plain_text import plain_text
from openiort.report.trial_rows import SHOWN, trial_rows
from tests.compared_plan import compared_plan
from tests.plan.test_external_beside_plan import noisy, rising
from tests.plan_factory import IDENTITY

MADE = datetime.datetime(2026, 11, 28, 12, 0, tzinfo=datetime.UTC)
HOSTILE = "#image(\"x\") \u202e*bold* $1$ `raw`"


def merits(factor: float) -> tuple[Figure, ...]:
    return tuple(Figure(structure, name, factor * (number + 1), 0.1)
                 for number, (structure, name) in enumerate(FIGURES))


@pytest.fixture(scope="module")
def found() -> Comparison:
    plan = compared_plan()
    goals = plan.goals
    choice = ApplicatorChoice(30.0, (SizeRow(25.0, 900.0, merits(1.0), goals),
                                     SizeRow(30.0, 1380.0, merits(1.2), goals),
                                     SizeRow(50.0, None, (), (), "it reaches the skin")))
    tissues = TissueSensitivity((TissueRow("as scanned", "read from the CT", merits(1.0)),
                                 TissueRow("water", "water", merits(1.5)),
                                 TissueRow("50 % gland", HOSTILE, merits(1.1))))
    return compare_treatments(plan, choice=choice, tissues=tissues, notes=[HOSTILE])


def test_trials_show_no_recalled_number() -> None:
    """24 of 1140 and 11 of 1158: Br. J. Cancer 2021, table 1; 60 of 1140: a review copy of the BMJ paper."""
    rows = trial_rows()
    assert rows[0]["iort"].startswith("24 of 1140 (2.1 %)") and rows[0]["ebrt"].startswith("11 of 1158 (0.95 %)")
    for (report, name), row in zip(SHOWN, rows, strict=True):
        outcome = next(one for one in shipped_trial(report).outcomes if one.name == name)
        marks = {outcome.events_mark, outcome.totals_mark, outcome.rates_mark} - {None}
        if not marks & {"F", "C"}:
            assert row["iort"] == row["ebrt"] == "to be confirmed"
    assert any(row["iort"] == "to be confirmed" for row in rows)


def test_gaps_stand_once_a_reason_and_are_no_zero(found: Comparison) -> None:
    data = comparison_data(found.sides, "P-1", found.notes, comparison=found)
    ebrt = data["sides"][1]["missing"]
    assert len(ebrt) == 1 and ebrt[0].startswith("skin, bone, ipsilateral lung") and "--tangents" in ebrt[0]
    heart = next(row for row in data["rows"] if row["name"] == "heart")
    assert set(heart["cells"][1]) == {"\N{EN DASH}"}
    assert data["detail"]["effects"][0]["ebrt"] == "needs tangents"


def test_chances_are_never_certain() -> None:
    shown = [percent_text(share) for share in (0.0, 0.004, 0.5, 0.996, 1.0)]
    assert shown == ["<1 %", "<1 %", "50 %", ">99 %", ">99 %"]


def test_blocks_have_everything_that_was_asked(found: Comparison) -> None:
    blocks = comparison_blocks(found, plain_text)
    assert len(blocks["goals"]) == len(found.goals)
    assert blocks["choice"]["gaps"] == ["50 mm: it reaches the skin"]
    assert blocks["choice"]["largest"][0].endswith("up to 30 mm")
    assert blocks["tissues"]["rows"][-1][0] == "spread, %"
    assert blocks["boost"]["title"].startswith("IORT as boost, then 40 Gy in 15 (dose scale of the IORT: Monte Carlo)")
    assert any("none is known" in line for line in blocks["uncertainty"])


def test_record_is_json_with_bands_and_no_name(found: Comparison) -> None:
    record = comparison_record(found.sides, "P-1", found.notes, found.provenance, found)
    text = json.dumps(record, allow_nan=False)
    assert not any(part in text for part in (IDENTITY.patient_id, "Xylophonova", IDENTITY.birth_date))
    low, high = record["dose_uncertainty"]["iort"]["skin"]["D2cc_Gy"]["95_percent"]
    assert low < record["iort"]["structures"]["skin"]["physical"]["D2cc_Gy"] < high
    assert record["dose_uncertainty"]["ebrt"] == {}
    assert record["goals"][0]["ebrt"]["value"] is None
    assert record["sphere_of_equivalence"]["endpoint"] == "tumour"


def test_two_pages_reproducible_and_hostile_text_is_text(found: Comparison) -> None:
    with drawing():
        drawn = {name: svg(figure) for name, figure in comparison_figures(found.sides, found).items()}
    pages = [comparison_page(found.sides, "P-1", found.notes, drawn, comparison=found, made=MADE) for _ in range(2)]
    assert pages[0] == pages[1]
    assert len(re.findall(rb"/Type\s*/Page\b", pages[0])) == 2


def test_files_of_calculated_doses(tmp_path: Path) -> None:
    plan = compared_plan()
    found = compare_treatments(plan, external_doses=[rising(plan)])
    names = write_comparison(found.sides, "P-1", found.notes, found.provenance, tmp_path, found)
    assert set(names) == {path.name for path in tmp_path.iterdir()} <= set(COMPARISON_NAMES)
    record = json.loads((tmp_path / "comparison.json").read_text())
    assert record["ebrt"]["structures"]["heart"]["physical"]["mean_Gy"] > 10.0
    assert record["dose_uncertainty"]["ebrt"]["heart"]["mean_Gy"]["68_percent"]


def test_record_of_a_dose_with_noise_has_no_figure_of_single_voxels() -> None:
    found = compare_treatments(compared_plan(), external_doses=[noisy(compared_plan())])
    record = comparison_record(found.sides, "P-1", found.notes, found.provenance, found)
    assert "skin" not in record["ebrt"]["structures"] and "no skin dose" in record["ebrt"]["missing"]["skin"]
    for kind in ("physical", "eqd2"):
        breast = record["ebrt"]["structures"]["ipsilateral breast"][kind]
        assert [breast[name] for name in ("max_Gy", "min_Gy", "D1cc_Gy", "D0.2cc_Gy", "D0.1cc_Gy")] == [None] * 5
        assert breast["D2cc_Gy"] > breast["mean_Gy"] > 0.0
    assert record["iort"]["structures"]["skin"]["physical"]["D0.1cc_Gy"] > 0.0


def test_a_zero_of_a_monte_carlo_is_no_figure() -> None:
    """Half of the voxels met no photon: D95 is not known, and is not 0."""
    dvh = make_dvh("x", np.array([2.0, 2.0, 0.0, 0.0]), np.full(4, 5.0), prescription_Gy=40.0)
    found = figures_without_noise(dvh)
    assert (found["D95_Gy"], found["min_Gy"], found["mean_Gy"], found["D2cc_Gy"]) == (None, None, 1.0, 2.0)
    assert found["V100_percent"] == 0.0


def test_the_same_dose_has_the_same_colour_in_both_pictures(found: Comparison) -> None:
    figure = comparison_figures(replace_choice(found).sides, replace_choice(found))["planes"]
    washes = [axes.images[1] for axes in figure.axes[:2]]
    assert washes[0].norm is washes[1].norm and washes[0].cmap == washes[1].cmap


def replace_choice(found: Comparison) -> Comparison:
    return replace(found, choice=None)
