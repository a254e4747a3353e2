"""What differs between two plans: what was asked, the device, the versions, the time, the dose, the DVHs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from openiort.dicom.read_dose import ReadDose
from openiort.report.saved_plan import SavedPlan

# entry of the record -> heading; these first and in this order, all others are results
PARTS = {
    "options": "asked", "centre_mm": "asked", "prescription": "asked", "dose_scale": "asked", "device": "device",
    "applicator": "device", "provenance": "provenance", "pseudonym": "provenance", "notes": "notes",
}
# fixed texts, and what differs from run to run
NOT_COMPARED = ("program", "format", "not_a_medical_device", "units", "dvh_note", "elapsed_s", "files")
WORTH_Gy = 0.1  # of the higher dose: below, a relative difference says nothing


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs.

    Attributes:
        part: `asked`, `device`, `provenance`, `notes` or `result`.
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
        found = 100.0 * (float(self.second) / float(self.first) - 1.0)
        return found if math.isfinite(found) else None


@dataclass(frozen=True, slots=True)
class DoseDifference:
    """Two doses compared on the grid of the first, where the higher one is at least 0.1 Gy and neither is 0.

    A dose is 0 inside an applicator; where only one of the two plans has it, there is nothing to compare.

    Attributes:
        same_frame: whether both lie in the same frame of reference, that is on the same CT.
        same_bits: whether both grids and all values are equal.
        compared_voxels: how many voxels lie in both grids and count.
        mean_Gy: mean of second minus first; None, as the next three, where no voxel was compared.
        rms_Gy: root mean square of it.
        largest_Gy: largest of its absolute values.
        rms_percent: root mean square of the relative difference.
    """

    same_frame: bool
    same_bits: bool
    compared_voxels: int
    mean_Gy: float | None = None
    rms_Gy: float | None = None
    largest_Gy: float | None = None
    rms_percent: float | None = None

    @property
    def is_same(self) -> bool:
        """Whether it is the same dose on the same CT."""
        return self.same_bits and self.same_frame


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """All that differs between two plans.

    Attributes:
        changes: in the order of `PARTS`.
        dose: of D_m,m.
        water_dose: of D_w; None where not both plans have `dose_to_water.dcm`.
    """

    changes: tuple[Change, ...]
    dose: DoseDifference
    water_dose: DoseDifference | None

    @property
    def is_same(self) -> bool:
        """Whether results and doses are equal; versions, machines and notes may differ."""
        same_doses = self.dose.is_same and (self.water_dose is None or self.water_dose.is_same)
        return same_doses and not any(change.part == "result" for change in self.changes)


def plan_difference(first: SavedPlan, second: SavedPlan) -> PlanDifference:
    """Compare two plans."""
    keys = [key for key in dict.fromkeys([*PARTS, *first.record, *second.record]) if key not in NOT_COMPARED]
    changes = [
        change for key in keys
        for change in _changes(PARTS.get(key, "result"), key, first.record.get(key), second.record.get(key))
    ]
    water = None
    if first.water_dose is not None and second.water_dose is not None:
        water = dose_difference(first.water_dose, second.water_dose)
    return PlanDifference(tuple(changes), dose_difference(first.dose, second.dose), water)


def dose_difference(first: ReadDose, second: ReadDose) -> DoseDifference:
    """Compare two doses; the second is interpolated linearly where the grids differ."""
    same_frame = first.frame_of_reference_uid == second.frame_of_reference_uid
    same_grid = repr(first.grid) == repr(second.grid)
    if same_grid and np.array_equal(first.dose_Gy, second.dose_Gy):
        return DoseDifference(same_frame, True, int((first.dose_Gy >= WORTH_Gy).sum()), 0.0, 0.0, 0.0, 0.0)
    other_Gy = second.dose_Gy if same_grid else _on_grid_of(first, second)
    higher = np.fmax(first.dose_Gy, other_Gy)
    counts = np.isfinite(other_Gy) & (higher >= WORTH_Gy) & (first.dose_Gy > 0) & (other_Gy > 0)
    if not counts.any():
        return DoseDifference(same_frame, False, 0)
    off_Gy = other_Gy[counts] - first.dose_Gy[counts]
    relative = off_Gy / higher[counts]
    return DoseDifference(same_frame, False, int(counts.sum()), float(off_Gy.mean()),
                          float(np.sqrt((off_Gy**2).mean())), float(np.abs(off_Gy).max()),
                          100.0 * float(np.sqrt((relative**2).mean())))


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
