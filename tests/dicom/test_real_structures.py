"""Structure sets that others drew: against a voxel mask and a planning system's figures.

`ibsi_sts002`: IBSI data sets, CC BY 3.0, with the true mask as NIfTI. `breast_boost`: from the source distribution of
dicompyler-core 0.5.6 (BSD-3-Clause); the planning system's DVHs lie in its RTDOSE.
"""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from openiort.core.grid import Grid
from openiort.dicom.read_ct import read_ct
from openiort.dicom.read_structures import read_structures
from openiort.patient.contour_mask import contour_structure


def nifti_mask(path: Path) -> NDArray[np.bool_]:
    """(nz, ny, nx) of a gzipped NIfTI-1 file of bytes, whose first axis is x."""
    content = gzip.decompress(path.read_bytes())
    nx, ny, nz = struct.unpack("<3h", content[42:48])
    kind, start = struct.unpack("<h", content[70:72])[0], int(struct.unpack("<f", content[108:112])[0])
    assert kind == 2  # unsigned char
    return np.frombuffer(content, np.uint8, offset=start).reshape(nz, ny, nx) > 0


def test_voxels_by_centre_are_those_of_the_true_mask(shared_data: Path) -> None:
    """17,090 voxels (data/README.md): all of them and no others."""
    folder = shared_data / "ibsi_sts002"
    grid = read_ct(folder / "dicom_CT" / "image").image.grid
    (roi,) = read_structures(folder / "dicom_CT" / "mask" / "RS.dcm", "RS.dcm").rois
    structure, notes = contour_structure(roi, grid, "tumour")
    truth = nifti_mask(folder / "CT_mask.nii.gz")
    assert truth.sum() == 17_090
    assert structure is not None
    assert (structure.mask ^ truth).sum() == 0
    # shares: the same volume to 0.1 %, a twentieth of a voxel's width of its surface
    assert structure.volume_cc(grid) == pytest.approx(17_090 * grid.voxel_volume_cc, rel=0.001)
    assert notes == ()


def test_every_structure_of_a_planning_system_is_read(shared_data: Path) -> None:
    """Names and numbers of planes as pydicom shows them; `Areola` is empty, `Lt Lung` has several contours a slice."""
    found = read_structures(shared_data / "breast_boost" / "rtss.dcm", "rtss.dcm")
    contours = {roi.name: len(roi.contours) for roi in found.rois}
    assert contours == {"BODY": 141, "Areola": 0, "Borders": 2, "Breast": 48, "Heart": 33, "Lt Lung": 165, "Nodes": 4,
                        "Scar": 6, "Tumor Bed": 18, "Tumor Bed Block": 24}  # fmt: skip
    planes = {roi.name: len({line[0, 2] for line in roi.contours}) for roi in found.rois}
    assert (planes["Lt Lung"], planes["Breast"], planes["Borders"]) == (80, 47, 2)
    # the folder has one CT slice of 98: its pixels, and the planes of BODY
    grid = Grid((-275.0, -524.0, -122.44), (1.074219, 1.074219, 3.0), (98, 512, 512))
    for roi in found.rois:
        if roi.has_volume:
            structure, notes = contour_structure(roi, grid, roi.name)
            assert structure is not None
            assert notes == ()
            assert structure.cut_by_scan == (roi.name == "BODY")
