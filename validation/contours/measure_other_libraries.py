"""Volumes that another library gives a ball of 35 mm diameter; writes `other_libraries.csv`.

In an environment of its own:  pip install rt-utils==1.2.7;  python measure_other_libraries.py
The ball's contours are circles of 360 points; CT of 64 x 64 pixels of 1 mm, the ball's middle on and off a pixel's.
"""

from __future__ import annotations

import csv
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid

LIBRARY = "rt-utils"
RADIUS_mm, PIXELS = 17.5, 64
BALL_cc = 4 / 3 * np.pi * RADIUS_mm**3 / 1000
STUDY, SERIES, FRAME = (generate_uid(entropy_srcs=[word]) for word in ("study", "series", "frame"))
HEAD = """\
# what: volume of a ball of 35 mm diameter (closed form 22.449 cc) from its contours, as another library fills it;
#       slice_mm and shift_mm in mm, volume_cc in cc
# source: the library named, run by measure_other_libraries.py; circles of 360 points, pixels of 1 mm, on every slice
# taken: 2026-11-25, by that script   licence: results of our own runs (rt-utils: MIT)   changes: none
"""


def dataset(kind: str, number: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = kind, ExplicitVRLittleEndian
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[kind, str(number)])
    found = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    found.SOPClassUID, found.SOPInstanceUID = kind, meta.MediaStorageSOPInstanceUID
    found.PatientID, found.PatientName, found.StudyInstanceUID = "1", "Ball", STUDY
    found.FrameOfReferenceUID, found.StudyDate, found.StudyTime, found.StudyID = FRAME, "20260101", "000000", "1"
    return found


def item(**tags: object) -> Dataset:
    found = Dataset()
    for keyword, value in tags.items():
        setattr(found, keyword, value)
    return found


def write_ct(folder: Path, heights_mm: np.ndarray, slice_mm: float) -> list[str]:
    uids = []
    for number, z in enumerate(heights_mm):
        one = dataset(CTImageStorage, number)
        one.Modality, one.SeriesInstanceUID, one.InstanceNumber = "CT", SERIES, number + 1
        one.ImagePositionPatient = [-PIXELS / 2, -PIXELS / 2, float(z)]
        one.ImageOrientationPatient, one.PixelSpacing = [1, 0, 0, 0, 1, 0], [1.0, 1.0]
        one.SliceThickness, one.SliceLocation, one.PatientPosition = slice_mm, float(z), "HFS"
        one.Rows, one.Columns, one.SamplesPerPixel, one.PhotometricInterpretation = PIXELS, PIXELS, 1, "MONOCHROME2"
        one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16, 15, 1
        one.RescaleIntercept, one.RescaleSlope = 0, 1
        one.PixelData = np.zeros((PIXELS, PIXELS), "<i2").tobytes()
        one.save_as(folder / f"ct{number:03d}.dcm", enforce_file_format=True)
        uids.append(one.SOPInstanceUID)
    return uids


def write_structures(path: Path, heights_mm: np.ndarray, uids: list[str], shift_mm: float) -> None:
    angle = np.arange(360) * 2 * np.pi / 360
    contours = []
    for z, uid in zip(heights_mm, uids, strict=True):
        if abs(z) >= RADIUS_mm:
            continue
        r = np.sqrt(RADIUS_mm**2 - z**2)
        points = np.column_stack([shift_mm + r * np.cos(angle), shift_mm + r * np.sin(angle), np.full(360, z)])
        image = item(ReferencedSOPClassUID=CTImageStorage, ReferencedSOPInstanceUID=uid)
        data = [f"{v:.4f}" for v in points.ravel()]
        contours.append(item(ContourGeometricType="CLOSED_PLANAR", NumberOfContourPoints=360, ContourData=data,
                             ContourImageSequence=[image]))  # fmt: skip
    found = dataset(RTStructureSetStorage, 0)
    found.Modality, found.SeriesInstanceUID, found.StructureSetLabel = "RTSTRUCT", generate_uid(), "ball"
    images = [item(ReferencedSOPClassUID=CTImageStorage, ReferencedSOPInstanceUID=uid) for uid in uids]
    series = item(SeriesInstanceUID=SERIES, ContourImageSequence=images)
    study = item(ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1", ReferencedSOPInstanceUID=STUDY,
                 RTReferencedSeriesSequence=[series])  # fmt: skip
    found.ReferencedFrameOfReferenceSequence = [item(FrameOfReferenceUID=FRAME, RTReferencedStudySequence=[study])]
    found.StructureSetROISequence = [item(ROINumber=1, ROIName="ball", ReferencedFrameOfReferenceUID=FRAME,
                                          ROIGenerationAlgorithm="")]  # fmt: skip
    found.ROIContourSequence = [item(ReferencedROINumber=1, ROIDisplayColor=[255, 0, 0], ContourSequence=contours)]
    found.RTROIObservationsSequence = [item(ObservationNumber=1, ReferencedROINumber=1, RTROIInterpretedType="",
                                            ROIInterpreter="")]  # fmt: skip
    found.save_as(path, enforce_file_format=True)


def rt_utils_voxels(folder: Path, structures: Path) -> int:
    from rt_utils import RTStructBuilder

    found = RTStructBuilder.create_from(dicom_series_path=str(folder), rt_struct_path=str(structures))
    return int(found.get_roi_mask_by_name("ball").sum())


def measured_cc(slice_mm: float, shift_mm: float) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "ct"
        folder.mkdir()
        heights_mm = np.arange(-20, 21) * slice_mm
        uids = write_ct(folder, heights_mm, slice_mm)
        write_structures(Path(name) / "rs.dcm", heights_mm, uids, shift_mm)
        return rt_utils_voxels(folder, Path(name) / "rs.dcm") * slice_mm / 1000


def main() -> None:
    with (Path(__file__).parent / "other_libraries.csv").open("w", newline="") as file:
        file.write(HEAD)
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["library", "version", "slice_mm", "shift_mm", "volume_cc", "difference_percent"])
        for slice_mm in (1.0, 2.0):
            for shift_mm in (0.0, 0.5):
                volume_cc = measured_cc(slice_mm, shift_mm)
                percent = 100 * (volume_cc / BALL_cc - 1)
                table.writerow([LIBRARY, version(LIBRARY), slice_mm, shift_mm, f"{volume_cc:.3f}", f"{percent:.2f}"])


if __name__ == "__main__":
    main()
