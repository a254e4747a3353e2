"""What no scene can be made of is refused, with words; the limits are those of `dose/scene_checks.py`'s tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.dose.scene import Scene, line_spectrum, make_scene, make_spectrum
from tests.dose.water_box import water_box

WATER = read_material("water")


def scene_of(**changed: Any) -> Scene:
    given = {"fine": water_box(8, 1), "coarse": water_box(8, 2), "materials": (WATER,), "radius_mm": 5.0} | changed
    return make_scene(given["fine"], given["coarse"], line_spectrum(30.0), given["materials"],
                      sphere_radius_mm=given["radius_mm"], sphere_material=given.get("ball"))


def with_density(value: float, place: int = 77) -> Any:
    box = water_box(8, 1)
    box.density[place] = value
    return box


@pytest.mark.parametrize("energy_keV", (0.99, 100.1, 0.0, -30.0, float("nan"), float("inf")))
def test_energies_without_data(energy_keV: float) -> None:
    with pytest.raises(InputError, match="cannot be followed"):
        line_spectrum(energy_keV)


def test_energies_at_the_ends() -> None:
    assert line_spectrum(1.0).low_keV[0] == 1.0 and line_spectrum(100.0).low_keV[0] == 100.0


@pytest.mark.parametrize(("low", "high", "photons", "what"), (
    ([1.0, 2.0], [2.0, 3.0], [1.0], "upper edges"),
    ([1.0], [2.0], [0.0], "there are none"),
    ([1.0], [2.0], [float("nan")], "not all finite"),
    ([1.0, 2.0], [2.0, 3.0], [2.0, -1.0], "not all finite"),
    ([0.5], [1.5], [1.0], "0.5 to 1.5 keV"),
    ([99.0], [101.0], [1.0], "99 to 101 keV"),
    ([30.0], [29.0], [1.0], "30 to 29 keV"),
    ([], [], [], "there are none"),
))  # fmt: skip
def test_no_spectrum(low: list[float], high: list[float], photons: list[float], what: str) -> None:
    with pytest.raises(InputError, match=what):
        make_spectrum(np.array(low), np.array(high), np.array(photons))


@pytest.mark.parametrize(("changed", "what"), (
    ({"fine": with_density(float("nan"))}, "density nan"),
    ({"fine": with_density(float("inf"))}, "density inf"),
    ({"fine": with_density(-0.1)}, "density -0.1"),
    ({"fine": with_density(16.0)}, "density 16"),
    ({"coarse": water_box(8, 2)._replace(density=np.full(512, np.nan, np.float32))}, "density nan"),
    ({"fine": water_box(4, 1)}, "do not cover the applicator"),
    ({"fine": water_box(8, 1)._replace(low_mm=np.array([-4.0, -8.0, -8.0]))}, "do not cover the applicator"),
    ({"coarse": water_box(6, 2)}, "coarse box does not cover"),
    ({"radius_mm": float("nan")}, "nan mm radius"),
    ({"radius_mm": -1.0}, "-1.0 mm radius"),
    ({"fine": water_box(8, 1)._replace(step_mm=0.0)}, "voxels of 0.0 mm"),
    ({"fine": water_box(8, 1)._replace(shape=np.array([16, 16, 15]))}, "4096 materials"),
    ({"fine": water_box(8, 1)._replace(material=np.ones(4096, np.uint8))}, "material 1 of 1"),
    ({"materials": ()}, "0 materials"),
    ({"materials": (WATER,) * 300}, "300 materials"),
    ({"ball": Material("unobtainium", {"H": 0.5, "Xx": 0.5}, 1.0)}, "no photon data for Xx"),
    ({"materials": (Material("void", {"H": 1.0}, float("nan")),)}, "density nan"),
))  # fmt: skip
def test_no_scene(changed: dict[str, Any], what: str) -> None:
    with pytest.raises(InputError, match=what):
        scene_of(**changed)


def test_a_scene_that_just_fits() -> None:
    assert scene_of(fine=water_box(5, 1)).sphere.radius_mm == 5.0
