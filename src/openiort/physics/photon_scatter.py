"""One scatter of a photon: which process, which angle, what energy is left."""

from __future__ import annotations

import math

from openiort.core.compiled import njit
from openiort.core.random_stream import uniform
from openiort.physics import compton, rayleigh
from openiort.physics.direction import turn
from openiort.physics.element_tables import ENERGIES_keV, ENERGY_STEP_keV, LOWEST_keV, TRANSFER_STEP_per_angstrom

ENERGIES = len(ENERGIES_keV)
_compton_sample = compton.sample
_rayleigh_sample = rayleigh.sample


@njit
def energy_row(energy_keV):
    """Row of `PhotonTables` below an energy, and the fraction of the way to the next."""
    position = (energy_keV - LOWEST_keV) / ENERGY_STEP_keV
    row = min(int(position), ENERGIES - 2)
    return row, position - row


@njit
def scatter(tables, material, energy_keV, x, y, z, state):
    """New direction and energy after a Compton or Rayleigh scatter: (x, y, z, energy_keV, state)."""
    row, _ = energy_row(energy_keV)
    u, state = uniform(state)
    if u < tables.rayleigh_share[row, material]:
        cos_theta, state = _rayleigh_sample(energy_keV, tables.rayleigh_cumulative[material],
                                            tables.rayleigh_inverse[material], TRANSFER_STEP_per_angstrom, state)
    else:
        cos_theta, energy_keV, state = _compton_sample(energy_keV, tables.scattering_function[material],
                                                       TRANSFER_STEP_per_angstrom, state)
    u, state = uniform(state)
    x, y, z = turn(x, y, z, cos_theta, 2.0 * math.pi * u)
    return x, y, z, energy_keV, state
