"""RT Structure Set: what is in it, where it lies, what it refers to, and what others say."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage
from pytest import approx

from openiort.core.grid import Grid
from openiort.dicom.exported_rois import contoured_rois
from openiort.dicom.read_ct import read_ct
from openiort.dicom.read_structures import read_structures
from openiort.dicom.write_ct import write_ct
from openiort.dicom.write_structures import write_structures
from openiort.patient.contoured_patient import contoured_structures
from openiort.patient.contours import ContouredROI
from openiort.patient.image import CTImage
from openiort.patient.outline import Outline, outlined_volume_cc
from openiort.patient.patient import Patient
from openiort.patient.structure import Structure
from openiort.patient.structure_names import plain_names
from tests import plan_factory
from tests.dicom.checkers import dciodvfy_errors, dcmtk_complaints, read_strictly
from tests.dicom.enhanced import enhance
from tests.dicom.small_ct import set_tags
from tests.dicom.small_structures import square
from tests.dicom.written_plan import RADIUS_mm, scanned_patient

CENTRE_mm = plan_factory.CENTRE_mm


def written(folder: Path, patient: Patient, deidentify_as: str | None = None) -> Dataset:
    path = folder / "structures.dcm"
    found = write_structures(path, patient, CENTRE_mm, RADIUS_mm, deidentify_as=deidentify_as)
    tags = read_strictly(path)
    assert tags.SOPInstanceUID == found.sop_instance_uid
    # applicator and two shells come first
    assert list(found.roi_numbers.values()) == [int(roi.ROINumber) for roi in tags.StructureSetROISequence[3:]]
    return tags


@pytest.fixture(scope="module")
def tags(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return written(tmp_path_factory.mktemp("rt"), scanned_patient())


def with_structures(patient: Patient, *more: Structure) -> Patient:
    return replace(patient, structures=dict(patient.structures) | {s.name: s for s in more})


def roi(tags: Dataset, name: str) -> tuple[Dataset, Dataset, Dataset]:
    """Head, contours and observation of a region."""
    head = next(item for item in tags.StructureSetROISequence if item.ROIName == name)
    contours = next(c for c in tags.ROIContourSequence if c.ReferencedROINumber == head.ROINumber)
    return head, contours, next(o for o in tags.RTROIObservationsSequence if o.ReferencedROINumber == head.ROINumber)


def outlines(contours: Dataset, grid: Grid) -> list[Outline]:
    """The contours as they stand in the file."""
    found = []
    for contour in contours.get("ContourSequence", []):
        points_mm = np.array(contour.ContourData, float).reshape(-1, 3)
        assert len(points_mm) == contour.NumberOfContourPoints
        index = grid.to_index(points_mm)[:, 0]
        assert index == approx(np.round(index[0]), abs=0.001)  # on a slice of the CT
        found.append(Outline(int(np.round(index[0])), points_mm))
    return found


def test_regions_names_and_types(tags: Dataset) -> None:
    # PS3.3, C.8.8.8.1: EXTERNAL is the patient's outline, BRACHY_SRC_APP a source applicator
    assert {o: (roi(tags, o)[2].RTROIInterpretedType, roi(tags, o)[0].ROIGenerationAlgorithm) for o in (
        h.ROIName for h in tags.StructureSetROISequence)} == {
        "applicator 30 mm": ("BRACHY_SRC_APP", "AUTOMATIC"),
        "shell 0-5 mm": ("DOSE_REGION", "AUTOMATIC"), "shell 0-10 mm": ("DOSE_REGION", "AUTOMATIC"),
        "body_auto": ("EXTERNAL", "AUTOMATIC"), "skin_auto": ("ORGAN", "AUTOMATIC"),
        "lungs_auto": ("ORGAN", "AUTOMATIC"), "bone_auto": ("ORGAN", "AUTOMATIC"),
    }  # fmt: skip
    assert roi(tags, "body_auto")[0].ROIDescription == "found automatically by OpenIORT, not reviewed"
    assert "NOT A MEDICAL DEVICE" in tags.StructureSetDescription
    assert tags.ApprovalStatus == "UNAPPROVED"


@pytest.mark.parametrize("name", ["body", "skin", "lungs", "bone"])
def test_volumes_come_back(tags: Dataset, name: str) -> None:
    patient = scanned_patient()
    grid = patient.image.grid
    head, contours, _ = roi(tags, f"{name}_auto")
    volume_cc = outlined_volume_cc(outlines(contours, grid), grid)
    assert volume_cc == approx(patient.structure(name).volume_cc(grid), rel=0.01)  # of the mask, above 10 cc
    # coordinates are rounded to 0.001 mm: 0.0005 mm on either side of a skin of 2.5 mm are 0.04 %
    assert float(head.ROIVolume) == approx(volume_cc, rel=5e-4)


def test_applicator_and_shells(tags: Dataset) -> None:
    grid = scanned_patient().image.grid
    for name, inner_mm, outer_mm in (("applicator 30 mm", 0, 15), ("shell 0-5 mm", 15, 20), ("shell 0-10 mm", 15, 25)):
        found = outlines(roi(tags, name)[1], grid)
        radii_mm = {round(float(r), 2) for o in found for r in np.linalg.norm(o.points_mm - CENTRE_mm, axis=1)}
        assert radii_mm == {float(r) for r in (inner_mm, outer_mm) if r}
        # slices of 4 mm: their sum is within (slice / diameter)^2 of the closed form
        assert outlined_volume_cc(found, grid) == approx(4 / 3 * math.pi * (outer_mm**3 - inner_mm**3) / 1000, rel=0.02)


def test_references_to_the_ct(tags: Dataset) -> None:
    patient = scanned_patient()
    identity, uids = patient.identity, patient.image.slice_uids
    assert len(set(uids)) == patient.image.grid.shape[0]
    assert (tags.StudyInstanceUID, tags.FrameOfReferenceUID) == (identity.study_instance_uid,
                                                                 identity.frame_of_reference_uid)  # fmt: skip
    assert tags.SeriesInstanceUID != identity.series_instance_uid
    (frame,) = tags.ReferencedFrameOfReferenceSequence
    (study,) = frame.RTReferencedStudySequence
    (series,) = study.RTReferencedSeriesSequence
    assert frame.FrameOfReferenceUID == identity.frame_of_reference_uid
    assert study.ReferencedSOPInstanceUID == identity.study_instance_uid
    assert series.SeriesInstanceUID == identity.series_instance_uid
    assert tuple(item.ReferencedSOPInstanceUID for item in series.ContourImageSequence) == uids
    assert {h.ReferencedFrameOfReferenceUID for h in tags.StructureSetROISequence} == {identity.frame_of_reference_uid}
    for contours in tags.ROIContourSequence:
        for contour in contours.ContourSequence:
            height_mm = float(contour.ContourData[2])
            slice_uid = contour.ContourImageSequence[0].ReferencedSOPInstanceUID
            assert uids.index(slice_uid) == approx((height_mm + 56.0) / 4.0)  # of the plan factory's grid


def test_holes_are_keyholes(tags: Dataset) -> None:
    """What an inner outline means is not the same to all programs (PS3.3, C.8.8.6.3): there are none."""
    kinds = {c.ContourGeometricType for item in tags.ROIContourSequence for c in item.ContourSequence}
    assert kinds == {"CLOSED_PLANAR"}
    heights = [float(c.ContourData[2]) for c in roi(tags, "shell 0-5 mm")[1].ContourSequence]
    assert len(heights) == len(set(heights)) == 10  # 40 mm of shell on slices of 4 mm


def test_contoured_ones_keep_their_names(tmp_path: Path) -> None:
    patient = scanned_patient()
    shape = patient.image.grid.shape
    mask = np.zeros(shape, bool)
    mask[10:14, 20:40, 60:90] = True
    drawn = ("Heart", "BODY", "CTV_lump", "shell 0-5 mm", "GTV 1", "wire")
    more = [Structure(name, mask, "contoured") for name in drawn]
    nothing = Structure("empty", np.zeros(shape, bool), "contoured")
    tags = written(tmp_path, with_structures(patient, *more, nothing))
    names = [h.ROIName for h in tags.StructureSetROISequence]
    assert names[3:] == ["Heart", "BODY", "CTV_lump", "shell 0-5 mm 2", "GTV 1", "wire", "empty", "body_auto",
                         "skin_auto", "lungs_auto", "bone_auto"]  # fmt: skip
    types = {name: roi(tags, name)[2].RTROIInterpretedType for name in names}
    assert [types[n] for n in ("Heart", "CTV_lump", "GTV 1", "wire", "empty")] == ["ORGAN", "CTV", "GTV", "", ""]
    assert (types["BODY"], types["body_auto"]) == ("EXTERNAL", "")  # one outline of the patient a file
    assert roi(tags, "Heart")[0].ROIGenerationAlgorithm == ""  # by whom and how it was drawn is not known
    assert "ContourSequence" not in roi(tags, "empty")[1]
    assert dciodvfy_errors(tmp_path / "structures.dcm") == []


@pytest.mark.parametrize(("name", "kind"), [
    ("left lung", "ORGAN"), ("right breast", "ORGAN"), ("left ribs", "ORGAN"), ("ribs", "ORGAN"),
    ("chest wall", "ORGAN"), ("left chest wall", "ORGAN"), ("ipsilateral lung", "ORGAN"), ("sternum", "ORGAN"),
    ("spinal cord", "ORGAN"), ("oesophagus", "ORGAN"), ("left anterior descending artery", "ORGAN"),
    ("Lung_L_PRV05", "ORGAN"), ("Lungs-GTV", "ORGAN"), ("GTV1", "GTV"), ("lump", "GTV"), ("boost CTV", "CTV"),
    ("PTV_breast", "PTV"), ("body", "EXTERNAL"), ("External", "EXTERNAL"), ("vertebral body", ""), ("wire", ""),
    ("lumpectomy scar", ""), ("borders", ""), ("skinny", ""),
])  # fmt: skip
def test_type_is_told_by_words_of_the_name(name: str, kind: str) -> None:
    """Terms of RT ROI Interpreted Type, PS3.3, C.8.8.8.1: an organ is ORGAN on whichever side."""
    shape = plan_factory.make_patient().image.grid.shape
    (found,) = contoured_rois([Structure(name, np.zeros(shape, bool), "contoured")],
                              plan_factory.make_patient().image.grid)  # fmt: skip
    assert found.interpreted_type == kind


def test_names_of_their_author_come_back_and_mean_the_same(tmp_path: Path) -> None:
    """As a clinic writes them, and longer than the 64 characters of PS3.5, 6.2."""
    patient = scanned_patient()
    grid = patient.image.grid
    given = ["Lung_L", "Lt Breast", "BODY", "External", "Boost", "Boost", "air", "x" * 70, "x" * 66, "Tumor Bed"]
    z_mm = grid.to_points_mm(np.array([12, 0, 0]))[2]
    lines = [square(float(z_mm) + 4.0 * k) + np.array([*CENTRE_mm[:2], 0.0]) for k in range(3)]
    drawn, _ = contoured_structures([ContouredROI(n, k, "1.2", tuple(lines)) for k, n in enumerate(given)], grid)
    tags = written(tmp_path, with_structures(patient, *drawn.values()))
    heads = [h for h in tags.StructureSetROISequence if h.ROIGenerationAlgorithm == ""]
    # structures that take the place of found ones come first
    expected = ["BODY", "Lung_L", "Lt Breast", "External", "Boost", "Boost (2)", "air", "x" * 64, "x" * 60 + " 2",
                "Tumor Bed"]  # fmt: skip
    assert [h.ROIName for h in heads] == expected
    assert heads[1].ROIDescription == "'left lung' in OpenIORT, as contoured, drawn again from its mask"
    names, _ = plain_names([roi.name for roi in read_structures(tmp_path / "structures.dcm", "s").rois])
    assert set(names.values()) > {name for name in drawn if "x" not in name}


def test_other_uids(tmp_path: Path) -> None:
    """A moved CT: its own series and frame of reference, and nothing left of the first one."""
    patient = scanned_patient()
    first = patient.identity
    moved = replace(first, series_instance_uid="1.2.3.4", frame_of_reference_uid="1.2.3.5")
    slice_uids = tuple(f"1.2.3.6.{n}" for n in range(patient.image.grid.shape[0]))
    image = CTImage(patient.image.hounsfield, patient.image.grid, slice_uids)
    written(tmp_path, replace(patient, identity=moved, image=image))
    content = (tmp_path / "structures.dcm").read_bytes()
    assert content.count(b"1.2.3.4\0") == 1
    assert all(content.count(uid.encode()) >= 1 for uid in slice_uids)
    for uid in (first.series_instance_uid, first.frame_of_reference_uid, *patient.image.slice_uids):
        assert uid.encode() + b"\0" not in content and uid.encode() + b"\x08" not in content


@pytest.mark.parametrize("sop_class", [EnhancedCTImageStorage, LegacyConvertedEnhancedCTImageStorage])
@pytest.mark.parametrize("parts", [[range(34)], [range(10), range(33, 9, -1)]], ids=["one file", "two files"])
def test_multi_frame_ct_is_referred_to_by_file_and_frame(tmp_path: Path, parts: list[range], sop_class: UID) -> None:
    """PS3.3, 10.3: a reference to some frames of a file names them, from 1; one to all of it does not."""
    patient = scanned_patient()
    paths = write_ct(patient.image, patient.identity, tmp_path / "ct", description="CT")
    expected = {}
    for number, part in enumerate(parts, 1):
        target, uid = tmp_path / "ct" / f"{number}.dcm", f"1.2.3.{number}"
        enhance([paths[k] for k in part], target, sop_class)
        set_tags(target, SOPInstanceUID=uid)
        expected |= {k: (uid, frame) for frame, k in enumerate(part, 1)}
    image = read_ct(tmp_path / "ct").image
    assert len(expected) == image.grid.shape[0]
    tags = written(tmp_path, replace(patient, image=image))
    series = tags.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0].RTReferencedSeriesSequence[0]
    assert sorted(item.ReferencedSOPInstanceUID for item in series.ContourImageSequence) == [
        f"1.2.3.{number}" for number in range(1, len(parts) + 1)]  # fmt: skip
    assert not any("ReferencedFrameNumber" in item for item in series.ContourImageSequence)
    seen = set()
    for contours in tags.ROIContourSequence:
        for contour in contours.ContourSequence:
            (item,) = contour.ContourImageSequence
            index = round((float(contour.ContourData[2]) + 56.0) / 4.0)  # of the plan factory's grid
            seen.add(index)
            assert (item.ReferencedSOPInstanceUID, item.ReferencedFrameNumber) == expected[index]
            assert item.ReferencedSOPClassUID == sop_class
    assert seen == set(expected)
    assert dciodvfy_errors(tmp_path / "structures.dcm") == []


def test_patient_without_files_refers_to_none(tmp_path: Path) -> None:
    tags = written(tmp_path, plan_factory.make_patient())
    assert "RTReferencedStudySequence" not in tags.ReferencedFrameOfReferenceSequence[0]
    assert dciodvfy_errors(tmp_path / "structures.dcm") == []


def test_outline_longer_than_64_kB(tmp_path: Path) -> None:
    """An explicit value representation has 16 bits for the length of one outline (PS3.5, 7.1.2)."""
    grid = Grid((0.0, 0.0, 0.0), (0.25, 0.25, 2.0), (3, 400, 400))
    comb: NDArray[np.bool_] = np.zeros(grid.shape, bool)
    comb[1, 10, 2:398] = True
    comb[1, 10:390, 2:398:4] = True
    patient = plan_factory.make_patient()
    image = CTImage(np.zeros(grid.shape, np.float32), grid)
    tags = written(tmp_path, replace(patient, image=image, structures={"comb": Structure("comb", comb, "contoured")}))
    (contour,) = roi(tags, "comb")[1].ContourSequence
    assert contour.NumberOfContourPoints == len(contour.ContourData) // 3
    assert tags.file_meta.TransferSyntaxUID.name == "Implicit VR Little Endian"


def test_deidentified(tmp_path: Path) -> None:
    tags = written(tmp_path, scanned_patient(), deidentify_as="P-0123456789")
    assert (str(tags.PatientName), tags.PatientID, tags.PatientIdentityRemoved) == ("P-0123456789",) * 2 + ("YES",)
    content = (tmp_path / "structures.dcm").read_bytes()
    for text in ("Xylophonova", "HOSP-778", "19581103", "20240229", "Elsewhere", "Zaphodsky"):  # of the plan factory
        assert text.encode() not in content


def test_equal_input_gives_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_structures(tmp_path / name, scanned_patient(), CENTRE_mm, RADIUS_mm)
    write_structures(tmp_path / "c", scanned_patient(), CENTRE_mm, RADIUS_mm + 1.0)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    uids = {pydicom.dcmread(tmp_path / name).SOPInstanceUID for name in "abc"}
    assert len(uids) == 2


def test_others_find_no_fault(tmp_path: Path) -> None:
    written(tmp_path, scanned_patient())
    assert dciodvfy_errors(tmp_path / "structures.dcm") == []
    assert dcmtk_complaints(tmp_path / "structures.dcm", tmp_path / "converted.dcm") == []
