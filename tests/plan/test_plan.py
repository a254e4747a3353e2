"""The frozen plan."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from openiort.core.errors import InputError
from tests.plan_factory import make_plan


def test_nothing_in_it_can_be_changed() -> None:
    plan = make_plan()
    with pytest.raises(FrozenInstanceError):
        plan.treatment_time_s = 0.0  # type: ignore[misc]
    for mapping in (plan.dvhs, plan.water_depth_dose_Gy, plan.distances_mm, plan.provenance, plan.options):
        with pytest.raises(TypeError):
            mapping["x"] = 0  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        plan.dvh("skin").dose_Gy[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        plan.fine_dose.medium_Gy[0, 0, 0] = 0.0


def test_what_it_was_made_of_may_change_later() -> None:
    distances = {"skin": 14.0}
    plan = replace(make_plan(), distances_mm=distances)
    distances["skin"] = 1.0
    assert plan.distances_mm["skin"] == 14.0


def test_unknown_structure_lists_what_there_is() -> None:
    with pytest.raises(InputError) as error:
        make_plan().dvh("heart")
    assert error.value.allowed == "shell 0-5 mm, shell 0-10 mm, skin, bone, lungs, body"
    assert error.value.where and error.value.fix
