"""The finders on bodies with a closed form; volumes within a voxel's width of the surface."""

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.patient.anatomy import find_anatomy
from openiort.patient.image import CTImage
from tests.patient.phantoms import AIR_HU, FAT_HU, axes_mm, chest

LENGTH_cm = 20 * 4.0 / 10
BODY_cc = np.pi * 11.0 * 7.5 * LENGTH_cm  # ellipse times length
LUNGS_cc = 2 * np.pi * 3.5 * 4.5 * LENGTH_cm
BONE_cc = np.pi * 1.5**2 * LENGTH_cm


def volumes_cc(image, **options):
    structures, _, _ = find_anatomy(image, **options)
    return {name: s.mask.sum() * image.grid.voxel_volume_cc for name, s in structures.items()}


@pytest.mark.parametrize("noise_HU", [0.0, 40.0])
def test_volumes(noise_HU):
    found = volumes_cc(chest(noise_HU=noise_HU))
    assert found["body"] == pytest.approx(BODY_cc, rel=0.01)
    assert found["lungs"] == pytest.approx(LUNGS_cc, rel=0.03)
    assert found["bone"] == pytest.approx(BONE_cc, rel=0.12)  # 15 mm radius, 1.5 mm voxels, edge at 130 of -100..600 HU


def test_couch_that_touches_the_back_is_not_body():
    without, with_couch = (find_anatomy(chest(couch=c))[0]["body"].mask for c in (False, True))
    added = with_couch & ~without  # a strip of its 3 mm top where it touches, 36 mm to each side at most
    assert added.sum() <= 0.01 * without.sum()
    assert (np.abs(axes_mm(chest().grid)[2][0, 0][added.any(axis=(0, 1))]) < 40).all()
    assert not (without & ~with_couch).any()


def test_solid_object_beside_the_body_is_left_out_with_a_note():
    image = chest()
    hounsfield = image.hounsfield.copy()
    hounsfield[:, 5:15, 10:80] = 100.0  # 10 x 70 x 20 voxels of 9 mm3 = 126 cc
    _, _, notes = find_anatomy(CTImage(hounsfield, image.grid))
    assert len(notes) == 1
    assert "beside the body was left out" in notes[0]


def test_cut_by_scan():
    structures, _, _ = find_anatomy(chest())
    assert all(s.cut_by_scan for s in structures.values())  # the cylinder runs through all slices
    image = chest()
    z, y, x = axes_mm(image.grid)
    ball = np.where(x**2 + y**2 + z**2 < 38**2, FAT_HU, AIR_HU)
    structures, _, _ = find_anatomy(CTImage(ball.astype(np.float32), image.grid))
    assert not structures["body"].cut_by_scan
    assert not structures["skin"].cut_by_scan
    assert not structures["lungs"].mask.any()
    # closed form: volume of a ball of 38 mm
    assert structures["body"].mask.sum() * image.grid.voxel_volume_cc == pytest.approx(4 / 3 * np.pi * 3.8**3, rel=0.02)


@pytest.mark.parametrize("shift", [(0, 0, 25), (0, -35, 0)])
def test_body_cut_by_the_field_of_view(shift):
    image = chest()
    hounsfield = np.roll(image.hounsfield, shift, (0, 1, 2))
    hounsfield[:, :, : shift[2]] = AIR_HU
    if shift[1]:
        hounsfield[:, shift[1] :] = AIR_HU
    structures, _, _ = find_anatomy(CTImage(hounsfield, image.grid))
    solid = hounsfield > -1000
    assert (structures["body"].mask ^ solid).sum() < 0.01 * solid.sum()
    assert structures["body"].cut_by_scan


def test_any_grid_direction_finds_the_same_anatomy():
    # The same chest stored with its slices along the array's x axis: mirrored and permuted axes, same voxels.
    image = chest(noise_HU=20)
    nz, ny, nx = image.grid.shape
    sx, sy, sz = image.grid.spacing_mm
    turned = Grid((0.0, 0.0, 0.0), (sz, sy, sx), (nx, ny, nz), np.array([[0, 0, 1], [0, -1, 0], [-1, 0, 0]], float))
    moved = CTImage(image.hounsfield.transpose(2, 1, 0)[::-1].copy(), turned)
    found, expected = find_anatomy(moved)[0], find_anatomy(image)[0]
    for name in expected:
        back = found[name].mask[::-1].transpose(2, 1, 0)
        assert (back ^ expected[name].mask).sum() <= 0.01 * expected[name].mask.sum(), name


def test_padding_below_air_is_air():
    image = chest()
    hounsfield = image.hounsfield.copy()
    hounsfield[:, :10] = -3024.0
    structures, tissues, _ = find_anatomy(CTImage(hounsfield, image.grid))
    assert structures["air"].mask[:, :10].all()
    assert (tissues.material_index[:, :10] == 0).all()
    assert tissues.density_g_cm3.min() == pytest.approx(0.00121)  # Schneider at -1000 HU


def test_clips_calcifications_and_contrast_are_not_bone():
    image = chest()
    z, y, x = axes_mm(image.grid)
    hounsfield = image.hounsfield.copy()
    for centre in range(-60, 61, 30):
        hounsfield[(x - centre) ** 2 + (y + 62) ** 2 + z**2 < 3.0**2] = 2500.0  # clips, 0.1 cc each
    before = find_anatomy(image)[0]["bone"].mask
    hounsfield[x**2 + (y + 25) ** 2 + z**2 < 28**2] = 350.0  # contrast-filled heart
    after = find_anatomy(CTImage(hounsfield, image.grid))[0]["bone"].mask
    assert not (after ^ before).any()


def test_windpipe_and_wound_air_are_air_and_not_lung():
    image = chest()
    z, y, x = axes_mm(image.grid)
    windpipe = (x**2 + (y + 10) ** 2 < 8**2) & (z == z)
    wound = x**2 + (y + 60) ** 2 + z**2 < 6**2
    hounsfield = np.where(windpipe | wound, AIR_HU, image.hounsfield).astype(np.float32)
    structures, tissues, _ = find_anatomy(CTImage(hounsfield, image.grid))
    for cavity in (windpipe, wound):
        assert structures["air"].mask[cavity].all()
        assert structures["body"].mask[cavity].all()
        assert (tissues.material_index[cavity] == 0).all()


def test_no_body_is_a_clear_error():
    grid = Grid((0.0, 0.0, 0.0), (2.0, 2.0, 2.0), (10, 40, 40))
    with pytest.raises(InputError, match="no body was found"):
        find_anatomy(CTImage(np.full(grid.shape, -1000, np.float32), grid))


@pytest.mark.parametrize("name", ["skin_mm", "smoothing_mm"])
def test_thickness_out_of_range_is_a_clear_error(name):
    with pytest.raises(InputError, match=name):
        find_anatomy(chest(), **{name: -1.0})
