"""Slices of one patient, one series, one frame of reference, or a clear error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from openiort.core.errors import InputError
from openiort.dicom.ct_slice import CTSlice

MAX_SLICES = 5000
MIN_SLICES = 3


def one_series(slices: list[CTSlice]) -> list[CTSlice]:
    """The slices themselves, if they belong together.

    Raises:
        InputError: several patients, series, studies or frames of reference; too few or too many slices.
    """
    _one_patient(slices)
    if len({s.identity.series_instance_uid for s in slices}) > 1:
        raise _several_series(slices)
    _one_frame(slices)
    if not MIN_SLICES <= len(slices) <= MAX_SLICES:
        raise InputError(
            f"the CT series has {len(slices)} slice{'s' * (len(slices) != 1)}",
            where=f"first file {slices[0].name}",
            allowed=f"{MIN_SLICES} to {MAX_SLICES} slices: a plan needs a volume",
            fix="export the whole series",
        )
    return slices


def _one_patient(slices: list[CTSlice]) -> None:
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
            fix="put each patient into a folder of her own",
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


def _several_series(slices: list[CTSlice]) -> InputError:
    groups: dict[str, list[CTSlice]] = {}
    for one in slices:
        groups.setdefault(one.identity.series_instance_uid, []).append(one)
    lines = [
        f"series {g[0].series_number or '(no number)'}: {len(g)} slice{'s' * (len(g) != 1)}, "
        f"'{g[0].series_description}', first file {g[0].name}"
        for g in sorted(groups.values(), key=len, reverse=True)
    ]
    return InputError(
        f"{len(groups)} CT series in one folder:\n    " + "\n    ".join(lines),
        where="FOLDER",
        allowed="one CT series",
        fix="copy the series that the plan is to rest on into a folder of its own",
    )
