"""What is not read from a dose whose single voxels carry statistical noise: the hottest of many is the luckiest.

Of tens of thousands of voxels that are uncertain by 2 % the highest lies some 4 x 2 % too high, and effects that
follow it (a gEUD with an exponent near the maximum) are too large. Means over an organ, and doses to 2 cc (74 voxels
of 3 mm) and more, are little affected.
"""

from __future__ import annotations

from collections.abc import Sequence

from openiort.external.external_dose import ExternalDose
from openiort.plan.dvh import CUBIC_CENTIMETRES, DVH
from openiort.plan.goal import Goal, metric_parts

LEAST_cc = 2.0
DECIDES = "statistical noise of single voxels would decide it"
NOTE = ("statistical noise of voxels widens its DVHs: D95, D2cc and V95% look worse than they are, more so above 2 %; "
        f"highest and lowest doses, those to less than {LEAST_cc:g} cc, and fibrosis, which follows the hottest, are "
        "not given")


def is_noisy(courses: Sequence[ExternalDose]) -> bool:
    """Whether any of the doses comes with a statistical uncertainty of its voxels."""
    return any(one.sigma_percent is not None for one in courses)


def noise_decides(goal: Goal, dvh: DVH) -> bool:
    """Whether a goal asks for the dose of a few voxels, hottest or coldest."""
    letter, number, unit = metric_parts(goal.metric)
    if letter in ("max", "min"):
        return True
    if letter != "D":
        return False
    hot_cc = number if unit == "cc" else dvh.total_volume_cc * number / 100.0
    return min(hot_cc, dvh.total_volume_cc - hot_cc) < LEAST_cc


def figures_without_noise(dvh: DVH) -> dict[str, float | bool | str | None]:
    """Figures of a DVH (`DVH.figures`), None for those of a few voxels, and for doses of 0: no photon came so far."""
    few = {"max_Gy", "min_Gy", *(f"D{volume:g}cc_Gy" for volume in CUBIC_CENTIMETRES if volume < LEAST_cc)}
    return {name: None if name in few or (name.endswith("_Gy") and value == 0.0) else value
            for name, value in dvh.figures().items()}
