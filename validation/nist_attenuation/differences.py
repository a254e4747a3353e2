"""Our photon tables against NIST's, material by material, in per cent."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from openiort.core.material import Material
from openiort.core.material_table import read_material
from openiort.core.table import Table, parse_table
from openiort.core.units import mm_PER_cm
from openiort.device.aluminium import DENSITY_g_cm3
from openiort.physics.element_tables import ENERGIES_keV, mass_attenuation_cm2_per_g
from openiort.physics.photon_tables import photon_tables

FloatArray = np.ndarray
HERE = Path(__file__).parent
ATTENUATION, ABSORPTION = "mu_over_rho_cm2_per_g", "mu_en_over_rho_cm2_per_g"
# those of NIST's tables in the range that matters
COMPARED_keV = np.array([5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0])
# our name -> NIST's; the others are compared with NIST's elements, mixed by mass
NIST_NAMES = {"water": "water", "air": "air", "adipose": "adipose", "gland": "breast", "muscle": "muscle",
              "lung": "lung", "cortical_bone": "bone"}
MATERIALS = (*NIST_NAMES, "polyetherimide", "aluminium")


def _table(name: str) -> Table:
    return parse_table(name, (HERE / name).read_text())


def _material(name: str) -> Material:
    return Material(name, {"Al": 1.0}, DENSITY_g_cm3) if name == "aluminium" else read_material(name)


def _at(column: FloatArray) -> FloatArray:
    return np.interp(COMPARED_keV, ENERGIES_keV, column)


def _printed(name: str, key: str) -> FloatArray:
    """NIST's values of a material or element; every energy compared stands in the table."""
    found = _table("nist_attenuation_1_100_keV.csv")
    rows = found["material"] == name
    place = np.searchsorted(found["energy_keV"][rows], COMPARED_keV)
    if not (found["energy_keV"][rows][place] == COMPARED_keV).all():
        raise ValueError(f"{name} is not in the table at all energies that are compared")
    return np.asarray(found[key][rows][place])


def _nist(name: str, key: str) -> FloatArray:
    if name in NIST_NAMES:
        return _printed(NIST_NAMES[name], key)
    return np.sum([share * _printed(symbol, key) for symbol, share in _material(name).mass_fractions.items()], axis=0)


def _percent(ours: FloatArray, nist: FloatArray) -> FloatArray:
    return 100.0 * (ours / nist - 1.0)


def attenuation_percent(name: str) -> FloatArray:
    """(energies,) mu/rho, difference from NIST's."""
    return _percent(_at(photon_tables((_material(name),)).attenuation[:, 0]) * mm_PER_cm, _nist(name, ATTENUATION))


def absorption_percent(name: str, *, fluorescence: bool) -> FloatArray:
    """(energies,) difference from NIST's mu_en/rho.

    With `fluorescence` what the engine uses: all that characteristic x-rays carry is deposited on the spot. Without,
    it is taken out, as NIST does.
    """
    transfer = _at(photon_tables((_material(name),)).energy_transfer[:, 0])
    return _percent(transfer if fluorescence else transfer - _fluorescence(name), _nist(name, ABSORPTION))


def fluorescence_percent(name: str) -> FloatArray:
    """(energies,) what K fluorescence carries, of NIST's mu_en/rho."""
    return 100.0 * _fluorescence(name) / _nist(name, ABSORPTION)


def _fluorescence(name: str) -> FloatArray:
    """cm2/g: photoelectric x share of the K shell x yield x energy of the line over that of the photon."""
    lines, total = _table("k_fluorescence.csv"), np.zeros(len(COMPARED_keV))
    for element, yields, line_keV, k_share in zip(*(lines[key] for key in ("element", "yield", "line_keV", "k_share")),
                                                  strict=True):
        mass = _material(name).mass_fractions.get(str(element), 0.0)
        if mass:
            photoelectric = _at(mass_attenuation_cm2_per_g(str(element), "photoelectric"))
            total += mass * photoelectric * k_share * yields * line_keV / COMPARED_keV
    return total
