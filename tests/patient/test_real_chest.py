"""A real chest: `acrin_flt_breast_013` (TCIA, doi:10.7937/K9/TCIA.2017.ol20zmxg)."""

from pathlib import Path

import numpy as np
import pytest

from openiort.dicom.read_ct import read_ct
from openiort.patient.anatomy import find_anatomy

POINT_mm = np.array([-88.2, -222.9, -587.0])  # a point chosen in the right breast, 28 mm from air, bone and lung


@pytest.fixture(scope="module")
def anatomy(shared_data: Path):
    image = read_ct(shared_data / "acrin_flt_breast_013").image
    return image, *find_anatomy(image)


@pytest.mark.parametrize("name", ["air", "bone", "lungs"])
def test_distance_of_the_point_in_her_breast(anatomy, name):
    image, structures, _, _ = anatomy
    points_mm = image.grid.to_points_mm(np.argwhere(structures[name].mask))
    assert np.linalg.norm(points_mm - POINT_mm, axis=1).min() == pytest.approx(28, abs=2)


def test_volumes_and_numbers_are_those_of_a_chest(anatomy):
    """Bounds: 196 mm of a small woman's trunk, about 350 x 190 mm across; lungs without apices; ICRP 89 skeleton."""
    image, structures, tissues, notes = anatomy
    voxel_cc = image.grid.voxel_volume_cc
    volume_cc = {name: s.mask.sum() * voxel_cc for name, s in structures.items()}
    mean_HU = {name: image.hounsfield[s.mask].mean() for name, s in structures.items()}
    assert 9000 < volume_cc["body"] < 13000
    assert 1800 < volume_cc["lungs"] < 3000
    assert 500 < volume_cc["bone"] < 1100
    assert -900 < mean_HU["lungs"] < -600  # inflated lung and its vessels
    assert 250 < mean_HU["bone"] < 600  # trabecular to cortical
    assert mean_HU["air"] < -950  # blankets and gown included
    assert not notes
    assert all(s.origin == "automatic" and s.cut_by_scan for s in structures.values())
    # ICRU 46: whole body about 1.03 without lungs, lungs 0.26 inflated: the mix of the two
    assert tissues.density_g_cm3[structures["body"].mask].mean() == pytest.approx(0.88, abs=0.04)


def test_couch_and_clothes_are_air(anatomy):
    image, structures, _, _ = anatomy
    # Seen in the images: the couch starts at row 350 and its wall is above 100 HU; her back ends before.
    couch = np.zeros(image.grid.shape, bool)
    couch[:, 362:] = image.hounsfield[:, 362:] > 100
    assert couch.sum() > 10_000
    assert structures["air"].mask[couch].all()


def test_breast_around_the_point_is_a_mixture_of_fat_and_gland(anatomy):
    image, _, tissues, _ = anatomy
    z, y, x = np.rint(image.grid.to_index(POINT_mm)).astype(int)
    ball = np.zeros(image.grid.shape, bool)
    ball[z - 4 : z + 5, y - 12 : y + 13, x - 12 : x + 13] = True
    fractions = tissues.volume_fractions(ball)
    assert fractions["adipose"] + fractions["gland"] > 0.98
    # mean HU of that box, linear between -110 and 40 HU: `breast` of tables/tissue_rules.toml
    expected = (image.hounsfield[ball].mean() + 110) / 150
    assert fractions["gland"] == pytest.approx(expected, abs=0.04)
