"""Slices put in order along their normal, and the grid they make; or what is wrong with the stack."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.dicom.ct_slice import CTSlice

SAME_POSITION_mm = 0.01
# Scanners round positions to 0.1 mm at worst; a slice further off than that lies elsewhere than the grid says.
POSITION_TOLERANCE_mm = 0.15
TILT_TOLERANCE_degrees = 0.25
MAX_VOXELS = 10**9


def stack(slices: list[CTSlice]) -> tuple[list[CTSlice], Grid]:
    """Slices by rising position along their normal, and their grid.

    Raises:
        InputError: slices differ in size or orientation; two at one place; one missing; uneven spacing;
            a tilted gantry.
    """
    _check_alike(slices)
    ordered = sorted(slices, key=lambda s: s.height_mm)
    _check_no_duplicates(ordered)
    _check_not_tilted(ordered)
    spacing_mm = _even_spacing_mm(ordered)
    first = ordered[0]
    shape = (len(ordered), first.rows, first.columns)
    if math.prod(shape) > MAX_VOXELS:
        raise InputError(
            f"the CT has {math.prod(shape):.3g} voxels",
            where=f"{shape[0]} slices of {shape[1]} x {shape[2]}",
            allowed=f"at most {MAX_VOXELS:.0e} voxels",
            fix="export the part of the scan round the breast, or a coarser reconstruction",
        )
    x_mm, y_mm, z_mm = map(float, first.position_mm)
    spacing = (float(first.spacing_mm[0]), float(first.spacing_mm[1]), spacing_mm)
    return ordered, Grid((x_mm, y_mm, z_mm), spacing, shape, first.orientation)


def _check_alike(slices: list[CTSlice]) -> None:
    sizes = [f"{s.rows} x {s.columns} pixels" for s in slices]
    _check_same(slices, sizes, "matrix sizes (Rows, Columns)")
    reference = slices[0]
    for one in slices:
        if not np.allclose(one.spacing_mm, reference.spacing_mm, rtol=1e-4):
            raise _differs("PixelSpacing", one, one.spacing_mm, reference, reference.spacing_mm)
        if not np.allclose(one.orientation, reference.orientation, atol=1e-4):
            raise _differs(
                "ImageOrientationPatient", one, one.orientation[:, :2].T, reference, reference.orientation[:, :2].T
            )


def _check_same(slices: list[CTSlice], values: list[str], what: str) -> None:
    for one, value in zip(slices, values, strict=True):
        if value != values[0]:
            raise _differs(what, one, value, slices[0], values[0])


def _differs(what: str, one: CTSlice, value: object, other: CTSlice, other_value: object) -> InputError:
    shown, other_shown = (str(v).replace("\n", "") for v in (value, other_value))
    return InputError(
        f"slices of the series differ in {what}: {shown} and {other_shown}",
        where=f"{one.name} and {other.name}",
        allowed="the same for the whole series",
        fix="export the series again, or take the odd slices out",
    )


def _check_no_duplicates(ordered: list[CTSlice]) -> None:
    _check_one_phase(ordered)
    for one, other in itertools.pairwise(ordered):
        if other.height_mm - one.height_mm < SAME_POSITION_mm:
            raise InputError(
                f"two slices lie at the same position, {one.height_mm:.2f} mm along the slice normal",
                where=f"{one.name} and {other.name}",
                allowed="one slice a position",
                fix="take the copies or the second reconstruction out of the folder",
            )


def _check_one_phase(ordered: list[CTSlice]) -> None:
    """Name a series that holds every position several times for what it is."""
    steps_mm = np.diff([s.height_mm for s in ordered])
    first = np.flatnonzero(np.concatenate([[True], steps_mm >= SAME_POSITION_mm, [True]]))
    sizes = set(np.diff(first).tolist())
    if len(sizes) == 1 and (times := sizes.pop()) > 1:
        raise InputError(
            f"the series holds {times} slices at each of its {len(first) - 1} positions",
            where=f"{ordered[0].name} and {ordered[1].name}",
            allowed="one slice a position: one phase, energy and reconstruction",
            fix="export the phase or reconstruction that the plan is to rest on as a series of its own",
        )


def _check_not_tilted(ordered: list[CTSlice]) -> None:
    """Refuse a stack that leans: its slices are right, but the volume is no box."""
    first, last = ordered[0], ordered[-1]
    in_plane = np.array([(s.position_mm - first.position_mm) @ s.orientation[:, :2] for s in ordered])
    height_mm = np.array([s.height_mm - first.height_mm for s in ordered])
    lean_mm = in_plane[-1]
    tilt_degrees = math.degrees(math.atan2(float(np.hypot(*lean_mm)), last.height_mm - first.height_mm))
    if float(np.hypot(*lean_mm)) > POSITION_TOLERANCE_mm and tilt_degrees > TILT_TOLERANCE_degrees:
        raise _tilted(tilt_degrees, f"{first.name} to {last.name}, ImagePositionPatient")
    off_mm = np.hypot(*(in_plane - np.outer(height_mm / height_mm[-1], lean_mm)).T)
    if off_mm.max() > POSITION_TOLERANCE_mm:
        raise InputError(
            f"a slice is shifted by {off_mm.max():.2f} mm within its plane against the others",
            where=f"{ordered[int(off_mm.argmax())].name}, ImagePositionPatient",
            allowed="slices straight above each other",
            fix="export the series again with one centre of reconstruction",
        )
    # Some scanners name the tilt but write untilted positions: then neither can be believed.
    worst = max(ordered, key=lambda s: abs(s.tilt_degrees))
    if abs(worst.tilt_degrees) > TILT_TOLERANCE_degrees:
        raise _tilted(worst.tilt_degrees, f"{worst.name}, GantryDetectorTilt")


def _tilted(tilt_degrees: float, where: str) -> InputError:
    return InputError(
        f"the CT was taken with a tilted gantry ({tilt_degrees:.1f} degrees): slices are not straight above each other",
        where=where,
        allowed="slices at right angles to the stack",
        fix="scan or reconstruct without tilt, or resample the series to straight slices",
    )


def _even_spacing_mm(ordered: list[CTSlice]) -> float:
    heights_mm = np.array([s.height_mm for s in ordered])
    steps_mm = np.diff(heights_mm)
    # the lower median: a gap in a short stack must not pass for the usual step
    usual_mm = float(np.sort(steps_mm)[(len(steps_mm) - 1) // 2])
    _check_none_missing(ordered, steps_mm, usual_mm)
    even_mm = np.linspace(heights_mm[0], heights_mm[-1], len(heights_mm))
    off_mm = np.abs(heights_mm - even_mm)
    if off_mm.max() > max(POSITION_TOLERANCE_mm, 0.01 * usual_mm):
        odd = int(np.abs(steps_mm - usual_mm).argmax())
        raise InputError(
            f"slices are not evenly spaced: usually {usual_mm:.2f} mm, but {steps_mm[odd]:.2f} mm "
            f"after position {heights_mm[odd]:.2f} mm",
            where=f"{ordered[odd].name} and {ordered[odd + 1].name}",
            allowed="one spacing for the whole series",
            fix="export a reconstruction with even spacing",
        )
    return float((heights_mm[-1] - heights_mm[0]) / (len(heights_mm) - 1))


def _check_none_missing(ordered: list[CTSlice], steps_mm: NDArray[np.float64], usual_mm: float) -> None:
    gaps = np.flatnonzero(np.rint(steps_mm / usual_mm) >= 2)
    whole = np.abs(steps_mm / usual_mm - np.rint(steps_mm / usual_mm)) < 0.1
    if gaps.size == 0 or not whole.all() or gaps.size > max(1, len(ordered) // 4):
        return
    lost = [
        ordered[i].height_mm + usual_mm * k for i in gaps for k in range(1, int(np.rint(steps_mm[i] / usual_mm)))
    ]
    shown = ", ".join(f"{position_mm:.2f}" for position_mm in lost[:5]) + (" ..." if len(lost) > 5 else "")
    raise InputError(
        f"{len(lost)} slice{'s' * (len(lost) > 1)} missing at position {shown} mm along the slice normal",
        where=f"between {ordered[gaps[0]].name} and {ordered[gaps[0] + 1].name}",
        allowed=f"a slice every {usual_mm:.2f} mm",
        fix="export the whole series again",
    )
