import numpy as np
import pytest
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.patient.anatomy import find_anatomy
from openiort.patient.image import CTImage
from openiort.patient.tissue_map import TissueMap
from openiort.patient.tissue_palette import tissue_palette
from openiort.patient.tissues import FoundMasks, find_tissues
from tests.patient.phantoms import axes_mm, chest


def gland_fractions(tissues: TissueMap, mask):
    gland = np.array([shares.get("gland", 0.0) for shares in tissues.tissue_of_material])
    return gland[tissues.material_index[mask]]


@pytest.mark.parametrize(("hounsfield", "gland"), [(-80.0, 0.2), (-35.0, 0.5), (10.0, 0.8)])
def test_gland_fraction_of_noisy_uniform_tissue(hounsfield, gland):
    """Linear between -110 HU (0) and 40 HU (1), chosen in tissue_rules.toml: 1 % gland is 1.5 HU. White noise of 40 HU.

    A Gaussian of 3 mm FWHM (sigma 1.27 mm) leaves 1/sqrt(8 pi^1.5 s_z s_y s_x) of white noise, s in voxels.
    """
    grid = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 1.5), (30, 40, 40))
    rng = np.random.default_rng(3)
    image = (hounsfield + rng.normal(0, 40, grid.shape)).astype(np.float32)
    full, none = np.ones(grid.shape, bool), np.zeros(grid.shape, bool)
    tissues = find_tissues(image, FoundMasks(full, none, none, none, none), grid)
    middle = np.s_[5:-5, 5:-5, 5:-5]
    fractions = gland_fractions(tissues, middle)
    sigma_mm = 3.0 / 2.3548
    left = 1 / np.sqrt(8 * np.pi**1.5 * sigma_mm * sigma_mm * sigma_mm / 1.5)
    # by mass in HU; by volume, as tissues count, at 1.02 and 0.95 g/cm3 (WW86)
    by_volume = gland / 1.02 / (gland / 1.02 + (1 - gland) / 0.95)
    assert fractions.mean() == pytest.approx(by_volume, abs=0.005)
    assert fractions.std() == pytest.approx(40 * left / 150, rel=0.15)
    assert fractions.std() < 0.05  # against 0.25 unsmoothed
    assert tissues.density_g_cm3.mean() == pytest.approx(1.018 + 0.000893 * hounsfield, abs=0.004)  # Schneider


def test_neighbours_do_not_bleed_into_soft_tissue():
    image = chest()  # fat of -100 HU beside lung, bone and air: (-100 + 110) / 150 = 7 % gland, in steps of 2 %
    structures, tissues, _ = find_anatomy(image)
    others = [structures[name].mask for name in ("skin", "lungs", "bone", "air")]
    soft = structures["body"].mask & ~np.logical_or.reduce(others)
    near_lung = soft & ndimage.binary_dilation(structures["lungs"].mask, iterations=2)
    assert near_lung.sum() > 1000
    assert gland_fractions(tissues, near_lung) == pytest.approx(0.06, abs=0.021)


def test_each_structure_has_its_material():
    image = chest()
    z, y, x = axes_mm(image.grid)
    muscle = (np.abs(x) < 20) & (np.abs(y + 60) < 8) & (np.abs(z) < 30)
    hounsfield = np.where(muscle, 60.0, image.hounsfield).astype(np.float32)
    structures, tissues, _ = find_anatomy(CTImage(hounsfield, image.grid))
    palette = tissue_palette()
    assert (tissues.material_index[structures["air"].mask] == 0).all()
    assert (tissues.material_index[structures["lungs"].mask] == palette.lung).all()
    assert (tissues.material_index[structures["skin"].mask & ~structures["bone"].mask] == palette.skin).all()
    assert (tissues.material_index[structures["bone"].mask] >= palette.first_bone).all()
    core = (np.abs(x) < 16) & (np.abs(y + 60) < 5) & (np.abs(z) < 24)
    assert (tissues.material_index[core] == palette.muscle).all()
    # Schneider at 600 HU; middle of the rod, where no edge is near
    rod = (x**2 + (y - 40) ** 2 < 10**2) & (z == z)
    assert tissues.density_g_cm3[rod] == pytest.approx(1.017 + 0.000592 * 600, rel=1e-5)


def test_volume_fractions_add_up_and_can_be_read():
    structures, tissues, _ = find_anatomy(chest())
    fractions = tissues.volume_fractions(structures["body"].mask)
    assert sum(fractions.values()) == pytest.approx(1)
    lungs = structures["lungs"].mask.sum() / structures["body"].mask.sum()
    # voxels beside the lung that are part lung count as lung in the map; this phantom's edges are sharp
    assert fractions["lung"] == pytest.approx(lungs, rel=0.01)


def test_noise_does_not_turn_muscle_into_gland_nor_gland_into_muscle():
    """Muscle of 52 HU beside gland of 20 HU, noise of 15 HU; 40 HU divides them (tables/tissue_rules.toml)."""
    grid = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 2.0), (24, 50, 60))
    _, _, x = axes_mm(grid)
    rng = np.random.default_rng(4)
    image = (np.where(x < 0, 52.0, 20.0) + rng.normal(0, 15, grid.shape)).astype(np.float32)
    full, none = np.ones(grid.shape, bool), np.zeros(grid.shape, bool)
    tissues = find_tissues(image, FoundMasks(full, none, none, none, none), grid)
    is_muscle = tissues.material_index == tissue_palette().muscle
    assert is_muscle[:, :, :20].mean() > 0.999
    assert is_muscle[:, :, 40:].mean() < 0.001


def test_thin_bone_keeps_its_calcium():
    """A plate of cortical bone 2 mm thick, blurred: the calcium in the map is that of the plate within a quarter."""
    grid = Grid((0.0, 0.0, 0.0), (1.0, 1.0, 2.0), (30, 120, 120))
    _, y, x = axes_mm(grid)
    sharp = np.where((x**2 + y**2 < 55**2), 0.0, -1000.0) + np.zeros(grid.shape)
    plate = (np.abs(y) < 1) & (np.abs(x) < 30)
    sharp[np.broadcast_to(plate, grid.shape)] = (1.92 - 1.017) / 0.000592  # Schneider, solved for 1.92 g/cm3
    image = CTImage(ndimage.gaussian_filter(sharp, (0, 0.8, 0.8)).astype(np.float32), grid)
    _, tissues, _ = find_anatomy(image)
    calcium = np.array([material.mass_fractions.get("Ca", 0.0) for material in tissues.materials])
    found_g = (calcium[tissues.material_index] * tissues.density_g_cm3)[10:20].sum()
    truth_g = 0.225 * 1.92 * plate.sum() * 10  # cortical bone, ICRU 44: 22.5 % Ca
    assert found_g == pytest.approx(truth_g, rel=0.25)
