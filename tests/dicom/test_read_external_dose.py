"""A planning system's folder: what is read, summed, moved and refused. Expected numbers are closed forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian
from pytest import approx

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.read_external_dose import read_external_dose
from tests.dicom.planning_system import (
    FRACTIONS,
    GRID,
    OTHER_FRAME,
    PLAN_UID,
    dose_file,
    item,
    linear_Gy,
    plan_file,
    registration_file,
    write_all,
)
from tests.dicom.recode import recode
from tests.dicom.small_ct import set_tags

TURN = np.array([[0.0, -1.0, 0.0, 5.0], [1.0, 0.0, 0.0, -7.0], [0.0, 0.0, 1.0, 11.0], [0.0, 0.0, 0.0, 1.0]])


def refused(folder: Path) -> str:
    """The message; every one says what, where, what is allowed and how to mend it."""
    with pytest.raises(InputError) as caught:
        read_external_dose(folder)
    error = caught.value
    assert error.what and error.where and error.allowed and error.fix
    return error.text()


def test_plan_dose_with_fractions_and_prescription(tmp_path: Path) -> None:
    found = read_external_dose(write_all(tmp_path, dose_file(linear_Gy()), plan_file()))
    assert found.dose.dose_Gy == approx(linear_Gy(), rel=1e-6)
    assert found.dose.grid == GRID
    # 40 Gy to the site; the point's 80 Gy is no prescription of a volume
    assert (found.dose.schedule.total_dose_Gy, found.dose.fractions) == (40.0, FRACTIONS)
    assert [roi.name for roi in found.rois] == ["Breast"]
    assert found.dose.origin == "imported"


def test_prescription_of_beams_where_there_is_no_other(tmp_path: Path) -> None:
    plan = plan_file(prescription_Gy=None, beam_dose_Gy=1.2, fractions=16)  # 2 beams x 1.2 Gy x 16
    found = read_external_dose(write_all(tmp_path, dose_file(linear_Gy()), plan))
    assert found.dose.schedule.total_dose_Gy == approx(38.4)
    assert any("beams' doses times their fractions" in note for note in found.dose.notes)


def test_beams_are_added_once_each(tmp_path: Path) -> None:
    beams = [dose_file(linear_Gy() / 2, uid=f"1.2.3.5{n}", summation="BEAM", beams=[n]) for n in (1, 2)]
    found = read_external_dose(write_all(tmp_path, *beams, plan_file()))
    assert found.dose.dose_Gy == approx(linear_Gy(), rel=1e-6)
    assert any("2 beam(s) were added" in note for note in found.dose.notes)


def test_parts_beside_the_whole_are_not_added(tmp_path: Path) -> None:
    parts = [dose_file(linear_Gy() / 2, uid=f"1.2.3.5{n}", summation="BEAM", beams=[n]) for n in (1, 2)]
    group = dose_file(linear_Gy(), uid="1.2.3.53", summation="FRACTION", group=1)
    found = read_external_dose(write_all(tmp_path, dose_file(linear_Gy()), *parts, group, plan_file()))
    assert found.dose.dose_Gy.max() == approx(40.0, rel=1e-6)
    assert any("3 dose file(s) of parts of the plan left out" in note for note in found.dose.notes)


def test_a_copy_counts_once(tmp_path: Path) -> None:
    same = dose_file(linear_Gy())
    found = read_external_dose(write_all(tmp_path, same, same, plan_file()))
    assert found.dose.dose_Gy.max() == approx(40.0, rel=1e-6)
    assert any("1 copies" in note for note in found.dose.notes)


def test_fraction_groups_are_added(tmp_path: Path) -> None:
    groups = [dose_file(linear_Gy() / 2, uid=f"1.2.3.5{n}", summation="FRACTION", group=n) for n in (1, 2)]
    found = read_external_dose(write_all(tmp_path, *groups, plan_file(groups=2)))
    assert found.dose.dose_Gy == approx(linear_Gy(), rel=1e-6)
    assert found.dose.fractions == 2 * FRACTIONS


def test_a_beam_on_another_grid_is_added_where_it_has_a_dose(tmp_path: Path) -> None:
    # the second beam's grid ends at x = 15 mm; beyond the sum is not known
    small = Grid(GRID.origin_mm, (1.5, 1.5, 1.0), (41, 41, 31))
    values = 20.0 * (0.5 + 0.5 * np.arange(31) * 1.5 / 60.0)
    second = dose_file(np.broadcast_to(values, small.shape).copy(), grid=small, uid="1.2.3.52", summation="BEAM",
                       beams=[2])
    first = dose_file(linear_Gy() / 2, uid="1.2.3.51", summation="BEAM", beams=[1])
    dose = read_external_dose(write_all(tmp_path, first, second, plan_file())).dose
    known = GRID.to_points_mm(np.array([[0.0, 0.0, k] for k in range(21)]))[:, 0] <= 15.75
    assert dose.dose_Gy[10, 10, known] == approx(linear_Gy()[10, 10, known], rel=1e-6)
    assert np.isnan(dose.dose_Gy[10, 10, ~known]).all()


@pytest.mark.parametrize(
    ("files", "said"),
    (
        ([dose_file(linear_Gy(), summation="BEAM", beams=[1])], "beam 2 is missing"),
        ([dose_file(linear_Gy(), summation="BEAM", beams=[1, 2]),
          dose_file(linear_Gy(), uid="1.2.3.52", summation="BEAM", beams=[2])], "beam 2 is there more than once"),
        ([dose_file(linear_Gy(), summation="BEAM", beams=[1, 2, 3])], "beam 3 is not in the RT Plan"),
        ([dose_file(linear_Gy()), dose_file(linear_Gy(), uid="1.2.3.52")], "2 files hold the dose of the whole plan"),
        ([dose_file(linear_Gy(), summation="FRACTION_SESSION")], "FRACTION_SESSION"),
        ([dose_file(linear_Gy(), summation="MULTI_PLAN")], "MULTI_PLAN"),
        ([dose_file(linear_Gy(), plan="1.9.9")], "a plan that is not there"),
        ([dose_file(linear_Gy()), dose_file(linear_Gy(), uid="1.2.3.52", plan="1.9.9")], "doses of 2 plans"),
        ([dose_file(linear_Gy() / 15)], "may be that of one fraction"),
        ([dose_file(linear_Gy(total_Gy=107.0))], "this may be per cent"),
        ([dose_file(0.0 * linear_Gy())], "zero everywhere"),
        ([dose_file(10.0 * linear_Gy() / 40, units="RELATIVE")], "relative dose with a highest value of 10"),
        ([dose_file(linear_Gy(), frame=OTHER_FRAME)], "another frame of reference"),
        ([], "no RT Dose"),
    ),
    ids=lambda value: value.replace(" ", "-")[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_summed_or_placed_is_refused(files: list[Any], said: str, tmp_path: Path) -> None:
    assert said in refused(write_all(tmp_path, *files, plan_file()))


def test_a_dose_that_names_no_plan_takes_the_only_one(tmp_path: Path) -> None:
    found = read_external_dose(write_all(tmp_path / "a", dose_file(linear_Gy(), plan=""), plan_file()))
    assert any("names no plan" in note for note in found.dose.notes)
    several = write_all(tmp_path / "b", dose_file(linear_Gy(), plan=""), plan_file(), plan_file(uid="1.9.9"))
    assert "2 RT Plans" in refused(several)


def test_no_plan_or_no_prescription(tmp_path: Path) -> None:
    assert "no RT Plan" in refused(write_all(tmp_path / "a", dose_file(linear_Gy())))
    no_prescription = plan_file(prescription_Gy=None)
    assert "no prescription" in refused(write_all(tmp_path / "b", dose_file(linear_Gy()), no_prescription))
    relative = dose_file(linear_Gy() / 40, units="RELATIVE")
    assert "no prescription" in refused(write_all(tmp_path / "c", relative, no_prescription))


@pytest.mark.parametrize("whole", (1.0, 100.0))
def test_relative_dose_is_scaled_by_the_prescription(whole: float, tmp_path: Path) -> None:
    dose = dose_file(linear_Gy(total_Gy=1.05 * whole), units="RELATIVE")
    found = read_external_dose(write_all(tmp_path, dose, plan_file()))
    assert found.dose.dose_Gy.max() == approx(42.0, rel=1e-6)
    assert any("relative units" in note for note in found.dose.notes)


def test_a_dose_far_above_the_prescription_is_said(tmp_path: Path) -> None:
    found = read_external_dose(write_all(tmp_path, dose_file(linear_Gy(total_Gy=60.0)), plan_file()))
    assert any("1.5 times the prescription" in note for note in found.dose.notes)


@pytest.mark.parametrize("forwards", (True, False))
def test_rigid_registration_moves_the_grid(forwards: bool, tmp_path: Path) -> None:
    """A point of the dose's frame lies where the matrix takes it; the file may register either frame to the other."""
    dose = dose_file(linear_Gy(), frame=OTHER_FRAME)
    registered = registration_file(TURN) if forwards else registration_file(np.linalg.inv(TURN), source="1.2.3.4.2",
                                                                            target=OTHER_FRAME)
    found = read_external_dose(write_all(tmp_path, dose, plan_file(), registered)).dose
    before = GRID.to_points_mm(np.array([[3.0, 5.0, 7.0]]))[0]
    assert found.grid.to_points_mm(np.array([[3.0, 5.0, 7.0]]))[0] == approx(TURN[:3, :3] @ before + TURN[:3, 3])
    assert any("rigid registration" in note for note in found.notes)


