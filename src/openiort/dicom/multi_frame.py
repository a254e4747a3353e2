"""Enhanced CT: many slices in one file, each as a head of its own that reads like that of a single slice.

What differs from frame to frame stands in functional groups (PS3.3, C.7.6.16), what does not in shared ones.
"""

from __future__ import annotations

from collections import Counter

from pydicom.dataset import Dataset

from openiort.core.errors import InputError
from openiort.dicom.read_file import damaged
from openiort.dicom.tag_values import invalid, text, whole_number

MAX_FRAMES = 5000
# functional group -> what of it a slice needs (PS3.3, C.7.6.16.2 and C.8.15.3)
GROUPS = {
    "PixelMeasuresSequence": ("PixelSpacing", "SliceThickness"),
    "PlanePositionSequence": ("ImagePositionPatient",),
    "PlaneOrientationSequence": ("ImageOrientationPatient",),
    "PixelValueTransformationSequence": ("RescaleIntercept", "RescaleSlope", "RescaleType"),
    "CTAcquisitionDetailsSequence": ("GantryDetectorTilt",),
    "FrameContentSequence": ("StackID", "TemporalPositionIndex"),
}
WHOLE_FILE = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "NumberOfFrames", "PixelData")


def frame_heads(dataset: Dataset, name: str) -> list[Dataset]:
    """One head a frame, in the order of the frames.

    Raises:
        InputError: functional groups are missing or do not fit, or the file holds several stacks or times.
    """
    count = whole_number(dataset, "NumberOfFrames", 1, MAX_FRAMES, name)
    try:
        shared = list(dataset.get("SharedFunctionalGroupsSequence") or [])
        frames = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
        top = _without_groups(dataset)
        heads = [_head(top, [*shared, frame]) for frame in frames]
    except Exception as error:  # pydicom raises almost anything on a malformed sequence
        raise damaged(name, f"{type(error).__name__} in its functional groups") from error
    if len(heads) != count:
        raise invalid("NumberOfFrames", count, name, f"as many as per-frame functional groups: {len(heads)}")
    _check_one(heads, "StackID", "stacks", name)
    _check_one(heads, "TemporalPositionIndex", "points in time", name)
    return heads


def frame_name(name: str, frame: int | None) -> str:
    """A slice as messages show it: its file, and which frame of it, counted from 1."""
    return name if frame is None else f"{name}, frame {frame + 1}"


def _without_groups(dataset: Dataset) -> Dataset:
    """The tags of the whole file, without those that belong into groups: a stray one must not stand in for them."""
    top = Dataset()
    top.update(dataset)
    keywords = {keyword for keywords in GROUPS.values() for keyword in keywords}
    for keyword in (*WHOLE_FILE, *keywords):
        if keyword in top:
            del top[keyword]
    return top


def _head(top: Dataset, groups: list[Dataset]) -> Dataset:
    head = Dataset()
    head.update(top)
    for group in groups:
        for sequence, keywords in GROUPS.items():
            for item in list(group.get(sequence) or [])[:1]:
                for keyword in keywords:
                    if keyword in item:
                        head[keyword] = item[keyword]
    return head


def _check_one(heads: list[Dataset], keyword: str, what: str, name: str) -> None:
    counts = Counter(text(head, keyword) for head in heads)
    if len(counts) > 1:
        listed = ", ".join(f"{value[:16] or 'none'}: {count} frames" for value, count in sorted(counts.items())[:8])
        raise InputError(
            f"multi-frame CT '{name}' holds {len(counts)} {what} ({keyword} {listed})",
            where=f"{name}, {keyword}",
            allowed="one stack of slices at one time",
            fix="export the stack that the plan is to rest on as a series of its own",
        )
