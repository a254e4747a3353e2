"""What RT Structure Set, RT Plan and RT Dose written here have in common: whose they are, and their identifiers."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pydicom.config
from pydicom.dataset import Dataset, FileDataset
from pydicom.filereader import read_dataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from openiort.dicom.deidentified import add_owner
from openiort.dicom.written_dataset import add_description, new_dataset, new_uid, save
from openiort.patient.identity import SourceIdentity


def new_rt_dataset(sop_class_uid: UID, modality: str, identity: SourceIdentity, *, description: str,
                   deidentify_as: str | None) -> FileDataset:
    """The head of a file that is a series of its own in the study of the CT; `save_rt` gives it its identifiers.

    Args:
        sop_class_uid: what it is.
        modality: the same in one word.
        identity: of the CT.
        description: of the series.
        deidentify_as: the pseudonym that takes the place of name and number.
    """
    dataset = new_dataset(sop_class_uid, UID(""), modality)
    add_owner(dataset, identity, deidentify_as)
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
    if dataset.file_meta.TransferSyntaxUID.is_implicit_VR:
        # as it stands written already: thousands of outlines are not written item by item once more
        content.seek(0)
        dataset.update(read_dataset(content, is_implicit_VR=True, is_little_endian=True))
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

