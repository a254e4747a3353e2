"""Contours without an image: volumes against closed forms, points that stand for them, and what has no volume."""

from __future__ import annotations

import numpy as np
from pytest import approx

from openiort.patient.contours import ContouredROI
from openiort.patient.placed_structure import MOST_VOXELS, LARGEST_mm, contour_grid, placed_structures

FRAME = "1.2"


def square(z_mm: float, half_mm: float) -> np.ndarray:
    corners = [(-half_mm, -half_mm), (half_mm, -half_mm), (half_mm, half_mm), (-half_mm, half_mm)]
    return np.array([[x, y, z_mm] for x, y in corners])


def box(name: str, half_mm: float, number: int = 1) -> ContouredROI:
    """Planes 3 mm apart from -10.5 to 10.5 mm: 24 mm long with end caps."""
    return ContouredROI(name, number, FRAME, tuple(square(z, half_mm) for z in np.arange(-10.5, 12.0, 3.0)))


def test_box_against_closed_form() -> None:
    found, missing, _ = placed_structures([box("Breast", 15.3)])
    structure = found["breast"]
    volume_cc = 30.6 * 30.6 * 24.0 / 1000.0
    assert structure.structure.volume_cc(structure.grid) == approx(volume_cc, rel=0.002)
    points_mm, parts_cc = (np.concatenate(parts) for parts in zip(*structure.points(), strict=True))
    assert parts_cc.sum() == approx(structure.structure.volume_cc(structure.grid), rel=1e-9)
    # second moments of a box: an axis of length a has a^2 / 12, less that of the planes' spacing along z
    mean_mm = parts_cc @ points_mm / parts_cc.sum()
    spread_mm2 = parts_cc @ (points_mm - mean_mm) ** 2 / parts_cc.sum()
    assert mean_mm == approx((0.0, 0.0, 0.0), abs=0.01)
    assert spread_mm2 == approx((np.array([30.6, 30.6, 24.0]) ** 2 - (0.0, 0.0, 9.0)) / 12.0, rel=0.02)
    assert not missing


def test_ball_within_half_a_percent() -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False)
    heights = np.arange(-16.5, 18.0, 1.0)
    lines = tuple(np.column_stack([r * np.cos(angle), r * np.sin(angle), np.full(180, z)])
                  for z, r in zip(heights, np.sqrt(17.5**2 - heights**2), strict=True))
    found, _, _ = placed_structures([ContouredROI("TumorBed", 1, FRAME, lines)])
    assert found["tumour bed"].structure.volume_cc(found["tumour bed"].grid) == approx(
        4.0 / 3.0 * np.pi * 17.5**3 / 1000.0, rel=0.005)


def test_what_has_no_volume_is_named() -> None:
    empty = ContouredROI("Areola", 2, FRAME, ())
    points = ContouredROI("Iso", 3, FRAME, (), np.zeros((1, 3)))
    tilted = square(0.0, 10.0)
    tilted[0, 2] = 8.0
    far = np.array([[0.0, 0.0, 0.0], [LARGEST_mm + 1.0, 0.0, 0.0], [0.0, 9.0, 0.0]])
    found, missing, _ = placed_structures([box("Heart", 10.0), empty, points, ContouredROI("Scar", 4, FRAME, (tilted,)),
                                           ContouredROI("Wire", 5, FRAME, (far,))])
    assert list(found) == ["heart"]
    assert missing["Areola"] == "the contour is empty"
    assert missing["Iso"] == "only points are drawn"
    assert "not parallel" in missing["Scar"]
    assert "2001 mm" in missing["Wire"]


def test_large_structures_have_larger_voxels() -> None:
    grid = contour_grid(box("BODY", 250.0), 1.0)
    assert grid.voxel_count <= MOST_VOXELS
    assert grid.spacing_mm[0] > 1.0
