"""A folder becomes a patient: image, anatomy, pseudonym."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from openiort.core.grid import Grid
from openiort.dicom.read_patient import read_patient
from openiort.dicom.write_ct import write_ct
from openiort.patient.image import CTImage
from tests.dicom.small_ct import IDENTITY


def cylinder() -> CTImage:
    """A body of water, 160 mm wide, in air, with a rod of bone."""
    grid = Grid((-126.0, -126.0, 0.0), (4.0, 4.0, 4.0), (12, 64, 64))
    y, x = np.meshgrid(np.arange(64) * 4.0 - 126.0, np.arange(64) * 4.0 - 126.0, indexing="ij")
    plane = np.where(np.hypot(x, y) < 80.0, 20.0, -1000.0)
    plane[np.hypot(x, y - 50.0) < 12.0] = 900.0
    return CTImage(np.broadcast_to(plane, grid.shape).astype(np.float32), grid)


def test_patient_of_a_written_ct(tmp_path: Path) -> None:
    write_ct(cylinder(), IDENTITY, tmp_path / "ct", description="cylinder")
    (tmp_path / "ct" / "note.txt").write_text("x")
    patient = read_patient(tmp_path / "ct", skin_mm=4.0)
    np.testing.assert_array_equal(patient.image.hounsfield, cylinder().hounsfield)
    assert {"body", "skin", "lungs", "bone", "air"} <= set(patient.structures)
    assert patient.identity == IDENTITY
    assert patient.pseudonym.startswith("P-")
    assert "1 file(s) that are not DICOM skipped" in patient.notes
    assert len(patient.input_sha256) == 64  # SHA-256 in hexadecimal
