"""The spectrum that leaves a device's source in one of its applicators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_table
from openiort.device.aluminium import transmission
from openiort.device.catalogue import NO_FILTERS, Applicator, Device
from openiort.device.site_tables import Filters

FloatArray = NDArray[np.float64]


def source_spectrum(device: Device, applicator: Applicator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lower and upper edges of the bins in keV, and photons per electron in each, (n,) each."""
    table = read_table(device.spectrum_table)
    low, high, photons = table["low_keV"], table["high_keV"], table[applicator.spectrum]
    if device.added_filters == NO_FILTERS:
        return low, high, photons
    return low, high, photons * filter_transmission(device.added_filters, applicator, 0.5 * (low + high))


def filter_transmission(added: Filters, applicator: Applicator, energies_keV: FloatArray) -> FloatArray:
    """Share of the photons that pass the filters beyond the model's own, at energies (n,)."""
    hardening_mm_Al = added.hardening_mm_Al if applicator.hardened else 0.0
    return transmission(energies_keV, added.source_mm_Al + hardening_mm_Al)


def photons_per_minute(device: Device, applicator: Applicator) -> float:
    """Nominal output behind all filters: the electrons of the model's nominal output, filtered."""
    table = read_table(device.spectrum_table)
    passed = source_spectrum(device, applicator)[2].sum() / table[applicator.spectrum].sum()
    return applicator.photons_per_minute * float(passed)
