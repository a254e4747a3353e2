"""The patient after the insertion: volumes, masks that must not change, image and tissues alike."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.dicom.read_patient import read_patient
from openiort.patient.insertion import Insertion, ball_radius_mm, ball_volume_cc, check_lump_volume
from openiort.patient.moved_patient import moved_patient
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.tissue_palette import tissue_palette
from tests.patient.breasts import IDENTITY, ball_of_fat, breast_on_chest_wall

CENTRE_mm = (0.0, 0.0, 0.0)
RADIUS_mm, LUMP_cc = 15.0, 4.0


@cache
def moved(name: str) -> tuple[Patient, Insertion]:
    patient = {"ball": ball_of_fat, "breast": breast_on_chest_wall}[name]()
    return moved_patient(patient, CENTRE_mm, RADIUS_mm, LUMP_cc, lump="4 cc", without="lump")


def test_balls() -> None:
    assert ball_volume_cc(10.0) == approx(4.18879, abs=1e-5)  # 4/3 pi
    assert ball_radius_mm(ball_volume_cc(13.7)) == approx(13.7)


@pytest.mark.parametrize("name", ("ball", "breast"))
def test_volume_of_tissue_is_kept(name: str) -> None:
    """1 % is asked; of the volume that had to make room, which is stricter than of the whole breast."""
    before = {"ball": ball_of_fat, "breast": breast_on_chest_wall}[name]()
    after, insertion = moved(name)
    gained_cc = after.structure("body").volume_cc(after.image.grid) - before.structure("body").volume_cc(
        before.image.grid)
    moved_cc = ball_volume_cc(RADIUS_mm) - LUMP_cc
    assert insertion.moved_volume_cc == approx(moved_cc)
    assert gained_cc == approx(moved_cc, rel=0.01)
    assert insertion.volume_change_percent == approx(100 * (gained_cc / moved_cc - 1), abs=1e-9)


def test_ball_becomes_a_larger_ball() -> None:
    # closed form: a surface at B goes to (B^3 + R^3 - r_lump^3)^(1/3), and a shell keeps its volume
    after, insertion = moved("ball")
    grid = after.image.grid
    along_x = tuple(n // 2 for n in grid.shape[:2])
    from_middle = slice(grid.shape[2] // 2, None)
    edges_mm = [1.5 * float(p.structure("body").all_shares()[along_x][from_middle].sum()) - 0.75
                for p in (ball_of_fat(), after)]
    added_mm3 = 1000 * (ball_volume_cc(RADIUS_mm) - LUMP_cc) * 3 / (4 * np.pi)
    assert edges_mm[1] == approx((edges_mm[0] ** 3 + added_mm3) ** (1 / 3), abs=0.05)
    shell = [p.structure("skin").volume_cc(grid) for p in (ball_of_fat(), after)]
    assert shell[1] == approx(shell[0], rel=0.01)
    assert insertion.largest_shift_mm == approx(RADIUS_mm - ball_radius_mm(LUMP_cc), abs=0.6)  # nearest voxel centre


def test_mass_is_kept() -> None:
    """Density is that of the tissue moved, so mass is volume's: all but the lump's stays."""
    masses = []
    for patient in (ball_of_fat(), moved("ball")[0]):
        density = patient.tissues.density_g_cm3.astype(float)
        grid = patient.image.grid
        index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in grid.shape), indexing="ij"), -1)
        far = np.linalg.norm(grid.to_points_mm(index), axis=-1)
        hole_mm = RADIUS_mm if patient is not ball_of_fat() else ball_radius_mm(LUMP_cc)
        masses.append(density[far > hole_mm].sum() * grid.voxel_volume_cc)
    assert masses[1] == approx(masses[0], rel=0.005)


def test_bones_and_lungs_are_the_same_bits() -> None:
    before, after = breast_on_chest_wall(), moved("breast")[0]
    for name in ("bone", "lungs"):
        assert np.array_equal(before.structure(name).mask, after.structure(name).mask)
    fixed = before.structure("bone").mask | before.structure("lungs").mask
    for values in ("material_index", "density_g_cm3"):
        one, other = (getattr(p.tissues, values) for p in (before, after))
        assert np.array_equal(one[fixed], other[fixed])
    made_of_bone = [np.isin(p.tissues.material_index, range(tissue_palette().first_bone, 256)) for p in (before, after)]
    assert np.array_equal(*made_of_bone)  # and no tissue beside them became bone


def test_the_lump_is_out_and_contours_move() -> None:
    before, after = breast_on_chest_wall(), moved("breast")[0]
    assert "lump" in before.structures and "lump" not in after.structures
    breast = [p.structure("left breast") for p in (before, after)]
    grid = after.image.grid
    assert breast[1].volume_cc(grid) > breast[0].volume_cc(grid)  # the sphere lies in it
    assert breast[1].origin == "contoured"


def test_frame_of_reference_is_a_new_one() -> None:
    after = moved("breast")[0]
    assert after.identity.patient_name == IDENTITY.patient_name
    assert after.identity.study_instance_uid == IDENTITY.study_instance_uid
    assert (after.identity.frame_of_reference_uid, after.identity.series_instance_uid) == ("", "")  # made when written
    assert after.image.slice_uids == ()


def test_the_sphere_is_water_in_the_image() -> None:
    after = moved("breast")[0]
    middle = tuple(n // 2 for n in after.image.grid.shape)
    assert after.image.hounsfield[middle] == 0.0  # HU of water, by definition
    assert after.structure("body").mask[middle]


def test_surface_voxels_are_tissue_where_they_hold_tissue() -> None:
    after = moved("ball")[0]
    holds = after.structure("body").all_shares() > 0.5
    assert (after.tissues.material_index[holds] != 0).all()


@pytest.mark.parametrize("volume_cc", (0.0, -1.0, float("nan"), 14.2, 400.0))  # the 30 mm sphere has 14.14 cc
def test_lumps_that_cannot_be(volume_cc: float) -> None:
    with pytest.raises(InputError, match="lump") as error:
        check_lump_volume(volume_cc, 15.0)
    assert "14.14 cc" in error.value.allowed


def test_a_lump_as_large_as_the_sphere_moves_nothing() -> None:
    after, insertion = moved_patient(ball_of_fat(), CENTRE_mm, 15.0, ball_volume_cc(15.0), lump="all")
    assert after.structure("body") is ball_of_fat().structure("body")
    assert insertion.volume_change_percent is None


def test_no_way_out_is_an_error() -> None:
    with pytest.raises(InputError, match="nowhere to give way") as error:
        moved_patient(breast_on_chest_wall(), (0.0, 50.0, 0.0), RADIUS_mm, LUMP_cc, lump="4 cc")
    assert error.value.fix


def test_real_breast(shared_data: Path) -> None:
    patient = read_patient(shared_data / "acrin_flt_breast_013")
    after, insertion = moved_patient(patient, (-88.2, -222.9, -587.0), 15.0, 5.0, lump="5 cc")
    assert insertion.volume_change_percent == approx(0.0, abs=1.0)
    for name in ("bone", "lungs"):
        assert np.array_equal(patient.structure(name).mask, after.structure(name).mask)


def test_a_drawn_chest_wall_stands_still() -> None:
    """Muscle in front of the ribs, drawn as chest wall: no voxel of it changes, and the volume is kept all the same."""
    before = breast_on_chest_wall()
    grid = before.image.grid
    y_mm = grid.origin_mm[1] + grid.spacing_mm[1] * np.arange(grid.shape[1])
    plate = np.broadcast_to(((y_mm > 22.0) & (y_mm < 30.0))[None, :, None], grid.shape)
    muscle = plate & ~before.structure("bone").mask
    wall = Structure("chest wall", muscle, "contoured", True)
    patient = replace(before, structures={**before.structures, "chest wall": wall})
    after, insertion = moved_patient(patient, CENTRE_mm, RADIUS_mm, LUMP_cc, lump="4 cc")
    assert after.structure("chest wall") is wall
    assert np.array_equal(after.tissues.density_g_cm3[muscle], before.tissues.density_g_cm3[muscle])
    assert insertion.volume_change_percent == approx(0.0, abs=1.0)
