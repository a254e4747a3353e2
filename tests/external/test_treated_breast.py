"""Which breast: drawn, named by side, found, or refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.external.treated_breast import treated_breast
from openiort.patient.layered_patient import layered_patient
from openiort.patient.structure import Structure
from tests.external.breast_patient import GRID, breast_patient


def test_the_drawn_one_is_taken() -> None:
    side, breast = treated_breast(breast_patient())
    assert (side, breast.origin) == ("left", "contoured")


def test_a_breast_without_a_side_lies_on_one() -> None:
    patient = breast_patient(drawn=False)
    mask = breast_patient().structure("left breast").mask
    named = replace(patient, structures={**patient.structures, "breast": Structure("breast", mask, "contoured")})
    assert treated_breast(named)[0] == "left"


@pytest.mark.parametrize(("side", "sign"), [("left", 1), ("right", -1)])
def test_one_that_nobody_drew_is_found(side: str, sign: int) -> None:
    # the ball in front of the trunk, 240 cc with what lies over the ribs
    found = treated_breast(breast_patient(drawn=False), side)[1]
    assert found.origin == "automatic"
    middle = GRID.to_points_mm(np.argwhere(found.mask).mean(0))
    assert abs(middle[0] - sign * 60) < 10
    truth = breast_patient().structure("left breast").mask
    truth = truth if sign > 0 else truth[:, :, ::-1]
    overlap = 2 * (truth & found.mask).sum() / (truth.sum() + found.mask.sum())
    assert overlap > 0.8


def test_side_must_be_known() -> None:
    with pytest.raises(InputError, match="which breast"):
        treated_breast(breast_patient(drawn=False))
    with pytest.raises(InputError, match="side 'middle'"):
        treated_breast(breast_patient(), "middle")


def test_nothing_like_a_breast() -> None:
    patient = breast_patient(drawn=False)
    flat = patient.structure("body").mask & (np.arange(GRID.shape[1]) * 5 - 120 >= -50)[None, :, None]
    without = replace(patient, structures={**patient.structures, "body": Structure("body", flat)})
    with pytest.raises(InputError, match="nothing on the right"):
        treated_breast(without, "right")


def test_layers_have_none() -> None:
    with pytest.raises(InputError, match="layered"):
        treated_breast(layered_patient(applicator_mm=30, skin_mm=12, chest_wall_mm=25), "left")
