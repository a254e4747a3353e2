"""What all written files have in common."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from pydicom.uid import UID, CTImageStorage

from openiort.core.errors import InputError
from openiort.dicom.written_dataset import add_identity, decimal, decimals, new_dataset, new_uid, write_beside
from openiort.patient.identity import SourceIdentity


def test_identifiers_follow_from_their_sources() -> None:
    first = new_uid("study", b"pixels")
    assert first == new_uid("study", b"pixels")
    assert len({first, new_uid("series", b"pixels"), new_uid("study", b"pixel", "s"), new_uid("studypixels")}) == 4
    assert UID(first).is_valid and len(first) <= 64  # PS3.5, 9.1


@pytest.mark.parametrize("value", [0.0, -1 / 3, 1e-30, 123456789.123456789, -1234567.891234567, 5e300, 0.1 + 0.2])
def test_decimal_strings(value: float) -> None:
    """PS3.5, 6.2: 16 characters at most; all digits that fit: nine at least."""
    written = decimal(value)
    assert len(written) <= 16
    assert float(written) == pytest.approx(value, rel=1e-8)
    assert decimals([value, 1]) == [written, "1.0"]


def test_values_that_the_standard_does_not_allow_are_left_empty() -> None:
    dataset = new_dataset(CTImageStorage, UID("1.2.3"), "CT")
    add_identity(dataset, SourceIdentity(patient_name="A" * 99 + "=B=C=D", patient_id="x\\y\x00z", birth_date="1.2.58",
                                         sex="female", study_date="20260102", study_time="25 o'clock"))
    assert str(dataset.PatientName).split("=") == ["A" * 64, "B", "C"]  # three groups of 64 characters
    assert dataset.PatientID == "x y z"  # a backslash would make two values of it
    assert (dataset.PatientBirthDate, dataset.PatientSex, dataset.StudyTime) == ("", "", "")
    assert dataset.StudyDate == "20260102"


def test_equipment_is_ours() -> None:
    dataset = new_dataset(CTImageStorage, UID("1.2.3"), "CT")
    assert (dataset.Manufacturer, dataset.Modality, dataset.SOPInstanceUID) == ("OpenIORT", "CT", "1.2.3")
    assert dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"  # Explicit VR Little Endian


def test_written_beside_and_renamed(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def write(beside: Path) -> None:
        beside.write_text("whole")
        seen.append([path.name for path in tmp_path.iterdir()])

    write_beside(tmp_path / "a.dcm", write)
    assert seen == [[".a.dcm.part"]]
    assert [path.name for path in tmp_path.iterdir()] == ["a.dcm"]


def test_failure_leaves_the_earlier_file(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_text("old")

    def write(beside: Path) -> None:
        beside.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(InputError, match="No space left") as error:
        write_beside(tmp_path / "a.dcm", write)
    assert isinstance(error.value.__cause__, OSError)  # by which the folder's writer knows a full disk
    assert (tmp_path / "a.dcm").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.dcm"]


def test_full_disk_is_known_through_the_librarys_own_error(tmp_path: Path) -> None:
    # as pydicom 3.0 does: another OSError without a number, its text a traceback
    def write(beside: Path) -> None:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise OSError("With tag (7FE0,0010) got exception:\nTraceback (most recent call last):") from error

    with pytest.raises(InputError) as found:
        write_beside(tmp_path / "a.dcm", write)
    assert found.value.what == "cannot write: No space left on device"
    assert isinstance(found.value.__cause__, OSError)
    assert found.value.__cause__.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []
