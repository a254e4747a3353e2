"""What differs between two plans: what was asked, the device, the versions, the time, the dose, the DVHs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from openiort.dicom.read_dose import ReadDose
from openiort.report.saved_plan import SavedPlan

# part of the record -> heading; in this order
PARTS = {
    "options": "asked", "provenance": "provenance", "device": "device", "applicator": "device",
    "insertion": "asked", "treatment_time_s": "result", "dose_scale": "asked", "second_check": "result",
    "distances_mm": "result", "depth_dose_Gy": "result", "dvh": "result", "relative_uncertainty_percent": "result",
    "warnings": "result", "goals": "result",
}
WORTH_Gy = 0.1  # of the higher dose: below, a relative difference says nothing


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs.

    Attributes:
        part: `asked`, `device`, `provenance` or `result`.
        name: where it stands in `plan.json`, levels parted by dots.
        first: its value in the first plan; None where it is not there.
        second: its value in the second plan.
    """

    part: str
    name: str
    first: Any
    second: Any

    @property
    def percent(self) -> float | None:
        """Second against first, for numbers."""
        both = (self.first, self.second)
        if any(isinstance(v, bool) or not isinstance(v, int | float) for v in both) or not self.first:
            return None
        return 100.0 * (float(self.second) / float(self.first) - 1.0)


@dataclass(frozen=True, slots=True)
class DoseDifference:
    """Two doses compared on the grid of the first, where the higher one is at least 0.1 Gy and neither is 0.

    A dose is 0 inside an applicator; where only one of the two plans has it, there is nothing to compare.

    Attributes:
        same_bits: whether both grids and all values are equal.
        compared_voxels: how many voxels lie in both grids and count.
        mean_Gy: mean of second minus first.
        rms_Gy: root mean square of it.
        largest_Gy: largest of its absolute values.
        rms_percent: root mean square of the relative difference.
    """

    same_bits: bool
    compared_voxels: int
    mean_Gy: float
    rms_Gy: float
    largest_Gy: float
    rms_percent: float


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """All that differs between two plans.

    Attributes:
        changes: in the order of `PARTS`.
        dose: of the two doses.
    """

    changes: tuple[Change, ...]
    dose: DoseDifference

    @property
    def is_same(self) -> bool:
        """Whether results and dose are equal; versions and machines may differ."""
        return self.dose.same_bits and not any(change.part == "result" for change in self.changes)


def plan_difference(first: SavedPlan, second: SavedPlan) -> PlanDifference:
    """Compare two plans."""
    changes = [
        change for key, part in PARTS.items()
        for change in _changes(part, key, first.record.get(key), second.record.get(key))
    ]  # fmt: skip
    return PlanDifference(tuple(changes), dose_difference(first.dose, second.dose))


def dose_difference(first: ReadDose, second: ReadDose) -> DoseDifference:
    """Compare two doses; the second is interpolated linearly where the grids differ."""
    same_grid = repr(first.grid) == repr(second.grid)
    if same_grid and np.array_equal(first.dose_Gy, second.dose_Gy):
        return DoseDifference(True, int((first.dose_Gy >= WORTH_Gy).sum()), 0.0, 0.0, 0.0, 0.0)
    other_Gy = second.dose_Gy if same_grid else _on_grid_of(first, second)
    higher = np.fmax(first.dose_Gy, other_Gy)
    counts = np.isfinite(other_Gy) & (higher >= WORTH_Gy) & (first.dose_Gy > 0) & (other_Gy > 0)
    if not counts.any():
        return DoseDifference(False, 0, 0.0, 0.0, 0.0, 0.0)
    off_Gy = other_Gy[counts] - first.dose_Gy[counts]
    relative = off_Gy / higher[counts]
    return DoseDifference(False, int(counts.sum()), float(off_Gy.mean()), float(np.sqrt((off_Gy**2).mean())),
                          float(np.abs(off_Gy).max()), 100.0 * float(np.sqrt((relative**2).mean())))


def _on_grid_of(first: ReadDose, second: ReadDose) -> np.ndarray:
    """The second dose at the voxel centres of the first; NaN outside its grid."""
    index = np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in first.grid.shape), indexing="ij"), -1)
    points = first.grid.to_points_mm(index)
    place = np.moveaxis(second.grid.to_index(points), -1, 0)
    found = ndimage.map_coordinates(second.dose_Gy, place, order=1, mode="nearest")
    return np.where(second.grid.contains(points), found, np.nan)


def _changes(part: str, name: str, first: Any, second: Any) -> Iterator[Change]:
    """Entries that differ, down to single values."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in dict.fromkeys([*first, *second]):
            yield from _changes(part, f"{name}.{key}", first.get(key), second.get(key))
    elif first != second:
        yield Change(part, name, first, second)
