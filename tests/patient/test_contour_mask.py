"""Volumes of drawn shapes against closed forms."""

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.contour_mask import contour_structure
from tests.patient.drawn import ball, circle, rectangle, roi

R_mm = 17.5
BALL_cc = 4 / 3 * np.pi * R_mm**3 / 1000


def grid(slice_mm=2.0, direction=None, origin_mm=(-30.0, -30.0, -30.0), pixel_mm=1.0):
    return Grid(origin_mm, (pixel_mm, pixel_mm, slice_mm), (round(60 / slice_mm) + 1, 61, 61),
                np.eye(3) if direction is None else direction)


def filled(lines, on, name="drawn"):
    structure, notes = contour_structure(roi(lines, name), on, name)
    assert structure is not None
    return structure, notes


@pytest.mark.parametrize("spacing_mm", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("offset_mm", [0.0, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0])
def test_ball_of_35_mm(spacing_mm, offset_mm, slice_mm):
    """Contour planes at 1 to 2 mm, on and off the slices of 1 to 3 mm, 1 mm pixels: within 0.2 % of 4/3 pi r^3."""
    structure, notes = filled(ball(R_mm, spacing_mm, offset_mm), grid(slice_mm))
    assert structure.volume_cc(grid(slice_mm)) == pytest.approx(BALL_cc, rel=0.002)
    assert structure.origin == "contoured"
    assert not structure.cut_by_scan
    assert notes == ()


@pytest.mark.parametrize("spacing_mm", [1.0, 2.0])
def test_shell_as_two_contours(spacing_mm):
    """Between 22.5 and 17.5 mm: outer and inner contours in a slice, within 0.3 %."""
    on = grid(1.0)
    structure, notes = filled([*ball(22.5, spacing_mm), *ball(R_mm, spacing_mm)], on)
    shell_cc = 4 / 3 * np.pi * (22.5**3 - R_mm**3) / 1000
    assert structure.volume_cc(on) == pytest.approx(shell_cc, rel=0.003)
    assert not structure.mask[30, 30, 30]
    assert structure.mask[30, 30, 50]
    assert notes == ()


def test_shell_as_keyholes():
    """The same shell with a channel from the outer to the inner circle in each plane."""
    on, lines = grid(1.0), []
    for outer in ball(22.5, 2.0):
        z = outer[0, 2]
        if abs(z) >= R_mm:
            lines.append(outer)
            continue
        inner = circle(float(np.sqrt(R_mm**2 - z**2)), z)[::-1]
        lines.append(np.concatenate([outer, outer[:1], inner[-1:], inner]))
    structure, notes = filled(lines, on)
    assert structure.volume_cc(on) == pytest.approx(4 / 3 * np.pi * (22.5**3 - R_mm**3) / 1000, rel=0.003)
    assert notes == ()


ROTATIONS = [
    np.diag([-1.0, -1.0, 1.0]),
    np.array([[0, 0, 1], [0, -1, 0], [1, 0, 0]], float),
    np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]]),
]


@pytest.mark.parametrize("direction", ROTATIONS)
def test_any_direction_of_the_image_gives_the_same_ball(direction):
    """The ball turned with the image: the same voxels."""
    turned = [line @ direction.T for line in ball(R_mm, 2.0)]
    origin = tuple(np.array([-30.0, -30.0, -30.0]) @ direction.T)
    structure, _ = filled(turned, grid(2.0, direction, origin))
    plain, _ = filled(ball(R_mm, 2.0), grid(2.0))
    assert np.abs(structure.share_255.astype(int) - plain.share_255).max() <= 1


def test_order_of_the_contours_does_not_count():
    lines = ball(R_mm, 2.0)
    shuffled = [lines[k] for k in np.random.default_rng(1).permutation(len(lines))]
    np.testing.assert_array_equal(filled(shuffled, grid())[0].share_255, filled(lines, grid())[0].share_255)


def test_missing_slices_are_interpolated_with_a_note():
    """Three planes of 19 left out: a ball still, within 1 %, and the note counts them."""
    lines = ball(R_mm, 2.0)
    kept = [line for line in lines if line[0, 2] not in (-8.0, 2.0, 4.0)]
    structure, notes = filled(kept, grid(2.0))
    assert structure.volume_cc(grid(2.0)) == pytest.approx(BALL_cc, rel=0.01)
    assert notes == ("'drawn': 3 missing contour plane(s), the shape between neighbours is interpolated",)


