"""A planning system's dose for a patient who is there already: her number, her frame, no contours needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.dicom.imported_course import import_course
from openiort.external.schedule import find_schedule
from openiort.plan.external_dvhs import course_dose_Gy
from tests.dicom.planning_system import OTHER_FRAME, dose_file, linear_Gy, plan_file, write_all
from tests.dicom.small_ct import IDENTITY
from tests.dicom.small_structures import FRAME

HER = replace(IDENTITY, frame_of_reference_uid=FRAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_all(tmp_path, dose_file(linear_Gy()), plan_file(), structures=False)


def test_a_dose_without_contours_in_her_frame(folder: Path) -> None:
    """Closed form: 0.5 to 1 of 26 Gy from x = -30 to 30 mm."""
    (course,) = import_course([folder], find_schedule("26/5"), onto=HER).courses
    assert course_dose_Gy(course, np.array([[0.0, 1.0, 2.0]]))[0] == approx(0.75 * 26.0, abs=0.01)
    assert course.fractions == 5


@pytest.mark.parametrize(
    ("onto", "said"),
    ((replace(HER, patient_id="another"), "more than one patient"),
     (replace(HER, frame_of_reference_uid=OTHER_FRAME), "frame of reference")),
)
def test_another_patient_or_frame_is_refused(onto: object, said: str, folder: Path) -> None:
    with pytest.raises(InputError, match=said):
        import_course([folder], None, onto=onto)  # type: ignore[arg-type]


def test_without_a_patient_contours_are_needed(folder: Path) -> None:
    with pytest.raises(InputError, match="no contours"):
        import_course([folder], None)
