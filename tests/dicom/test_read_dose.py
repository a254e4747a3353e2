"""A dose written by us and read back, and files that are none."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian
from pytest import approx

from openiort.core.errors import InputError
from openiort.dicom.read_dose import read_dose
from openiort.dicom.write_dose import write_dose
from tests.dicom.recode import recode
from tests.dicom.small_ct import set_tags
from tests.plan_factory import make_plan


@pytest.fixture
def file(tmp_path: Path) -> Path:
    plan = make_plan()
    write_dose(tmp_path / "dose.dcm", plan.fine_dose, plan.patient.identity, description="test")
    return tmp_path / "dose.dcm"


def test_what_was_written_comes_back(file: Path) -> None:
    dose, plan = read_dose(file), make_plan()
    assert dose.grid.shape == plan.fine_dose.grid.shape
    assert dose.grid.origin_mm == approx(plan.fine_dose.grid.origin_mm)
    # 32 bits over the largest dose: rounding is below 1e-8 of it
    assert np.abs(dose.dose_Gy - plan.fine_dose.medium_Gy).max() < 1e-8 * plan.fine_dose.medium_Gy.max()
    assert dose.frame_of_reference_uid == plan.patient.identity.frame_of_reference_uid


def test_planning_system_dose(shared_data: Path) -> None:
    # breast_boost: 98 x 129 x 194 voxels of 2.5 mm, maximum 14.68 Gy (README of the data)
    files = [f for f in (shared_data / "breast_boost").rglob("*.dcm") if _modality(f) == "RTDOSE"]
    dose = read_dose(files[0])
    assert sorted(dose.grid.shape) == [98, 129, 194]
    assert dose.grid.spacing_mm[:2] == approx((2.5, 2.5))
    assert dose.dose_Gy.max() == approx(14.68, abs=0.005)


def _modality(file: Path) -> str:
    return str(pydicom.dcmread(file, stop_before_pixels=True, force=True).get("Modality", ""))


@pytest.mark.parametrize(
    ("keyword", "value"),
    (
        ("DoseUnits", "RELATIVE"),
        ("GridFrameOffsetVector", [0.0, 1.0]),
        ("DoseGridScaling", "nan"),
        ("PixelData", b"\0\0\0\0"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"),
    ),
)
def test_faulty_files_are_one_error(file: Path, keyword: str, value: object) -> None:
    with pydicom.config.disable_value_validation():
        dataset = pydicom.dcmread(file)
        setattr(dataset, keyword, value)
        dataset.save_as(file)
    with pytest.raises(InputError, match=r"dose\.dcm|DoseUnits|GridFrame|DoseGridScaling|PixelData"):
        read_dose(file)


@pytest.mark.parametrize("length", (0, 100, 400, 3000))
def test_truncated_files_are_one_error(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(InputError):
        read_dose(file)


def test_what_a_deflated_dose_unpacks_to_is_limited(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousandth of what it unpacks to: two kilobytes of zeros that are two megabytes, at a limit of one."""
    recode(file, DeflatedExplicitVRLittleEndian)
    content = file.read_bytes()
    tags_at = 132 + 12 + int.from_bytes(content[140:144], "little")  # behind the file meta information (PS3.10, 7.1)
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    file.write_bytes(content[:tags_at] + packer.compress(bytes(2 * 2**20)) + packer.flush())
    monkeypatch.setattr("openiort.dicom.read_rt_file.MAX_INFLATED_BYTES", 2**20)
    with pytest.raises(InputError, match="unpacked it would be larger than 1 MB"):
        read_dose(file)


def test_a_deflated_dose_is_the_same_dose(file: Path) -> None:
    plain = read_dose(file)
    recode(file, DeflatedExplicitVRLittleEndian)
    assert np.array_equal(read_dose(file).dose_Gy, plain.dose_Gy)


def test_bytes_in_reverse_order_are_refused(file: Path) -> None:
    set_tags(file, PixelRepresentation=0)
    content = file.read_bytes()
    file.write_bytes(content.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0", 1))
    with pytest.raises(InputError):
        read_dose(file)
