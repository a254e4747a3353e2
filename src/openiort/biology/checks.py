"""Checks of numbers that come from outside: what is refused here is never a silent zero further on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError

Values = float | NDArray[np.float64]  # one number, or one for each voxel or sample


def within(values: Values, name: str, low: float, high: float = np.inf, *, open_low: bool = False,
           infinite: bool = False, fix: str = "correct it") -> NDArray[np.float64]:
    """Numbers as an array, all between two bounds.

    Args:
        values: one or many.
        name: of the quantity, with its unit, for the message.
        low: smallest that is allowed.
        high: largest that is allowed.
        open_low: whether `low` itself is refused.
        infinite: whether infinity is allowed.
        fix: for the message.

    Raises:
        InputError: a value lies outside, or is no number.
    """
    array = np.asarray(values, np.float64)
    wrong = ~((array > low) if open_low else (array >= low)) | ~(array <= high)
    if not infinite:
        wrong |= np.isinf(array)
    if wrong.any():
        above = f"above {low:g}" if open_low else f"{low:g} or more"
        below = "" if np.isinf(high) else f", up to {high:g}"
        raise InputError(f"{name} = {array[wrong].flat[0]:g} cannot be used", where=name,
                         allowed=f"{above}{below}" + ("" if infinite else ", finite"), fix=fix)
    return array


def doses(dose_Gy: Values, name: str = "dose_Gy") -> NDArray[np.float64]:
    """Doses as an array, zero or more.

    Raises:
        InputError: one is negative, infinite or no number.
    """
    return within(dose_Gy, name, 0.0, fix="give dose in Gy; leave out voxels without a dose")


def whole_fractions(fractions: int) -> int:
    """A number of fractions, 1 or more.

    Raises:
        InputError: it is not a whole number of 1 or more.
    """
    if isinstance(fractions, bool) or not 1 <= fractions < np.inf or fractions != int(fractions):
        raise InputError(f"fractions = {fractions} cannot be used", where="fractions", allowed="1, 2, 3, ...",
                         fix="say in how many fractions the dose is given")
    return int(fractions)


def structure(dose_Gy: Values, volume_cc: Values,
              name: str = "dose_Gy") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Doses (n,) or (n, samples) and volumes (n,) of one structure that has a volume; `name` is for the message.

    Raises:
        InputError: it is empty, or the arrays do not belong together.
    """
    dose, volume = doses(dose_Gy, name), within(volume_cc, "volume_cc", 0.0)
    if volume.ndim != 1 or dose.shape[:1] != volume.shape:
        raise InputError(f"{name} of shape {dose.shape} and volumes of shape {volume.shape} do not belong together",
                         where=f"{name}, volume_cc", allowed="one volume each", fix="give both of one structure")
    if volume.size == 0 or volume.sum() <= 0.0:
        raise InputError("the structure is empty: nothing of it has a dose", where="volume_cc",
                         allowed="a structure with a volume inside the dose", fix="leave this structure out")
    return dose, volume
