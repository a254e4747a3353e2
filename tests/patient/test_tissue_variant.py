"""Other tissue in the same woman."""

import numpy as np
import pytest
from pytest import approx

from openiort.patient.tissue_palette import AIR
from openiort.patient.tissue_variant import tissue_variants, with_variant
from tests.plan_factory import make_patient


def variant(name: str):
    return next(item for item in tissue_variants() if item.name == name)


# FACTS.md section 6, rows "50/50" and "25 ad/75 gl" (WW86 / ICRU 44 mixtures by mass): H, C, N, O, density
@pytest.mark.parametrize(("name", "hydrogen", "carbon", "nitrogen", "oxygen", "density_g_cm3"), (
    ("50 % gland", 0.110, 0.465, 0.0185, 0.4025, 0.985), ("75 % gland", 0.108, 0.3985, 0.02425, 0.46475, 1.0025)))
def test_mixtures_are_the_published_ones(name, hydrogen, carbon, nitrogen, oxygen, density_g_cm3):
    material = variant(name).material
    found = [material.mass_fractions[symbol] for symbol in "HCNO"]
    assert found == approx([hydrogen, carbon, nitrogen, oxygen], rel=0.002)  # published to three or four digits
    # the published density is the mean of the two tissues' by mass; volumes add, so ours is the harmonic one
    assert material.density_g_cm3 == approx(density_g_cm3, abs=0.0015)


def test_only_fat_and_gland_change():
    patient = make_patient()
    changed = with_variant(patient, variant("50 % gland"))
    breast = patient.tissues.made_of(("adipose", "gland"))[patient.tissues.material_index]
    assert breast.any() and not breast.all()
    new = len(patient.tissues.materials)
    assert np.array_equal(changed.tissues.material_index == new, breast)
    assert np.array_equal(changed.tissues.density_g_cm3[~breast], patient.tissues.density_g_cm3[~breast])
    assert changed.tissues.density_g_cm3[breast] == approx(variant("50 % gland").material.density_g_cm3)


def test_water_fills_all_but_air():
    patient = make_patient()
    changed = with_variant(patient, variant("water"))
    assert np.array_equal(changed.tissues.material_index == AIR, patient.tissues.material_index == AIR)
    assert changed.tissues.materials[-1].name == "water"
    assert changed.tissues.density_g_cm3[changed.tissues.material_index != AIR] == approx(1.0)
