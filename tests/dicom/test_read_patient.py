"""A folder becomes a patient: image, anatomy, pseudonym."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.read_patient import read_patient
from openiort.dicom.write_ct import write_ct
from openiort.patient.image import CTImage
from tests.dicom.small_ct import IDENTITY
from tests.dicom.small_structures import square, structure_set, write


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


def with_structures(folder: Path) -> Path:
    """The cylinder with a heart of 40 x 40 mm, square, on all twelve slices, and a lump."""
    write_ct(cylinder(), IDENTITY, folder, description="cylinder")
    lines = [square(4.0 * k) for k in range(12)]
    return write(structure_set({"Heart": lines, "Anna's lump": lines[5:7], "Areola": []}), folder / "rtss.dcm")


def test_structures_among_the_files_are_used(tmp_path: Path) -> None:
    with_structures(tmp_path / "ct")
    patient = read_patient(tmp_path / "ct")
    assert patient.structure("heart").origin == "contoured"
    # closed form: 4 x 4 x 4.8 cm; 2 slices of 4 mm
    assert patient.structure("heart").volume_cc(patient.image.grid) == pytest.approx(4 * 4 * 4.8, rel=1e-3)
    assert patient.structure("Anna's lump").volume_cc(patient.image.grid) == pytest.approx(4 * 4 * 0.8, rel=1e-3)
    assert patient.tissues.volume_fractions(patient.structure("heart").mask) == {"heart muscle": 1.0}
    assert patient.structure("body").origin == "automatic"
    assert "contoured structure 'Areola' is empty: left out" in patient.notes
    assert not any("RTSTRUCT" in note for note in patient.notes)


def test_structures_are_part_of_the_hash_of_the_input(tmp_path: Path) -> None:
    path = with_structures(tmp_path / "ct")
    drawn, plain = read_patient(tmp_path / "ct"), read_patient(tmp_path / "ct", structures="none")
    assert "heart" not in plain.structures
    path.unlink()
    assert read_patient(tmp_path / "ct").input_sha256 == plain.input_sha256
    assert len(drawn.input_sha256) == 64
    assert drawn.input_sha256 != plain.input_sha256


def test_structures_can_lie_elsewhere(tmp_path: Path) -> None:
    path = with_structures(tmp_path / "ct").rename(tmp_path / "elsewhere.dcm")
    assert "heart" in read_patient(tmp_path / "ct", structures=path).structures


def test_contours_drawn_elsewhere_in_her_are_an_error(tmp_path: Path) -> None:
    with_structures(tmp_path / "ct").unlink()
    write(structure_set({"Heart": [square(900.0)]}), tmp_path / "ct" / "rtss.dcm")
    with pytest.raises(InputError, match="outside the scan"):
        read_patient(tmp_path / "ct")
    assert "heart" not in read_patient(tmp_path / "ct", structures="none").structures
