"""A written series put into one multi-frame file, as scanners write Enhanced CT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import UID, EnhancedCTImageStorage

# tags of a single slice -> functional group that holds them in an enhanced file (PS3.3, C.7.6.16.2, C.8.15.3)
GROUPS = {
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelValueTransformationSequence": ("RescaleIntercept", "RescaleSlope", "RescaleType"),
}
SHARED = ("PixelMeasuresSequence", "PlaneOrientationSequence")


def enhance(paths: list[Path], target: Path, sop_class: UID = EnhancedCTImageStorage, order: Any = None) -> None:
    """Put the slices, in that order of their numbers, as frames into the file `target` and delete them."""
    slices = [pydicom.dcmread(paths[number]) for number in (order or range(len(paths)))]
    whole = pydicom.dcmread(paths[0])
    whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = sop_class
    whole.SOPInstanceUID = whole.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4.5.6"
    whole.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    whole.NumberOfFrames = len(slices)
    whole.SharedFunctionalGroupsSequence = [_groups(slices[0], SHARED)]
    whole.PerFrameFunctionalGroupsSequence = [_per_frame(one, number) for number, one in enumerate(slices, 1)]
    for keywords in GROUPS.values():
        for keyword in [keyword for keyword in keywords if keyword in whole]:
            delattr(whole, keyword)
    if whole.file_meta.TransferSyntaxUID.is_compressed:
        whole.PixelData = encapsulate([get_frame(one.PixelData, 0, number_of_frames=1) for one in slices])
    else:
        whole.PixelData = b"".join(one.PixelData for one in slices)
    for path in paths:
        path.unlink()
    whole.save_as(target)


def _per_frame(one: Dataset, number: int) -> Dataset:
    frame = _groups(one, [name for name in GROUPS if name not in SHARED])
    content = Dataset()
    content.StackID = "1"
    content.InStackPositionNumber = number
    frame.FrameContentSequence = [content]
    return frame


def _groups(one: Dataset, names: Any) -> Dataset:
    groups = Dataset()
    for name in names:
        item = Dataset()
        for keyword in [keyword for keyword in GROUPS[name] if keyword in one]:
            setattr(item, keyword, one[keyword].value)
        setattr(groups, name, [item])
    return groups
