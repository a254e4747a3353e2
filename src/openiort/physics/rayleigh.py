"""Rayleigh scattering: Thomson on the whole atom, weighted by the squared form factor. The energy stays.

Source: J. H. Hubbell, I. Overbo, J. Phys. Chem. Ref. Data 8, 69 (1979), doi:10.1063/1.555593 (form factors);
sampling after D. E. Raeside, Phys. Med. Biol. 21, 181 (1976), doi:10.1088/0031-9155/21/2/001.
"""

from __future__ import annotations

from openiort.core.compiled import njit
from openiort.core.random_stream import uniform
from openiort.core.units import PLANCK_TIMES_LIGHT_SPEED_keV_angstrom
from openiort.physics.lookup import between


@njit
def sample(energy_keV, cumulative, inverse, transfer_step, state):
    """Cosine of the angle and the random state.

    x^2 is drawn from the squared form factor up to backscatter, then kept with probability (1 + cos^2)/2.

    Args:
        energy_keV: of the photon.
        cumulative: integral of F^2 over x^2, normalised to end at 1, on multiples of `transfer_step` in x.
        inverse: x^2 (1/angstrom^2) on equal steps of `cumulative` from 0 to 1.
        transfer_step: step of `cumulative`, 1/angstrom.
        state: random state.
    """
    highest = energy_keV / PLANCK_TIMES_LIGHT_SPEED_keV_angstrom
    ceiling = between(cumulative, highest / transfer_step)
    while True:
        u, state = uniform(state)
        square = min(between(inverse, u * ceiling * (inverse.shape[0] - 1)), highest * highest)
        cos_theta = 1.0 - 2.0 * square / (highest * highest)
        v, state = uniform(state)
        if v <= 0.5 * (1.0 + cos_theta * cos_theta):
            return cos_theta, state
