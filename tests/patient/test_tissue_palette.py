import numpy as np
import pytest

from openiort.core.material_table import read_material
from openiort.core.table import read_table
from openiort.patient.tissue_palette import tissue_palette

# Woodard & White 1986 as shipped in EGSnrc and egs_brachy: 50 % adipose 2, 50 % gland 2 by mass
HALF = {"H": 0.110, "C": 0.465, "N": 0.0185, "O": 0.4025, "Na": 0.001, "P": 0.0005, "S": 0.0015, "Cl": 0.001}


def test_half_adipose_half_gland_is_the_published_mixture():
    palette = tissue_palette()
    half = palette.materials[palette.first_breast + palette.breast_steps // 2]
    assert half.name == "breast, 50 % gland"
    assert dict(half.mass_fractions) == pytest.approx(HALF, abs=1e-6)
    assert half.density_g_cm3 == pytest.approx(0.985, abs=0.002)  # published row: arithmetic mean of the densities


def test_breast_steps_run_from_adipose_to_gland_by_two_percent():
    palette = tissue_palette()
    assert palette.breast_steps == 50  # gland_step of tables/tissue_rules.toml: 2 % by mass
    hounsfield = np.array([-300, -110, -107, -35, 40, 60], np.float32)  # ends and middle of -110..40 HU
    assert list(palette.breast_index(hounsfield) - palette.first_breast) == [0, 0, 1, 25, 50, 50]


def test_bone_mixtures_have_the_density_of_their_voxel():
    palette = tissue_palette()
    density = np.array([0.9, 1.18, 1.55, 1.92, 2.5], np.float32)
    picked = [palette.materials[i] for i in palette.bone_index(density)]
    # closed form: volumes add, so the middle of 1.18 and 1.92 g/cm3 is half and half by volume
    assert [m.density_g_cm3 for m in picked] == pytest.approx([1.18, 1.18, 1.55, 1.92, 1.92])
    calcium = (0.074 * 1.18 + 0.225 * 1.92) / (1.18 + 1.92)
    assert picked[2].mass_fractions["Ca"] == pytest.approx(calcium)


def test_air_comes_first_and_shares_are_whole():
    palette, elements = tissue_palette(), set(read_table("photons/elements.csv")["element"])
    assert palette.materials[0] is read_material("air")
    assert len(palette.materials) == len(palette.shares) <= 255  # uint8
    for material, shares in zip(palette.materials, palette.shares, strict=True):
        assert sum(shares.values()) == pytest.approx(1)
        assert set(material.mass_fractions) <= elements


def test_bone_half_way_between_the_densities_is_half_cortical_by_volume():
    # closed form: (1.55 - 1.18) / (1.92 - 1.18) = 0.5
    palette = tissue_palette()
    shares = palette.shares[int(palette.bone_index(np.array([1.55], np.float32))[0])]
    assert shares["cortical bone"] == pytest.approx(0.5, abs=0.026)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_shares_are_by_volume_and_sum_to_one():
    for shares in tissue_palette().shares:
        assert sum(shares.values()) == pytest.approx(1.0)
