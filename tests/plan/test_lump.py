"""The lump that is out: by volume, by structure, and what is refused."""

from __future__ import annotations

import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.patient.insertion import ball_volume_cc
from openiort.patient.layered_patient import layered_patient
from openiort.plan.lump import check_lump_place, chosen_lump
from tests.patient.breasts import breast_on_chest_wall

RADIUS_mm = 15.0


def test_none_is_asked_for() -> None:
    assert chosen_lump(breast_on_chest_wall(), None, None, RADIUS_mm) is None


def test_by_volume() -> None:
    found = chosen_lump(breast_on_chest_wall(), 5.0, None, RADIUS_mm)
    assert found is not None
    assert (found.volume_cc, found.said, found.structure, found.centre_mm) == (5.0, "5 cc", None, None)


@pytest.mark.parametrize("name", ("lump", "LUMP"))
def test_by_structure(name: str) -> None:
    found = chosen_lump(breast_on_chest_wall(), None, name, RADIUS_mm)
    assert found is not None
    assert found.structure == "lump"
    assert found.volume_cc == approx(ball_volume_cc(10.0), rel=0.08)  # closed form; few voxels of 2 x 2 x 3 mm
    assert found.centre_mm == approx((0.0, 0.0, 0.0), abs=0.01)


@pytest.mark.parametrize(
    ("asked", "said"),
    (
        ({"lump_volume_cc": 5.0, "lump": "lump"}, "given twice"),
        ({"lump": "nodule"}, "no contoured structure"),
        ({"lump": "left breast"}, "larger than the 30 mm sphere"),
        ({"lump_volume_cc": 20.0}, "larger than the 30 mm sphere"),
        ({"lump_volume_cc": -1.0}, "is no lump"),
    ),
)
def test_what_is_refused(asked: dict[str, object], said: str) -> None:
    options = {"lump_volume_cc": None, "lump": None} | asked
    with pytest.raises(InputError, match=said) as error:
        chosen_lump(breast_on_chest_wall(), sphere_radius_mm=RADIUS_mm, **options)  # type: ignore[arg-type]
    assert error.value.where.startswith("--lump") and error.value.allowed and error.value.fix


def test_a_structure_must_lie_where_the_sphere_comes() -> None:
    """Share of a ball of 10 mm outside an equal one d away: 1 - (2 - d/10)^2 (4 + d/10) / 16, closed form (lens)."""
    patient = breast_on_chest_wall()
    found = chosen_lump(patient, None, "lump", RADIUS_mm)
    assert found is not None
    assert check_lump_place(patient, found, (0.0, 0.0, 0.0)) == []
    (said,) = check_lump_place(patient, found, (0.0, 0.0, 5.0))
    assert "stays in the breast" in said
    assert float(said.split(" %")[0]) == approx(100 * (1 - 1.5**2 * 4.5 / 16), abs=6)  # in voxels of 2 x 2 x 3 mm
    with pytest.raises(InputError, match=r"12\.0 mm from its middle") as error:
        check_lump_place(patient, found, (0.0, 0.0, 12.0))
    assert "--at=" in error.value.fix


def test_what_is_found_automatically_is_no_lump() -> None:
    with pytest.raises(InputError, match="no contoured structure") as error:
        chosen_lump(breast_on_chest_wall(), None, "bone", 25.0)
    assert error.value.allowed == "left breast, lump"


def test_layers_have_no_lump() -> None:
    layers = layered_patient(applicator_mm=30, skin_mm=12, chest_wall_mm=25, adipose_percent=50)
    with pytest.raises(InputError, match="in layers there is no lump"):
        chosen_lump(layers, 5.0, None, RADIUS_mm)
