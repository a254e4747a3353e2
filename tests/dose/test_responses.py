"""Three responses stand for every tissue."""

from __future__ import annotations

import numpy as np
import pytest

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.units import GRAY_PER_keV_PER_g
from openiort.dose.responses import RESPONSE_MATERIALS, response_mix, response_table
from openiort.patient.tissue_palette import tissue_palette
from openiort.physics.element_tables import ENERGIES_keV
from openiort.physics.photon_tables import photon_tables


def worst_deviation_percent(materials: tuple[Material, ...]) -> np.ndarray:
    """(materials,) of the mix of three from the material's own energy-transfer coefficient, over 8-50 keV."""
    used = (ENERGIES_keV >= 8.0) & (ENERGIES_keV <= 50.0)
    three = photon_tables(tuple(read_material(name) for name in RESPONSE_MATERIALS)).energy_transfer[used]
    own = photon_tables(materials).energy_transfer[used]
    return 100.0 * np.abs(three @ response_mix(materials).T / own - 1.0).max(axis=0)


def test_every_material_of_a_patient_is_a_mix_of_three():
    """docs/physics.md states about 0.1 %; air, which has argon, is the worst."""
    materials = tissue_palette().materials
    deviation = worst_deviation_percent(materials)
    assert deviation.max() <= 0.11, materials[int(deviation.argmax())].name


@pytest.mark.parametrize("name", ["rib", "blood", "heart_muscle", "heart_blood_filled", "soft_tissue", "calcification"])
def test_other_tissues_of_the_table_are_too(name):  # the same statement of docs/physics.md
    assert worst_deviation_percent((read_material(name),))[0] <= 0.11


def test_a_response_material_is_itself():  # closed form: unit vectors
    mix = response_mix(tuple(read_material(name) for name in RESPONSE_MATERIALS))
    assert mix == pytest.approx(np.eye(3), abs=1e-9)


def test_kerma_of_a_fluence_of_one_photon_per_mm2():
    """NIST SRD 126, liquid water, 30 keV: 0.1557 cm2/g x 30 keV x 1.602e-13 Gy g/keV x 100 per cm2; agree to 0.2 %."""
    kerma = np.interp(30.0, ENERGIES_keV, response_table()[:, 0])
    assert kerma == pytest.approx(0.1557 * 30.0 * GRAY_PER_keV_PER_g * 100.0, rel=2e-3)
    assert GRAY_PER_keV_PER_g == pytest.approx(1.602176634e-16 / 1e-3)  # CODATA 2018: J per keV, kg per g
