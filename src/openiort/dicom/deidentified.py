"""DICOM output without what the clinic knows her by: a pseudonym in place of name and number, no dates."""

from __future__ import annotations

from pydicom.dataset import FileDataset

from openiort.dicom.written_dataset import add_identity
from openiort.patient.identity import SourceIdentity

METHOD = "OpenIORT: name, numbers and dates replaced or emptied; UIDs kept"


def add_owner(dataset: FileDataset, identity: SourceIdentity, deidentify_as: str | None) -> None:
    """Whom a file belongs to: as the source wrote it, or under a pseudonym.

    Study, series and frame of reference keep their identifiers, or files would no longer lie on their CT.
    """
    if deidentify_as is None:
        add_identity(dataset, identity)
        return
    add_identity(dataset, _without_name(identity, deidentify_as))
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.LongitudinalTemporalInformationModified = "REMOVED"


def _without_name(identity: SourceIdentity, pseudonym: str) -> SourceIdentity:
    return SourceIdentity(
        patient_name=pseudonym,
        patient_id=pseudonym,
        study_instance_uid=identity.study_instance_uid,
        series_instance_uid=identity.series_instance_uid,
        frame_of_reference_uid=identity.frame_of_reference_uid,
    )
