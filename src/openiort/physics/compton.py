"""Compton scattering: Klein-Nishina on a free electron, bound by the incoherent scattering function.

Energies in keV, cross sections in cm2 per electron, momentum transfer x = sin(theta/2)/wavelength in 1/angstrom.
Doppler broadening is left out: it moves no dose between voxels (electrons deposit on the spot).
Sources: O. Klein, Y. Nishina, Z. Phys. 52, 853 (1929), doi:10.1007/BF01366453; J. H. Hubbell et al., J. Phys.
Chem. Ref. Data 4, 471 (1975), doi:10.1063/1.555523 (incoherent scattering function).
"""

from __future__ import annotations

import math

from openiort.core.compiled import njit
from openiort.core.random_stream import uniform
from openiort.core.units import (
    ELECTRON_RADIUS_cm,
    ELECTRON_REST_ENERGY_keV,
    PLANCK_TIMES_LIGHT_SPEED_keV_angstrom,
)
from openiort.physics.lookup import between


@njit
def scattered_energy_keV(energy_keV, cos_theta):
    """Photon energy after one scatter through theta."""
    return energy_keV / (1.0 + energy_keV / ELECTRON_REST_ENERGY_keV * (1.0 - cos_theta))


@njit
def momentum_transfer_per_angstrom(energy_keV, cos_theta):
    """x = sin(theta/2)/wavelength of the incoming photon."""
    return energy_keV / PLANCK_TIMES_LIGHT_SPEED_keV_angstrom * math.sqrt(max(0.0, 0.5 * (1.0 - cos_theta)))


@njit
def klein_nishina_cm2(energy_keV, cos_theta):
    """Differential cross section per steradian and free electron (Klein and Nishina 1929)."""
    ratio = scattered_energy_keV(energy_keV, cos_theta) / energy_keV
    shape = ratio + 1.0 / ratio - (1.0 - cos_theta * cos_theta)
    return 0.5 * ELECTRON_RADIUS_cm**2 * ratio * ratio * shape


@njit
def sample(energy_keV, scattering_function, transfer_step, state):
    """Cosine of the angle, energy after it, and the random state.

    Kahn's rejection method for the free electron (H. Kahn, RAND RM-1237-AEC, 1956), then rejection by
    `scattering_function`: S(x)/Z of the material on multiples of `transfer_step` (1/angstrom).
    """
    k = energy_keV / ELECTRON_REST_ENERGY_keV
    while True:
        cos_theta, state = _kahn(k, state)
        x = momentum_transfer_per_angstrom(energy_keV, cos_theta)
        u, state = uniform(state)
        if u <= between(scattering_function, x / transfer_step):
            return cos_theta, scattered_energy_keV(energy_keV, cos_theta), state


@njit
def _kahn(k, state):
    """Cosine of the angle for a free electron, at energy k in electron rest energies."""
    forward = (1.0 + 2.0 * k) / (9.0 + 2.0 * k)
    while True:
        u1, state = uniform(state)
        u2, state = uniform(state)
        u3, state = uniform(state)
        if u1 <= forward:
            ratio = 1.0 + 2.0 * k * u2
            if u3 <= 4.0 * (1.0 / ratio - 1.0 / (ratio * ratio)):
                return 1.0 - 2.0 * u2, state
        else:
            ratio = (1.0 + 2.0 * k) / (1.0 + 2.0 * k * u2)
            cos_theta = 1.0 - (ratio - 1.0) / k
            if u3 <= 0.5 * (cos_theta * cos_theta + 1.0 / ratio):
                return cos_theta, state
