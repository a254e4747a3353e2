"""The spectrum that leaves a device's source in one of its applicators."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.table import read_table
from openiort.device.catalogue import Applicator, Device

FloatArray = NDArray[np.float64]


def source_spectrum(device: Device, applicator: Applicator) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lower and upper edges of the bins in keV, and photons in each (any unit), (n,) each."""
    table = read_table(device.spectrum_table)
    return table["low_keV"], table["high_keV"], table[applicator.spectrum]
