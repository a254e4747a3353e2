"""The photon tables against NIST's (SRD 126, doi:10.18434/T4D01F), 5-60 keV; `-s` prints the table.

Ours differ by design in one thing: what a characteristic x-ray carries is deposited on the spot, so our coefficient of
energy transfer is above NIST's mu_en, which leaves fluorescence out, wherever there are heavier atoms: calcium in bone,
argon in air, chlorine and potassium in muscle. So mu_en/rho is printed twice: as the engine uses it, and with the K
fluorescence taken out as NIST does (k_fluorescence.csv), which is what the limit is set for. Light materials are within
0.5 % both ways. Polyetherimide and aluminium are compared with NIST's elements, mixed by mass.
"""

from __future__ import annotations

import numpy as np
import pytest

from validation.nist_attenuation.differences import (
    MATERIALS,
    COMPARED_keV,
    absorption_percent,
    attenuation_percent,
    fluorescence_percent,
)

LIMITS_percent = {name: 0.1 if name == "water" else 0.5 for name in MATERIALS}
LIGHT, LIGHT_percent = ("water", "adipose", "gland", "polyetherimide"), 0.5
# compilations of K yields differ: for calcium xraylib 4.3 has 0.169, xraydb 4.5 has 0.147
YIELDS_KNOWN_TO = 0.05
every_material = pytest.mark.parametrize("name", MATERIALS)


def show(name: str, what: str, percent: np.ndarray) -> None:
    print(f"\n{name:<15}{what:<28}" + "".join(f"{value:+7.2f}" for value in percent), end="")


def test_energies():
    print("\n" + " " * 43 + "".join(f"{energy:7g}" for energy in COMPARED_keV), end=" keV")
    assert (COMPARED_keV[0], COMPARED_keV[-1]) == (5.0, 60.0)


@every_material
def test_attenuation(name):
    """mu/rho within 0.5 %, water within 0.1 %."""
    percent = attenuation_percent(name)
    show(name, "mu/rho", percent)
    assert np.abs(percent).max() < LIMITS_percent[name]


@every_material
def test_energy_absorption(name):
    """mu_en/rho within 0.5 %, water within 0.1 %, and what the yields are uncertain by."""
    percent, used = (absorption_percent(name, fluorescence=kept) for kept in (False, True))
    show(name, "mu_en/rho as used", used)
    show(name, "mu_en/rho, no fluorescence", percent)
    allowed = LIMITS_percent[name] + YIELDS_KNOWN_TO * fluorescence_percent(name)
    assert (np.abs(percent) < allowed).all()
    if name in LIGHT:
        assert (np.abs(used) < LIGHT_percent).all()
