"""Sphere of equivalence: how deep round the applicator one dose of 50 kV x-rays has the effect of the fractions.

Inside, the single dose has the higher BED, outside the lower one; whole-breast fractions go on outside, the single dose
does not. Found on a depth dose, the logarithm of dose interpolated linearly.
Source: C. Herskind et al., Int. J. Radiat. Oncol. Biol. Phys. 72, 1575 (2008), doi:10.1016/j.ijrobp.2008.08.009, who
compare probabilities of recurrence; here it is BED of one endpoint, without distribution of sensitivity.
Range: that of the models in it; at an applicator's surface all of them are extrapolated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from openiort.biology.checks import Values, within
from openiort.biology.endpoint import Endpoint
from openiort.biology.equivalent_dose import fractionated_bed_Gy, single_dose_of_bed_Gy
from openiort.core.errors import InputError


def equivalent_single_dose_Gy(total_dose_Gy: float, fractions: int, endpoint: Endpoint, *,
                              delivery_time_s: float | None, model: str = "LQ") -> NDArray[np.float64]:
    """Single dose of 50 kV x-rays with the BED of these fractions.

    Raises:
        InputError: a number outside its range; an unknown model.
    """
    bed = fractionated_bed_Gy(total_dose_Gy, fractions, endpoint, model=model)
    return single_dose_of_bed_Gy(bed, endpoint, delivery_time_s=delivery_time_s, model=model)


def equivalence_depth_mm(depth_mm: Values, dose_Gy: Values, endpoint: Endpoint, *, delivery_time_s: float | None,
                         total_dose_Gy: float, fractions: int, model: str = "LQ") -> NDArray[np.float64]:
    """Depth from the applicator's surface to which the single dose has the effect of the fractions, or more.

    Args:
        depth_mm: (n,) rising, 0 at the surface.
        dose_Gy: (n,) falling, above 0.
        endpoint: alpha/beta, RBEmax, repair; arrays give one depth a sample.
        delivery_time_s: of the single dose; None leaves repair during delivery out.
        total_dose_Gy: of the fractions.
        fractions: their number.
        model: `LQ` or `LQ-L`.

    Returns:
        The depth; -inf where there is none because the dose is too low even at the first depth, +inf where it is still
        high enough at the last one.

    Raises:
        InputError: a curve that does not fall with depth; a number outside its range.
    """
    depth, dose = _curve(depth_mm, dose_Gy)
    needed = equivalent_single_dose_Gy(total_dose_Gy, fractions, endpoint, delivery_time_s=delivery_time_s, model=model)
    inside = np.interp(np.log(needed), np.log(dose[::-1]), depth[::-1])
    return np.where(needed > dose[0], -np.inf, np.where(needed < dose[-1], np.inf, inside))


def depth_in_words(found_mm: float, last_mm: float) -> str:
    """A depth as people read it; `last_mm` is how far the depth dose reached."""
    if found_mm == -np.inf:
        return "none: the single dose has less effect even at the applicator's surface"
    return f"beyond {last_mm:.0f} mm" if found_mm == np.inf else f"{found_mm:.1f} mm"


def _curve(depth_mm: Values, dose_Gy: Values) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    depth, dose = within(depth_mm, "depth_mm", 0.0), within(dose_Gy, "dose_Gy", 0.0, open_low=True)
    if depth.ndim != 1 or depth.shape != dose.shape or depth.size < 2:
        raise InputError("this is no depth dose", where="depth_mm, dose_Gy", allowed="two or more depths, a dose each",
                         fix="give the columns of one depth dose")
    if not (np.diff(depth) > 0.0).all() or not (np.diff(dose) < 0.0).all():
        raise InputError("the dose does not fall from depth to depth", where="depth_mm, dose_Gy",
                         allowed="depths that rise and doses that fall", fix="take the depth dose in water")
    return depth, dose
