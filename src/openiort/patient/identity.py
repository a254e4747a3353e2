"""Who the images belong to, as the clinic wrote it. Only DICOM and PDF output may carry it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """What must match the clinic's records; empty where the source is silent.

    Attributes:
        patient_name: DICOM person name (family^given).
        patient_id: the clinic's number.
        birth_date: YYYYMMDD.
        sex: F, M or O.
        study_instance_uid: study of the CT.
        series_instance_uid: series of the CT.
        frame_of_reference_uid: coordinate system of the CT.
        study_date: YYYYMMDD.
        study_time: HHMMSS.
        study_id: the clinic's study number.
        accession_number: the clinic's order number.
        referring_physician: DICOM person name.
    """

    patient_name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    study_instance_uid: str = ""
    series_instance_uid: str = ""
    frame_of_reference_uid: str = ""
    study_date: str = ""
    study_time: str = ""
    study_id: str = ""
    accession_number: str = ""
    referring_physician: str = ""
