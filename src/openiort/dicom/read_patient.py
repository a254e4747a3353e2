"""A folder of DICOM files in, the patient as every later stage sees her out."""

from __future__ import annotations

from pathlib import Path

from openiort.core.progress import Progress, silent
from openiort.dicom.input_places import remember_place
from openiort.dicom.pseudonym import pseudonym, user_key
from openiort.dicom.read_ct import read_ct
from openiort.patient.anatomy import find_anatomy
from openiort.patient.patient import Patient

FROM_CT = "CT"


def read_patient(folder: str | Path, *, skin_mm: float = 2.0, progress: Progress = silent) -> Patient:
    """Read the CT in a folder and find the anatomy in it.

    Args:
        folder: DICOM files of one CT series, at any depth.
        skin_mm: thickness of the skin shell.
        progress: told what is being done.

    Raises:
        InputError: the CT cannot be used; the error says why and where.
    """
    scan = read_ct(folder, progress)
    remember_place(scan.input_sha256, folder)
    structures, tissues, notes = find_anatomy(scan.image, skin_mm=skin_mm, progress=progress)
    key = user_key()
    return Patient(
        image=scan.image,
        structures=structures,
        tissues=tissues,
        pseudonym=pseudonym(scan.identity, key),
        identity=scan.identity,
        input_sha256=scan.input_sha256,
        notes=(*scan.notes, *notes, *key.notes),
        options={"from": FROM_CT, "skin_mm": skin_mm},
    )
