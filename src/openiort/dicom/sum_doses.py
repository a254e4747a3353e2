"""The dose of a whole plan from the files that hold it or its parts: what must be added is added, and nothing twice.

By the standard (PS3.3, C.8.8.3.1.1) a PLAN dose is that of all fraction groups, a FRACTION dose that of one fraction
group with all its fractions, a BEAM dose that of one or more beams over all fractions. So a PLAN dose stands alone, and
its parts beside it are left out; without it the parts are added, which must be all there, each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.dose_file import RELATIVE, DoseFile
from openiort.dicom.read_rt_plan import ReadPlan
from openiort.external.dose_at_points import dose_at_points_Gy

WHOLE, FRACTION, BEAM = ("PLAN", "PLAN_OVERVIEW"), "FRACTION", "BEAM"
ALLOWED = (*WHOLE, FRACTION, BEAM)
WHERE = "DoseSummationType of the RT Dose files"


@dataclass(frozen=True, slots=True)
class SummedDose:
    """Dose of the whole plan.

    Attributes:
        grid: of the first file.
        values: (nz, ny, nx) in `units`; NaN where one of the parts has no dose.
        units: `GY` or `RELATIVE`.
        files: what was used.
        notes: what was done.
    """

    grid: Grid
    values: NDArray[np.float64]
    units: str
    files: tuple[DoseFile, ...]
    notes: tuple[str, ...]


def sum_doses(doses: Sequence[DoseFile], plan: ReadPlan) -> SummedDose:
    """Choose and add.

    Args:
        doses: one or more, all of this plan.
        plan: whose fraction groups and beams must be complete.

    Raises:
        InputError: several doses of the same thing, a part that is missing or there twice, a kind of dose that is not
            that of a whole plan or of parts of it.
    """
    different = list({one.uid: one for one in doses}.values())
    if any(not np.array_equal(one.values, kept.values) for one in doses for kept in different if kept.uid == one.uid):
        raise InputError("two different doses have one SOP Instance UID", where="SOPInstanceUID of the RT Dose files",
                         allowed="each dose with its own, or exact copies", fix="leave only the dose that was approved")
    notes = [f"{len(doses) - len(different)} copies of dose files left out"] if len(different) < len(doses) else []
    for one in different:
        if one.summation not in ALLOWED:
            raise InputError(f"the dose is of the kind {one.summation[:40] or '(none)'}", where=f"{one.name}, {WHERE}",
                             allowed="PLAN, FRACTION or BEAM: doses of a plan over all its fractions",
                             fix="export the dose of the whole plan")
    by_kind = {kind: [one for one in different if one.summation == kind] for kind in (FRACTION, BEAM)}
    whole = [one for one in different if one.summation in WHOLE]
    if len(whole) > 1:
        raise InputError(f"{len(whole)} files hold the dose of the whole plan", where=WHERE, allowed="one",
                         fix="leave only the dose that was approved")
    chosen = whole or by_kind[FRACTION] or by_kind[BEAM]
    if not whole:
        notes.append(_check_complete(chosen, plan))
    if len(chosen) < len(different):
        notes.append(f"{len(different) - len(chosen)} dose file(s) of parts of the plan left out: they are in the dose "
                     f"of kind {chosen[0].summation} already")
    return replace(_added(chosen), notes=tuple(notes))


def _check_complete(parts: Sequence[DoseFile], plan: ReadPlan) -> str:
    """What is to be added, in words; raises if it is not each part of the plan once."""
    if parts[0].summation == FRACTION:
        what, needed = "fraction group", {group.number for group in plan.groups}
        named = [sorted(one.groups or needed if len(needed) == 1 else one.groups) for one in parts]
    else:
        what, needed = "beam", set(plan.beams)
        named = [sorted(one.beams) for one in parts]
    numbers = [number for each in named for number in each]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    missing, foreign = sorted(needed - set(numbers)), sorted(set(numbers) - needed)
    for wrong, said in ((twice, "there more than once"), (missing, "missing"), (foreign, "not in the RT Plan")):
        if wrong:
            raise InputError(f"dose of {what} {', '.join(map(str, wrong[:10]))} is {said}",
                             where=WHERE, allowed=f"the dose of each {what} of the plan once, or one PLAN dose",
                             fix="export the dose of the whole plan (PLAN)")
    if not all(named):
        raise InputError(f"a dose of kind {parts[0].summation} does not say of which {what}", where=WHERE,
                         allowed=f"references to the {what}s of the plan", fix="export the dose of the whole plan")
    return f"the doses of {len(parts)} {what}(s) were added; each holds all its fractions"


def _added(chosen: Sequence[DoseFile]) -> SummedDose:
    first, *others = chosen
    units = {one.units for one in chosen}
    if len(units) > 1 or (others and RELATIVE in units):
        raise InputError("doses in relative units cannot be added", where="DoseUnits", allowed="GY",
                         fix="export them in Gy, or the dose of the whole plan")
    if any(one.frame_of_reference_uid != first.frame_of_reference_uid for one in others):
        raise InputError("the doses to be added lie in different frames of reference", where="FrameOfReferenceUID",
                         allowed="one frame of reference", fix="export the dose of the whole plan")
    values = first.values
    for one in others:
        values = values + (one.values if one.grid == first.grid else _on_grid(one, first.grid))
    if not np.isfinite(values).any():
        raise InputError("the grids of the doses to be added do not overlap", where="RT Dose files",
                         allowed="parts of one plan that share places", fix="export the dose of the whole plan")
    return SummedDose(first.grid, values, first.units, tuple(chosen), ())


def _on_grid(dose: DoseFile, grid: Grid) -> NDArray[np.float64]:
    """A dose on another grid, plane by plane; NaN where it has none."""
    found = np.empty(grid.shape)
    rows = np.stack(np.meshgrid(*(np.arange(count, dtype=float) for count in grid.shape[1:]), indexing="ij"), -1)
    for number in range(grid.shape[0]):
        index = np.concatenate([np.full((*grid.shape[1:], 1), float(number)), rows], axis=-1).reshape(-1, 3)
        found[number] = dose_at_points_Gy(dose.grid, dose.values, grid.to_points_mm(index)).reshape(grid.shape[1:])
    return found