def test_parts_far_from_each_other_stay_apart():
    lines = [circle(5, z) for z in (-20.0, -18.0, -16.0, 10.0, 12.0)]
    structure, notes = filled(lines, grid(2.0))
    assert structure.volume_cc(grid(2.0)) == pytest.approx(5 * np.pi * 25 * 2 / 1000, rel=1e-3)
    assert notes == ("'drawn' is drawn in 2 parts along the slices, nothing is added between them",)


def test_end_caps_reach_half_a_spacing_beyond_the_last_planes():
    """A cylinder with planes from -10 to 10 mm every 2.5 mm is 22.5 mm long, on slices of 2 mm."""
    structure, _ = filled([circle(9, z) for z in np.arange(-10, 10.1, 2.5)], grid(2.0))
    assert structure.volume_cc(grid(2.0)) == pytest.approx(np.pi * 81 * 22.5 / 1000, rel=1e-3)
    filled_slices = structure.share_255[:, 30, 30] / 255
    # slice k reaches from 2k - 31 to 2k - 29 mm: from -11.25 mm 1/8 of slice 9
    np.testing.assert_allclose(filled_slices[[8, 9, 10, 20, 21, 22]], [0, 0.125, 1, 1, 0.125, 0], atol=0.003)


def test_one_slice_has_the_thickness_of_a_slice():
    structure, _ = filled([circle(9, 4.0)], grid(3.0))
    assert structure.volume_cc(grid(3.0)) == pytest.approx(np.pi * 81 * 3 / 1000, rel=1e-3)


def test_two_slices():
    structure, _ = filled([circle(9, 3.0), circle(9, 0.0)], grid(3.0))
    assert structure.volume_cc(grid(3.0)) == pytest.approx(np.pi * 81 * 6 / 1000, rel=1e-3)


def test_smaller_than_a_voxel():
    on = grid(3.0, pixel_mm=1.0)
    structure, _ = filled([rectangle((0.1, 0.4), (0.1, 0.4), 0.0)], on)
    assert structure.volume_cc(on) == pytest.approx(0.3 * 0.3 * 3 / 1000, rel=0.2)  # rays are 1/16 pixel apart
    assert structure.touched.sum() == 1
    assert not structure.mask.any()


def test_several_contours_in_a_slice():
    structure, _ = filled([circle(4, 0.0, (-10, 0)), circle(3, 0.0, (10, 0)), circle(2, 0.0, (0, 12))], grid(2.0))
    assert structure.volume_cc(grid(2.0)) == pytest.approx(np.pi * (16 + 9 + 4) * 2 / 1000, rel=2e-3)


def test_crossing_contours_name_the_area_rule():
    eight = np.array([[-10, -10, 0], [10, 10, 0], [10, -10, 0], [-10, 10, 0]], float)
    structure, notes = filled([eight], grid(2.0))
    assert structure.volume_cc(grid(2.0)) == pytest.approx(200 * 2 / 1000, rel=2e-3)  # two triangles of 100 mm2
    assert len(notes) == 1
    assert "even-odd" in notes[0]
    structure, notes = filled([circle(10, 0.0), circle(10, 0.0, (10.3, -0.2), points=719)], grid(2.0))
    lens_mm2 = 2 * 100 * np.arccos(0.5) - 5 * np.sqrt(300)  # two circles of 10 mm, 10 mm apart
    assert structure.volume_cc(grid(2.0)) == pytest.approx((2 * np.pi * 100 - 2 * lens_mm2) * 2 / 1000, rel=2e-3)
    assert "even-odd" in notes[0]


def test_partly_outside_is_cut_with_a_note():
    on = grid(2.0)
    # the middle at the last slice's, which reaches 1 mm further
    beyond = [line + np.array([0.0, 0.0, 30.0]) for line in ball(R_mm, 2.0)]
    structure, notes = filled(beyond, on)
    assert structure.cut_by_scan
    assert notes == ("'drawn' is drawn beyond the scan: the part inside is used",)
    half_cc = BALL_cc / 2 + np.pi * R_mm**2 * 1.0 / 1000
    assert structure.volume_cc(on) == pytest.approx(half_cc, rel=0.005)
    aside, notes = filled([line + np.array([30.0, 0.0, 0.0]) for line in ball(R_mm, 2.0)], on)
    assert aside.cut_by_scan
    assert len(notes) == 1


