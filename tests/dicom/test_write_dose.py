"""RT Dose: values, place, identity, and what the standard requires."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.write_dose import write_dose
from openiort.dose.dose_grid import DoseGrid
from openiort.version import __version__
from tests.dicom.small_ct import IDENTITY
from tests.required_tools import require_tool

GRID = Grid((-88.25, -222.9, -587.125), (1.0, 1.5, 2.0), (3, 4, 5))


def small_dose(grid: Grid = GRID, top_Gy: float = 21.7) -> DoseGrid:
    medium_Gy = np.linspace(0.0, top_Gy, grid.voxel_count, dtype=np.float32).reshape(grid.shape)
    zero = np.zeros(grid.shape, np.float32)
    return DoseGrid(grid, medium_Gy, 2 * medium_Gy, zero, zero)


def written(path: Path, dose: DoseGrid | None = None, deidentify_as: str | None = None) -> pydicom.Dataset:
    write_dose(path, dose or small_dose(), IDENTITY, description="IORT", deidentify_as=deidentify_as)
    return pydicom.dcmread(path)


@pytest.mark.parametrize("top_Gy", [21.7, 1e-6, 3333.333])
def test_dose_comes_back_to_single_precision(tmp_path: Path, top_Gy: float) -> None:
    dose = small_dose(top_Gy=top_Gy)
    tags = written(tmp_path / "dose.dcm", dose)
    back_Gy = tags.pixel_array * float(tags.DoseGridScaling)
    # 32 bits: half a step is top / 2**33, far below the 6e-8 of single precision
    np.testing.assert_allclose(back_Gy, dose.medium_Gy, rtol=0, atol=top_Gy / 2**32)
    assert tags.pixel_array.dtype == np.uint32
    assert len(str(tags["DoseGridScaling"].value.original_string)) <= 16  # decimal string, PS3.5, 6.2


def test_no_dose_at_all(tmp_path: Path) -> None:
    zero = np.zeros(GRID.shape, np.float32)
    assert written(tmp_path / "dose.dcm", DoseGrid(GRID, zero, zero, zero, zero)).pixel_array.max() == 0


def test_place(tmp_path: Path) -> None:
    tags = written(tmp_path / "dose.dcm")
    assert [float(v) for v in tags.ImagePositionPatient] == approx(list(GRID.origin_mm))
    assert [float(v) for v in tags.ImageOrientationPatient] == [1, 0, 0, 0, 1, 0]
    assert [float(v) for v in tags.PixelSpacing] == [1.5, 1.0]  # between rows (y) first: PS3.3, 10.7.1.3
    assert [float(v) for v in tags.GridFrameOffsetVector] == [0.0, 2.0, 4.0]  # relative, 3 planes of 2 mm
    assert (tags.NumberOfFrames, tags.Rows, tags.Columns) == (3, 4, 5)
    assert tags.FrameIncrementPointer == 0x3004000C  # GridFrameOffsetVector
    assert tags.FrameOfReferenceUID == IDENTITY.frame_of_reference_uid
    assert tags.StudyInstanceUID == IDENTITY.study_instance_uid
    assert tags.SeriesInstanceUID != IDENTITY.series_instance_uid


def test_kind_of_dose(tmp_path: Path) -> None:
    tags = written(tmp_path / "dose.dcm")
    assert (tags.DoseUnits, tags.DoseType, tags.Modality) == ("GY", "PHYSICAL", "RTDOSE")
    # PS3.3, table C.8-39: other values need a reference to a plan file
    assert tags.DoseSummationType == "PLAN_OVERVIEW" and "ReferencedRTPlanSequence" not in tags
    assert tags.TissueHeterogeneityCorrection == "IMAGE"
    assert (tags.Manufacturer, tags.SoftwareVersions) == ("OpenIORT", __version__)
    assert "NOT A MEDICAL DEVICE" in tags.DoseComment


def test_patient_is_the_clinics(tmp_path: Path) -> None:
    tags = written(tmp_path / "dose.dcm")
    assert (str(tags.PatientName), tags.PatientID) == (IDENTITY.patient_name, IDENTITY.patient_id)
    assert (tags.PatientBirthDate, tags.PatientSex, tags.StudyDate) == ("19600229", "F", "20260102")
    assert "PatientIdentityRemoved" not in tags


def test_deidentified_file_holds_nothing_of_her(tmp_path: Path) -> None:
    tags = written(tmp_path / "dose.dcm", deidentify_as="P-0123456789")
    assert (str(tags.PatientName), tags.PatientID) == ("P-0123456789", "P-0123456789")
    assert (tags.PatientIdentityRemoved, tags.FrameOfReferenceUID) == ("YES", IDENTITY.frame_of_reference_uid)
    assert tags.DeidentificationMethod
    content = (tmp_path / "dose.dcm").read_bytes()
    for value in ("Anna", "安娜", "4711", "19600229", "20260102", "101500", "Doc"):
        assert value.encode() not in content


def test_equal_input_gives_equal_files(tmp_path: Path) -> None:
    for name in ("a.dcm", "b.dcm"):
        written(tmp_path / name)
    assert (tmp_path / "a.dcm").read_bytes() == (tmp_path / "b.dcm").read_bytes()
    assert written(tmp_path / "c.dcm", small_dose(top_Gy=5.0)).SOPInstanceUID != pydicom.dcmread(
        tmp_path / "a.dcm"
    ).SOPInstanceUID


def test_rotated_grid_is_refused(tmp_path: Path) -> None:
    turned = Grid(GRID.origin_mm, GRID.spacing_mm, GRID.shape, np.diag([-1.0, -1.0, 1.0]))
    with pytest.raises(ValueError, match="axes"):
        write_dose(tmp_path / "dose.dcm", small_dose(turned), IDENTITY, description="x")


def test_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write"):
        write_dose(tmp_path / "nowhere" / "dose.dcm", small_dose(), IDENTITY, description="x")


def test_dciodvfy_finds_no_error(tmp_path: Path) -> None:
    """It aborts on 32-bit pixels, so it sees a copy with 16 bits."""
    tags = written(tmp_path / "dose.dcm")
    tags.PixelData = (tags.pixel_array >> 16).astype("<u2").tobytes()
    tags.BitsAllocated, tags.BitsStored, tags.HighBit = 16, 16, 15
    tags.save_as(tmp_path / "short.dcm")
    command = [require_tool("dciodvfy"), str(tmp_path / "short.dcm")]
    report = subprocess.run(command, capture_output=True, text=True).stderr
    assert "RTDose" in report
    assert [line for line in report.splitlines() if line.startswith("Error")] == []
