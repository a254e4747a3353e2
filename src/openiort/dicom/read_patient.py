"""A folder of DICOM files in, the patient as every later stage sees her out."""

from __future__ import annotations

import hashlib
from pathlib import Path

from openiort.core.progress import Progress, silent
from openiort.dicom.choose_series import without_identifier
from openiort.dicom.choose_structures import find_structures, use_structures
from openiort.dicom.input_places import remember_place
from openiort.dicom.pseudonym import pseudonym, user_key
from openiort.dicom.read_ct import read_ct
from openiort.patient.contoured_patient import anatomy_with_contours, contoured_structures
from openiort.patient.patient import Patient

FROM_CT = "CT"


def read_patient(
    folder: str | Path,
    *,
    series: str | None = None,
    structures: str | Path | None = None,
    skin_mm: float = 2.0,
    progress: Progress = silent,
) -> Patient:
    """Read the CT in a folder, its structures, and find the rest of the anatomy in it.

    Args:
        folder: DICOM files of a CT, at any depth.
        series: SeriesInstanceUID or SeriesNumber; needed where the folder holds several CT series.
        structures: an RT Structure Set file; None takes the one in the folder that belongs to the CT, if there is
            one; `none` takes none.
        skin_mm: thickness of the skin shell.
        progress: told what is being done.

    Raises:
        InputError: CT or structures cannot be used; the error says why and where.
    """
    found = find_structures(folder, structures)
    scan = read_ct(folder, progress, series=series)
    used = use_structures(found, scan.identity)
    drawn, contour_notes = contoured_structures(used.rois, scan.image.grid, progress)
    anatomy, tissues, notes = anatomy_with_contours(scan.image, drawn, skin_mm=skin_mm, progress=progress)
    input_sha256 = _hash_with(scan.input_sha256, used.file_sha256)
    remember_place(input_sha256, folder)
    key = user_key()
    return Patient(
        image=scan.image,
        structures=anatomy,
        tissues=tissues,
        pseudonym=pseudonym(scan.identity, key),
        identity=scan.identity,
        input_sha256=input_sha256,
        notes=(*scan.notes, *used.notes, *contour_notes, *notes, *key.notes),
        options={"from": FROM_CT, "structures": used.asked_again, "skin_mm": skin_mm}
        | ({"series": without_identifier(series)} if series else {}),
    )


def _hash_with(ct_sha256: str, structures_sha256: bytes) -> str:
    """The CT's hash where nothing else was read, a hash over both where contours were."""
    both = hashlib.sha256(bytes.fromhex(ct_sha256) + structures_sha256).hexdigest()
    return both if structures_sha256 else ct_sha256