def test_outside_is_left_out_with_a_note():
    for shift in ([0.0, 0.0, 90.0], [90.0, 0.0, 0.0], [0.0, -90.0, 0.0]):
        structure, notes = contour_structure(roi([line + shift for line in ball(R_mm, 2.0)]), grid(), "Liver")
        assert structure is None
        assert notes == ("'Liver' lies outside the scan or encloses nothing: left out",)


def test_a_line_that_encloses_nothing_is_left_out():
    flat = np.array([[0, 0, 0], [5, 5, 0], [9, 9, 0]], float)
    assert contour_structure(roi([flat]), grid(), "line")[0] is None


def test_a_hatched_plane_is_an_error():
    rows = np.arange(20_000)
    hatch = np.column_stack([rows * 1e-3, np.where(rows % 2, -29.0, 29.0), np.zeros(20_000)])
    with pytest.raises(InputError, match="too long") as caught:
        contour_structure(roi([hatch], "Hatch"), grid(), "Hatch")
    assert caught.value.where
    assert caught.value.allowed
    assert caught.value.fix


# --- drawn twice, or on planes that interleave


def moved(lines, x_mm, z_mm=0.0):
    return [line + np.array([x_mm, 0.0, z_mm]) for line in lines]


def test_copy_of_a_contour_counts_once():
    """By the even-odd rule alone a plane with two copies encloses nothing; the closed form of the ball is unchanged."""
    lines = ball(R_mm, 2.0)
    copies = [lines[3], np.roll(lines[8], 17, axis=0), lines[9][::-1], lines[9]]
    structure, notes = filled([*lines, *copies], grid())
    np.testing.assert_array_equal(structure.share_255, filled(lines, grid())[0].share_255)
    assert notes == ("'drawn': 4 exact copies of contours left out",)


@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("shift_mm", [0.15, 0.3, 0.7, 1.0, 1.9])
def test_two_balls_on_planes_that_interleave(shift_mm, slice_mm):
    """Balls of 11.9 mm radius beside each other, planes every 2 mm, the second's shifted: twice the slabs of one."""
    left, right = moved(ball(11.9, 2.0), -14), moved(ball(11.9, 2.0), 14, shift_mm)
    on = grid(slice_mm)
    structure, notes = filled([*left, *right], on)
    slabs_cc = sum(np.pi * (11.9**2 - z**2) * 2.0 for z in range(-10, 11, 2)) / 1000  # 0.5 % less than 4/3 pi r^3
    assert structure.volume_cc(on) == pytest.approx(2 * slabs_cc, rel=0.002)
    assert notes == ("'drawn': parts side by side have planes that interleave, 2 stacks filled apart",)


def test_parts_on_the_same_planes_stay_one_stack():
    """An island that is not drawn on a plane where the rest is has a gap there, however thin."""
    lines = [circle(8, z, (-12, 0)) for z in np.arange(-20.0, 21.0, 2.0)]
    islands = [circle(4, z, (12, 0)) for z in (-2.0, 2.0)]
    structure, notes = filled([*lines, *islands], grid())
    assert structure.volume_cc(grid()) == pytest.approx((21 * 64 + 2 * 16) * np.pi * 2 / 1000, rel=2e-3)
    assert notes == ()


@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("shift_mm", [0.15, 0.3, 0.7])
def test_region_drawn_on_planes_near_each_other(shift_mm, slice_mm):
    """Every plane of a cylinder twice, a little apart: from half a spacing before the first to half behind the last."""
    heights = np.arange(-10, 11, 2.0)
    lines = [circle(9, float(z)) for z in np.concatenate([heights, heights + shift_mm])]
    structure, notes = filled(lines, grid(slice_mm))
    # at 0.7 mm, more than a quarter of the spacing, the end caps are those of planes 0.7 mm apart
    long_mm = 20 + shift_mm + (2.0 if shift_mm < 0.5 else shift_mm)
    assert structure.volume_cc(grid(slice_mm)) == pytest.approx(np.pi * 81 * long_mm / 1000, rel=2e-3)
    assert len(notes) == 1
