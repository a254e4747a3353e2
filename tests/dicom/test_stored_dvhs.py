"""DVHs that a planning system stored: held against our own means, never used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pytest import approx

from openiort.app.command_line import run
from openiort.dicom.stored_dvhs import AGREES, DIFFERS, IN_PERCENT, StoredDVH, stored_dvhs
from tests.dicom.planning_system import dose_file, item, linear_Gy, plan_file, write_all

# the mean of tests/app/test_compare_command.py: 30 Gy, 75 % of 40 Gy
MEAN_Gy, PRESCRIPTION_Gy = 30.0, 40.0


def stored(mean: float, number: int = 1) -> Dataset:
    return item(DVHType="CUMULATIVE", DoseUnits="GY", DVHMeanDose=mean,
                DVHReferencedROISequence=[item(ReferencedROINumber=number)])


@pytest.mark.parametrize(("mean", "verdict"), ((30.2, AGREES), (75.0, IN_PERCENT), (0.75, DIFFERS), (40.0, DIFFERS)))
def test_verdicts(mean: float, verdict: str) -> None:
    assert StoredDVH(1, "GY", mean).verdict(MEAN_Gy, PRESCRIPTION_Gy) == verdict


def test_what_cannot_be_read_is_left_out() -> None:
    no_mean, several = stored(1.0), stored(1.0)
    del no_mean.DVHMeanDose
    several.DVHReferencedROISequence = [item(ReferencedROINumber=1), item(ReferencedROINumber=2)]
    found = stored_dvhs(item(DVHSequence=[no_mean, several, stored(5.0, 3)]), "dose")
    assert found == (StoredDVH(3, "GY", 5.0),)


@pytest.mark.parametrize(("mean", "said"), ((30.0, "agrees (breast)"), (75.0, "in % of the prescription"),
                                            (12.0, "differs (breast); stored figures are not used")))
def test_a_stored_mean_changes_no_figure(mean: float, said: str, tmp_path: Path,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    dose = dose_file(linear_Gy())
    dose.DVHSequence = [stored(mean)]
    folder = write_all(tmp_path, dose, plan_file())
    assert run(["compare", "--ebrt-dose", str(folder), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["ebrt"]["structures"]["breast"]["physical"]["mean_Gy"] == approx(MEAN_Gy, abs=0.01)
    assert any(said in note for note in found["notes"])
