"""Scenes of layers: every ray meets the right mass, wherever the faces lie."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytest import approx

from openiort.core.material_table import read_material
from openiort.dose.layered_scene import layered_scene
from openiort.dose.primary import primary_responses
from openiort.dose.scene import Scene, VoxelBox, line_spectrum
from openiort.patient.layered_patient import layered_patient
from openiort.patient.layers import Layers
from openiort.physics.element_tables import ENERGIES_keV

ENERGY_keV, RADIUS_mm = 30.0, 15.0


def scene_of(**changes: float) -> tuple[Scene, Layers]:
    asked = {"applicator_mm": 2 * RADIUS_mm, "skin_mm": 12.3, "chest_wall_mm": 10.7, "muscle_mm": 4.4} | changes
    patient = layered_patient(**asked)
    assert patient.layers is not None
    return layered_scene(patient, patient.layers, line_spectrum(ENERGY_keV), sphere_radius_mm=RADIUS_mm,
                         sphere_material=read_material("polyetherimide"), reach_mm=20.0), patient.layers  # fmt: skip


def mass_by_material(scene: Scene, box: VoxelBox) -> dict[str, float]:
    """g/cm2 x 10 of each plain material along y, mixtures taken apart."""
    planes = slice(0, int(box.shape[1]) * int(box.shape[2]), int(box.shape[2]))
    found: dict[str, float] = {}
    for index, density in zip(box.material[planes], box.density[planes], strict=True):
        name = scene.materials[index].name
        parts = [part.split(" % ", 1) for part in name.split(" and ")] if " and " in name else [["100", name]]
        for percent, part in parts:
            found[part] = found.get(part, 0.0) + float(percent) / 100 * float(density) * box.step_mm
    return found


@pytest.mark.parametrize("which", ["fine", "coarse"])
def test_mass_of_each_layer_is_kept(which: str) -> None:
    # closed form: density x thickness; what the fine box holds of the breast and lung is cut at its ends
    scene, layers = scene_of()
    box: VoxelBox = getattr(scene, which)
    low, high = float(box.low_mm[1]), float(box.high_mm[1])
    mass = mass_by_material(scene, box)
    for layer in layers.stack():
        material = layers.breast if layer.tissue == "breast" else read_material(layer.tissue)
        length_mm = min(layer.back_mm, high) - max(layer.front_mm, low)
        # names of mixtures give shares to 0.1 %
        assert mass[material.name] == approx(length_mm * material.density_g_cm3, rel=0.004), layer.tissue


def test_primary_behind_cut_voxels_is_the_closed_form() -> None:
    # exp(-sum mu t) / (4 pi r^2) x response along oblique rays, t by hand from the faces
    scene, layers = scene_of()
    attenuation = {m.name: np.interp(ENERGY_keV, ENERGIES_keV, column)
                   for m, column in zip(scene.materials, scene.tables.attenuation.T, strict=True)}  # fmt: skip
    response = [np.interp(ENERGY_keV, ENERGIES_keV, column) for column in scene.responses.T]
    # middle of the muscle, of the rib, in the lung, in the skin and in front of it
    for y in (28.0, 34.2, 45.0, -26.5, -28.0):
        point = np.array([7.3, y, -4.1])
        r = float(np.linalg.norm(point))
        # share of the ray behind each face along y, the sphere taken out of the breast
        optical = RADIUS_mm * 1.27 * attenuation["polyetherimide"]
        for layer in layers.stack():
            near, far = sorted((layer.front_mm / y, layer.back_mm / y))
            length_mm = (min(1.0, far) - max(0.0, near)) * r
            if length_mm > 0:
                material = layers.breast if layer.tissue == "breast" else read_material(layer.tissue)
                length_mm -= RADIUS_mm if layer.tissue == "breast" else 0.0
                optical += length_mm * material.density_g_cm3 * attenuation[material.name]
        expected = np.array(response) * math.exp(-optical) / (4 * math.pi * r * r)
        found = primary_responses(scene, point[None])[0]
        # a point in a plane that a face cuts sees a part of the mixture: none of these is in one
        assert found == approx(expected, rel=2e-4), y


def test_fine_box_reaches_skin_and_rib_and_borders_agree() -> None:
    scene, layers = scene_of()
    stack = {layer.tissue: layer for layer in layers.stack()}
    assert scene.fine.low_mm[1] <= stack["skin"].front_mm
    assert scene.fine.high_mm[1] >= stack["rib"].back_mm
    for box in (scene.fine, scene.coarse):  # coarse voxels are wholly inside or outside the fine box
        assert (np.concatenate([box.low_mm, box.high_mm]) % 4.0 == 0).all()
    assert (scene.coarse.low_mm <= scene.fine.low_mm).all() and (scene.coarse.high_mm >= scene.fine.high_mm).all()
    assert scene.layered
    far, _ = scene_of(skin_mm=100.0, chest_wall_mm=100.0)
    assert far.fine.material.size < 10_000_000


def test_materials_begin_with_the_patients() -> None:
    patient = layered_patient(applicator_mm=30, skin_mm=12.3, chest_wall_mm=10.7)
    scene, _ = scene_of()
    names = [material.name for material in patient.tissues.materials]
    assert [material.name for material in scene.materials][: len(names)] == names
