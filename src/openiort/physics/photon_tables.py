"""Photon data of materials as compiled code reads them: one row an energy, one column a material.

Elements are mixed by mass (independent atoms). Energy transfer is the photoelectric part whole plus the mean Compton
transfer: characteristic x-rays deposit on the spot, so it is a little above mu_en where fluorescence would escape
(1.5-4 % in bone); in soft tissue both agree.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openiort.core.material import Material
from openiort.core.units import mm_PER_cm
from openiort.physics import element_tables as elements

FloatArray = NDArray[np.float64]
INVERSE_POINTS = 4097


class PhotonTables(NamedTuple):
    """Photon data of some materials; energies from 1 to 100 keV in steps of 0.05 keV.

    Attributes:
        attenuation: (energies, materials) attenuation coefficient in 1/mm at a density of 1 g/cm3.
        scatter_share: (energies, materials) of it, the share of Compton and Rayleigh.
        rayleigh_share: (energies, materials) of these, the share of Rayleigh.
        energy_transfer: (energies, materials) mass energy-transfer coefficient, cm2/g.
        scattering_function: (materials, transfers) incoherent scattering function per electron, 0-1.
        rayleigh_cumulative: (materials, transfers) integral of F^2 over x^2 up to x, ends at 1.
        rayleigh_inverse: (materials, points) x^2 (1/angstrom^2) on equal steps of that integral.
    """

    attenuation: FloatArray
    scatter_share: FloatArray
    rayleigh_share: FloatArray
    energy_transfer: FloatArray
    scattering_function: FloatArray
    rayleigh_cumulative: FloatArray
    rayleigh_inverse: FloatArray


def photon_tables(materials: tuple[Material, ...]) -> PhotonTables:
    """Build the tables of these materials, in this order."""
    process = {name: np.stack([_mixed(m, name) for m in materials], 1)
               for name in ("photoelectric", "incoherent", "coherent")}
    transfer = np.stack([_compton_transfer_cm2_per_g(m) for m in materials], 1)
    scatter = process["incoherent"] + process["coherent"]
    total = scatter + process["photoelectric"]
    rayleigh = [_rayleigh(m) for m in materials]
    return PhotonTables(
        attenuation=total / mm_PER_cm,
        scatter_share=scatter / total,
        rayleigh_share=process["coherent"] / scatter,
        energy_transfer=process["photoelectric"] + transfer,
        scattering_function=np.stack([_scattering_function(m) for m in materials]),
        rayleigh_cumulative=np.stack([cumulative for cumulative, _ in rayleigh]),
        rayleigh_inverse=np.stack([inverse for _, inverse in rayleigh]),
    )


def _mixed(material: Material, process: str) -> FloatArray:
    parts = [share * elements.mass_attenuation_cm2_per_g(s, process) for s, share in material.mass_fractions.items()]
    return np.asarray(np.sum(parts, axis=0))


def _compton_transfer_cm2_per_g(material: Material) -> FloatArray:
    parts = [share * elements.mass_attenuation_cm2_per_g(s, "incoherent") * elements.compton_transfer_share(s)
             for s, share in material.mass_fractions.items()]
    return np.asarray(np.sum(parts, axis=0))


def _scattering_function(material: Material) -> FloatArray:
    atoms = {s: share / elements.atomic_weight(s) for s, share in material.mass_fractions.items()}
    electrons = sum(count * elements.atomic_number(s) for s, count in atoms.items())
    bound = np.sum([count * elements.scattering_function(s) for s, count in atoms.items()], axis=0)
    return np.asarray(np.minimum(bound / electrons, 1.0))


def _rayleigh(material: Material) -> tuple[FloatArray, FloatArray]:
    squared = np.sum([share / elements.atomic_weight(s) * elements.form_factor(s) ** 2
                      for s, share in material.mass_fractions.items()], axis=0)
    x2 = elements.TRANSFERS_per_angstrom**2
    cumulative = np.concatenate([[0.0], np.cumsum(0.5 * (squared[1:] + squared[:-1]) * np.diff(x2))])
    cumulative /= cumulative[-1]
    return cumulative, np.interp(np.linspace(0.0, 1.0, INVERSE_POINTS), cumulative, x2)