def test_registrations_that_are_not_rigid_or_differ(tmp_path: Path) -> None:
    dose, plan = dose_file(linear_Gy(), frame=OTHER_FRAME), plan_file()
    for name, matrix, kind in (("a", TURN, "AFFINE"), ("b", np.diag([1.1, 1.0, 1.0, 1.0]), "RIGID"),
                               ("c", np.diag([-1.0, 1.0, 1.0, 1.0]), "RIGID")):
        assert "RIGID" in refused(write_all(tmp_path / name, dose, plan, registration_file(matrix, kind=kind)))
    empty = registration_file(TURN)
    empty.RegistrationSequence[0].MatrixRegistrationSequence = []
    assert "no registration joins them" in refused(write_all(tmp_path / "e", dose, plan, empty))
    twice = registration_file(TURN)
    twice.RegistrationSequence.append(registration_file(np.eye(4)).RegistrationSequence[0])
    assert "two changes" in refused(write_all(tmp_path / "f", dose, plan, twice))
    other = registration_file(np.eye(4), uid="1.2.3.61")
    assert "they differ" in refused(write_all(tmp_path / "d", dose, plan, registration_file(TURN), other))


def test_two_matrices_are_applied_in_their_order(tmp_path: Path) -> None:
    """PS3.3, C.20.2.1.1: the first item first: a shift, then a quarter turn."""
    shift = np.eye(4)
    shift[0, 3] = 10.0
    registered = registration_file(shift)
    second = item(FrameOfReferenceTransformationMatrixType="RIGID",
                  FrameOfReferenceTransformationMatrix=[float(value) for value in TURN.ravel()])
    registered.RegistrationSequence[0].MatrixRegistrationSequence[0].MatrixSequence.append(second)
    dose = dose_file(linear_Gy(), frame=OTHER_FRAME)
    found = read_external_dose(write_all(tmp_path, dose, plan_file(), registered)).dose
    shifted_mm = np.array(GRID.origin_mm) + np.array((10.0, 0.0, 0.0))
    expected = TURN[:3, :3] @ shifted_mm + TURN[:3, 3]
    assert found.grid.origin_mm == approx(tuple(expected))


