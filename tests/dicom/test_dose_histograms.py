"""Histograms that a file can hold, however high the dose."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pydicom
import pytest
from pytest import approx

from openiort.dicom.dose_histograms import add_histograms
from openiort.dicom.write_structures import WrittenStructures
from openiort.dicom.written_dataset import new_dataset
from openiort.plan.dvh import make_dvh


@pytest.mark.parametrize(("highest_Gy", "bin_Gy"), [(20.0, 0.05), (99.0, 0.05), (181.0, 0.1), (3000.0, 1.5)])
def test_histogram_fits_into_the_file(highest_Gy: float, bin_Gy: float) -> None:
    """An explicit value representation has 16 bits for a length (PS3.5, 7.1.2): longer values are written as UN."""
    dose_Gy = np.linspace(0.0, highest_Gy, 5000)
    dvh = make_dvh("bone", dose_Gy, np.full(5000, 0.123457), prescription_Gy=20.0)
    dataset = new_dataset(pydicom.uid.RTDoseStorage, pydicom.uid.UID("1.2.3"), "RTDOSE")
    add_histograms(dataset, {"bone": dvh}, WrittenStructures("1.2.4", {"bone": 4}))
    content = BytesIO()
    dataset.save_as(content, enforce_file_format=True)
    assert len(content.getvalue()) < 2**16
    (item,) = pydicom.dcmread(BytesIO(content.getvalue())).DVHSequence
    assert item["DVHData"].VR == "DS"
    widths_Gy, volumes_cc = np.array(item.DVHData, float).reshape(-1, 2).T
    assert set(widths_Gy) == {bin_Gy}
    assert item.DVHNumberOfBins == len(volumes_cc)
    # the mean of doses spread evenly from 0 is half of the highest
    assert volumes_cc[0] == approx(5000 * 0.123457)
    assert volumes_cc @ widths_Gy / volumes_cc[0] == approx(highest_Gy / 2, abs=bin_Gy)
