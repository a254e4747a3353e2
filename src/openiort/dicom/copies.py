"""The same slice twice in a folder: a byte-for-byte copy is left out, anything else stays to be refused."""

from __future__ import annotations

import filecmp

from openiort.dicom.ct_slice import CTSlice


def without_copies(slices: list[CTSlice]) -> tuple[list[CTSlice], tuple[str, ...]]:
    """The slices without exact copies of files, and a note where there were any.

    Only files with the same SOPInstanceUID are compared; one that has none is no copy.
    """
    kept: list[CTSlice] = []
    first: dict[tuple[str, int | None], CTSlice] = {}
    copied = set()
    for one in slices:
        other = first.setdefault((one.sop_instance_uid, one.frame), one)
        if other is not one and one.sop_instance_uid and _same(one, other):
            copied.add(one.path)
        else:
            kept.append(one)
    if not copied:
        return kept, ()
    return kept, (f"{len(copied)} file(s) that are exact copies of another one left out",)


def _same(one: CTSlice, other: CTSlice) -> bool:
    if one.path == other.path:
        return False
    try:
        return filecmp.cmp(one.path, other.path, shallow=False)
    except OSError:  # told when the pixels are read
        return False