def test_another_patient_is_refused_without_naming_anybody(tmp_path: Path) -> None:
    folder = write_all(tmp_path, dose_file(linear_Gy()), plan_file())
    set_tags(folder / "1.dcm", PatientID="secret-9")
    said = refused(folder)
    assert "more than one patient" in said
    assert "secret-9" not in said and "4711" not in said


def test_falling_planes_lie_where_they_say(tmp_path: Path) -> None:
    values = linear_Gy() * (1.0 + 0.01 * np.arange(21))[:, None, None] / 1.2
    file = dose_file(values[::-1])
    file.ImagePositionPatient = [-30.0, -30.0, 20.0]
    file.GridFrameOffsetVector = [-float(z) for z in np.arange(21) * 2.0]
    found = read_external_dose(write_all(tmp_path, file, plan_file())).dose
    at = found.grid.to_index(np.array([[0.0, 0.0, -20.0]]))[0].round().astype(int)
    assert found.dose_Gy[tuple(at)] == approx(values[0, 10, 10], rel=1e-6)


# PS3.3, C.8.8.3.2: offsets from 0 on lie along the normal of the planes, z from that of the first plane on is itself
@pytest.mark.parametrize("absolute", (False, True))
@pytest.mark.parametrize(("columns", "turned"), (((1, 0, 0), 1), ((-1, 0, 0), -1)))  # the second as feet first
@pytest.mark.parametrize("rises", (True, False))
def test_planes_lie_where_offsets_or_z_say(absolute: bool, columns: tuple[int, ...], turned: int, rises: bool,
                                           tmp_path: Path) -> None:
    by_z = linear_Gy() * (1.0 + 0.01 * np.arange(21))[:, None, None] / 1.2  # plane k lies at z = 2 k - 20 mm
    z_mm = np.arange(21) * 2.0 - 20.0
    order = slice(None) if rises else slice(None, None, -1)
    file = dose_file(by_z[order, :, ::turned])
    file.ImageOrientationPatient = [*columns, 0, 1, 0]
    file.ImagePositionPatient = [-30.0 * turned, -30.0, z_mm[order][0]]
    offsets = z_mm[order] if absolute else turned * (z_mm[order] - z_mm[order][0])  # the normal is +z or -z
    file.GridFrameOffsetVector = [float(offset) for offset in offsets]
    found = read_external_dose(write_all(tmp_path, file, plan_file())).dose
    for z, y, x in ((0, 3, 5), (20, 10, 18)):
        index = found.grid.to_index(GRID.to_points_mm(np.array([[z, y, x]], float)))[0].round().astype(int)
        assert found.dose_Gy[tuple(index)] == approx(by_z[z, y, x], rel=1e-6)


