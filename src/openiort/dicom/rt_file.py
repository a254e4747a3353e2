"""What RT Structure Set, RT Plan and RT Dose written here have in common: whose they are, and their identifiers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pydicom.config
from pydicom.dataset import Dataset, FileDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from openiort.dicom.written_dataset import add_description, add_identity, new_dataset, new_uid, save
from openiort.patient.identity import SourceIdentity

DEIDENTIFICATION = "OpenIORT: name, numbers and dates replaced or emptied; UIDs kept"


def new_rt_dataset(sop_class_uid: UID, modality: str, identity: SourceIdentity, *, description: str,
                   deidentify_as: str | None) -> FileDataset:
    """The head of a file that is a series of its own in the study of the CT; `save_rt` gives it its identifiers.

    Args:
        sop_class_uid: what it is.
        modality: the same in one word.
        identity: of the CT.
        description: of the series.
        deidentify_as: the pseudonym that takes the place of name and number. Study and frame of reference keep
            their identifiers, or the file would no longer lie on its CT.
    """
    owner = identity if deidentify_as is None else _without_name(identity, deidentify_as)
    dataset = new_dataset(sop_class_uid, UID(""), modality)
    add_identity(dataset, owner)
    if deidentify_as is not None:
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethod = DEIDENTIFICATION
        dataset.LongitudinalTemporalInformationModified = "REMOVED"
    add_description(dataset, description)
    dataset.SeriesInstanceUID = UID("")
    dataset.SeriesNumber = 1
    dataset.OperatorsName = ""
    dataset.InstanceNumber = 1
    return dataset


def save_rt(dataset: FileDataset, path: Path) -> UID:
    """Identify a complete file by its content and write it: equal content, equal identifiers; no other has them.

    Returns:
        Its SOP Instance UID, for files that refer to it.

    Raises:
        InputError: the disk is full or the place cannot be written.
    """
    content = BytesIO()
    with pydicom.config.disable_value_validation():
        dcmwrite(content, Dataset(dataset), implicit_vr=True, little_endian=True)
    digest = hashlib.sha256(content.getbuffer()).digest()
    dataset.SeriesInstanceUID = new_uid("series", digest)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = new_uid("instance", digest)
    save(dataset, path)
    return UID(dataset.SOPInstanceUID)


def reference(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    """An item that refers to another file."""
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class_uid
    item.ReferencedSOPInstanceUID = sop_instance_uid
    return item


def _without_name(identity: SourceIdentity, pseudonym: str) -> SourceIdentity:
    empty = SourceIdentity(patient_name=pseudonym, patient_id=pseudonym)
    return replace(
        empty,
        study_instance_uid=identity.study_instance_uid,
        series_instance_uid=identity.series_instance_uid,
        frame_of_reference_uid=identity.frame_of_reference_uid,
    )
