"""What every DICOM file written here has in common: head, patient, study, equipment, and how it reaches the disk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pydicom.config
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, UID, ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import format_number_as_ds

from openiort.core.errors import InputError, first_cause
from openiort.patient.identity import SourceIdentity
from openiort.version import __version__

NOT_A_DEVICE = "NOT A MEDICAL DEVICE"
LO, SH, LONG_TEXT = 64, 16, 1024  # longest text of these value representations (PS3.5, 6.2)
DATE, TIME = r"\d{8}", r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"


def new_uid(*sources: str | bytes) -> UID:
    """A unique identifier that is the same for the same sources, so that equal input gives equal files."""
    # a hash of each, or long sources would be copied as text
    return generate_uid(entropy_srcs=[_sha256(source) for source in sources])


def _sha256(source: str | bytes) -> str:
    return hashlib.sha256(source.encode() if isinstance(source, str) else source).hexdigest()


def decimal(value: float) -> str:
    """A number as a DICOM decimal string: 16 characters at most, with all the digits that fit."""
    return str(format_number_as_ds(float(value)))


def decimals(values: object) -> list[str]:
    """Several numbers as decimal strings."""
    return [decimal(value) for value in values]  # type: ignore[attr-defined]


def new_dataset(sop_class_uid: UID, sop_instance_uid: UID, modality: str) -> FileDataset:
    """An empty file of that kind, Explicit VR Little Endian, with OpenIORT as its equipment."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class_uid
    meta.MediaStorageSOPInstanceUID = sop_instance_uid
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = sop_class_uid
    dataset.SOPInstanceUID = sop_instance_uid
    dataset.Modality = modality
    dataset.Manufacturer = "OpenIORT"
    dataset.ManufacturerModelName = "OpenIORT"
    dataset.SoftwareVersions = __version__
    return dataset


def add_identity(dataset: FileDataset, identity: SourceIdentity) -> None:
    """Patient and study as the source wrote them; what the standard does not allow in a field is cut or left empty."""
    # Set without pydicom's checks: they raise on what a clinic's own file may hold, such as a malformed old number.
    with pydicom.config.disable_value_validation():
        dataset.PatientName = _names(identity.patient_name)
        dataset.PatientID = plain_text(identity.patient_id, LO)
        dataset.PatientBirthDate = _matching(identity.birth_date, DATE)
        dataset.PatientSex = _matching(identity.sex, "[FMO]")
        dataset.StudyInstanceUID = identity.study_instance_uid
        dataset.FrameOfReferenceUID = identity.frame_of_reference_uid
        dataset.PositionReferenceIndicator = ""
        dataset.StudyDate = _matching(identity.study_date, DATE)
        dataset.StudyTime = _matching(identity.study_time, TIME)
        dataset.StudyID = plain_text(identity.study_id, SH)
        dataset.AccessionNumber = plain_text(identity.accession_number, SH)
        dataset.ReferringPhysicianName = _names(identity.referring_physician)


def with_uids(identity: SourceIdentity, *sources: str | bytes) -> SourceIdentity:
    """The same, with identifiers made from the sources where study, series or frame of reference have none."""
    return replace(
        identity,
        study_instance_uid=identity.study_instance_uid or new_uid("study", *sources),
        series_instance_uid=identity.series_instance_uid or new_uid("series", *sources),
        frame_of_reference_uid=identity.frame_of_reference_uid or new_uid("frame", *sources),
    )


def add_description(dataset: FileDataset, description: str) -> None:
    """The text that people see in a list of series."""
    dataset.SeriesDescription = plain_text(description, LO)


def save(dataset: FileDataset, path: Path) -> None:
    """Write beside, then rename, so that no half-written file ever has the name.

    Raises:
        InputError: the disk is full or the place cannot be written.
    """
    write_beside(path, lambda beside: _save_as(dataset, beside))


def _save_as(dataset: FileDataset, path: Path) -> None:
    with pydicom.config.disable_value_validation():
        dataset.save_as(path, enforce_file_format=True)


def write_beside(path: Path, write: Callable[[Path], None]) -> None:
    """Call `write` with a name beside `path` and rename the result to `path`."""
    beside = path.with_name(f".{path.name}.part")
    try:
        write(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        cause = first_cause(error)
        raise InputError(
            f"cannot write: {cause.strerror or type(cause).__name__}",
            where=str(path),
            allowed="a place with room that you may write",
            fix="choose another output folder, or free some space",
        ) from cause


def plain_text(value: str, longest: int) -> str:
    """A text cut to so many characters, without control characters and backslashes, which separate values in DICOM."""
    return re.sub(r"[\x00-\x1f\\\x7f]", " ", value)[:longest].strip()


def _names(value: str) -> str:
    """A person name: up to three groups of 64 characters (alphabetic, ideographic, phonetic)."""
    return "=".join(plain_text(group, LO) for group in value.split("=")[:3])


def _matching(value: str, pattern: str) -> str:
    return value if re.fullmatch(pattern, value) else ""