def test_a_first_offset_that_says_neither_is_refused(tmp_path: Path) -> None:
    file = dose_file(linear_Gy())
    file.GridFrameOffsetVector = [5.0 + float(offset) for offset in file.GridFrameOffsetVector]
    assert "first offset 5 mm, first plane at z = -20 mm" in refused(write_all(tmp_path / "a", file, plan_file()))
    tilted = dose_file(linear_Gy())
    tilted.ImageOrientationPatient = [1, 0, 0, 0, 0.8, 0.6]
    tilted.GridFrameOffsetVector = [-20.0 + float(offset) for offset in tilted.GridFrameOffsetVector]
    assert "first offset -20 mm" in refused(write_all(tmp_path / "b", tilted, plan_file()))


def test_one_identifier_for_different_files_is_refused(tmp_path: Path) -> None:
    doses = [dose_file(linear_Gy()), dose_file(0.9 * linear_Gy())]
    assert "two different doses" in refused(write_all(tmp_path / "a", *doses, plan_file()))
    plans = [plan_file(), plan_file(fractions=FRACTIONS + 1)]
    assert "two different RT Plans" in refused(write_all(tmp_path / "b", dose_file(linear_Gy()), *plans))


def test_parts_that_share_no_place_are_refused(tmp_path: Path) -> None:
    away = Grid((1000.0, 0.0, 0.0), GRID.spacing_mm, GRID.shape)
    beams = [dose_file(linear_Gy() / 2, uid="1.2.3.51", summation="BEAM", beams=[1]),
             dose_file(linear_Gy() / 2, uid="1.2.3.52", summation="BEAM", beams=[2], grid=away)]
    assert "do not overlap" in refused(write_all(tmp_path, *beams, plan_file()))


def test_deflated_dose_is_read_and_a_bomb_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_all(tmp_path, dose_file(linear_Gy()), plan_file())
    recode(folder / "0.dcm", DeflatedExplicitVRLittleEndian)
    assert read_external_dose(folder).dose.dose_Gy == approx(linear_Gy(), rel=1e-6)
    monkeypatch.setattr("openiort.dicom.read_rt_file.MAX_INFLATED_BYTES", 20_000)  # its pixels alone have 37 kB
    assert "unpacked it would be larger" in refused(folder)


def test_several_structure_sets_and_none(tmp_path: Path) -> None:
    folder = write_all(tmp_path, dose_file(linear_Gy()), plan_file(), structures=False)
    assert read_external_dose(folder).rois == ()
    write_all(folder)
    (folder / "copy.dcm").write_bytes((folder / "rs.dcm").read_bytes())
    assert len(read_external_dose(folder).rois) == 1  # a copy is the same
    set_tags(folder / "copy.dcm", StructureSetLabel="other")
    assert "2 structure sets" in refused(folder)


def test_every_tag_missing_is_one_clear_error_or_none(tmp_path: Path) -> None:
    """Each tag of dose and plan taken out in turn: either it is not needed, or the error is whole."""
    good = write_all(tmp_path / "good", dose_file(linear_Gy()), plan_file())
    for name in ("0.dcm", "1.dcm"):
        keywords = [element.keyword for element in (dose_file(linear_Gy()) if name == "0.dcm" else plan_file())]
        for keyword in keywords:
            content = (good / name).read_bytes()
            set_tags(good / name, **{keyword: None})
            try:
                read_external_dose(good)
            except InputError as error:
                assert error.what and error.where and error.allowed and error.fix, keyword
            (good / name).write_bytes(content)


def test_planning_system_of_breast_boost(shared_data: Path) -> None:
    """README of the data: 14 Gy in 7, 98 x 129 x 194 voxels, highest dose 14.68 Gy."""
    found = read_external_dose(shared_data / "breast_boost")
    assert (found.dose.schedule.total_dose_Gy, found.dose.fractions) == (14.0, 7)
    assert found.dose.grid.shape == (98, 129, 194)
    assert found.dose.dose_Gy.max() == approx(14.68, abs=0.005)
    assert PLAN_UID not in str(found.dose.provenance)
