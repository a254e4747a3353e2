"""Files of a planning system with bytes changed or cut off at random: a dose or one clear error, nothing else."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiort.core.errors import InputError
from openiort.dicom.imported_course import import_course
from tests.dicom.planning_system import OTHER_FRAME, dose_file, linear_Gy, plan_file, registration_file, write_all

DOSE, PLAN, REGISTRATION, STRUCTURES = "0.dcm", "1.dcm", "2.dcm", "rs.dcm"


@cache
def good_folder() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as made:
        folder = write_all(Path(made), dose_file(linear_Gy(), frame=OTHER_FRAME), plan_file(),
                           registration_file(np.eye(4)))
        return {path.name: path.read_bytes() for path in folder.iterdir()}


places = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6)
shares = st.one_of(st.just(1.0), st.floats(0, 1))


@pytest.mark.parametrize("name", (DOSE, PLAN, REGISTRATION, STRUCTURES))
@settings(max_examples=60, deadline=None)
@given(changed=places, kept=shares)
def test_damage(name: str, changed: list[tuple[float, int]], kept: float) -> None:
    files = dict(good_folder())
    content = bytearray(files[name])
    # tags, not pixels: those lie behind the first kilobyte or two
    length = min(len(content), 2000)
    for place, value in changed:
        content[128 + int(place * (length - 129))] = value
    files[name] = bytes(content[: int(kept * len(content))])
    folder = Path(tempfile.mkdtemp())
    try:
        for each, bytes_of in files.items():
            (folder / each).write_bytes(bytes_of)
        import_course([folder], None)
    except InputError as error:
        assert error.what and error.where and error.allowed and error.fix
    finally:
        shutil.rmtree(folder)
