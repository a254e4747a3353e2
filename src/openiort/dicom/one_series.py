"""Slices of one patient, one study, one frame of reference, or a clear error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from openiort.core.errors import InputError
from openiort.dicom.ct_slice import CTSlice

MAX_SLICES = 5000
MIN_SLICES = 3


def one_series(slices: list[CTSlice]) -> list[CTSlice]:
    """The slices of a series, if they belong together.

    Raises:
        InputError: several patients, studies or frames of reference; too few or too many slices.
    """
    one_patient(slices)
    _one_frame(slices)
    if not MIN_SLICES <= len(slices) <= MAX_SLICES:
        raise InputError(
            f"the CT series has {len(slices)} slice{'s' * (len(slices) != 1)}",
            where=f"first file {slices[0].name}",
            allowed=f"{MIN_SLICES} to {MAX_SLICES} slices: a plan needs a volume",
            fix="export the whole series",
        )
    return slices


def one_patient(slices: list[CTSlice]) -> None:
    """Check that all slices belong to one patient; there may be none.

    Raises:
        InputError: patient number, name or birth date differ.
    """
    # Names are written in many ways; without their marks they tell two people apart when the number is missing.
    ids = {s.identity.patient_id for s in slices}
    names = {s.identity.patient_name.replace("^", " ").casefold().strip() for s in slices}
    births = {s.identity.birth_date for s in slices}
    if max(len(ids), len(names), len(births)) > 1:
        people = [(s.identity.patient_id, s.identity.patient_name, s.identity.birth_date) for s in slices]
        odd = _minority(slices, people)
        raise InputError(
            "slices of several patients (PatientID, PatientName or PatientBirthDate differ) lie in one folder",
            where=f"{odd.name} differs from the majority",
            allowed="one patient",
            fix="put each patient into a folder of her own, or choose one series of one patient (--series)",
        )


def _one_frame(slices: list[CTSlice]) -> None:
    for what, values in (
        ("StudyInstanceUID", [s.identity.study_instance_uid for s in slices]),
        ("FrameOfReferenceUID", [s.identity.frame_of_reference_uid for s in slices]),
    ):
        if len(set(values)) > 1:
            raise InputError(
                f"slices of one series have {len(set(values))} different values of {what}",
                where=f"{_minority(slices, values).name} differs from the majority",
                allowed=f"one {what} for the whole series",
                fix="export the series again",
            )


def _minority(slices: list[CTSlice], values: Sequence[Hashable]) -> CTSlice:
    counts = Counter(values)
    return slices[min(range(len(slices)), key=lambda i: counts[values[i]])]
