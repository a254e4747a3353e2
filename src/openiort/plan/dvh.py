"""Dose-volume histogram of one structure and the figures read from it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openiort.plan.dvh_band import DVHBand

MEDIA = ("D_m,m", "D_w")
PERCENT_VOLUMES = (98.0, 95.0, 90.0, 50.0, 2.0)
CUBIC_CENTIMETRES = (2.0, 1.0, 0.2, 0.1)
PERCENT_DOSES = (100.0, 90.0, 80.0, 50.0)


@dataclass(frozen=True, slots=True)
class DVH:
    """Cumulative histogram, kept as its samples: each a dose and the volume that receives it.

    Attributes:
        structure: name.
        dose_Gy: (n,) falling, read-only.
        volume_cc: (n,) volume of each sample, read-only.
        prescription_Gy: what 100 % means.
        covered_percent: share of the structure's scanned volume that has a dose.
        cut_by_scan: whether the scan cuts it, so that its whole volume is unknown.
        medium: `D_m,m` or `D_w`.
        maximum_Gy: highest dose at a point, evaluated at points and not from the samples, where known.
        band: its statistical uncertainty, where known.
    """

    structure: str
    dose_Gy: NDArray[np.float64]
    volume_cc: NDArray[np.float64]
    prescription_Gy: float
    covered_percent: float = 100.0
    cut_by_scan: bool = False
    medium: str = "D_m,m"
    maximum_Gy: float | None = None
    band: DVHBand | None = None
    # (n + 1,) volume of the hottest 0, 1, ... samples
    _hottest_cc: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("dose_Gy", "volume_cc"):
            array = np.asarray(getattr(self, name), np.float64)
            if array.flags.writeable:
                array = array.copy()
                array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.dose_Gy.shape != self.volume_cc.shape:
            raise ValueError(f"{self.dose_Gy.size} doses of {self.structure} and {self.volume_cc.size} volumes")
        object.__setattr__(self, "_hottest_cc", np.concatenate([[0.0], np.cumsum(self.volume_cc)]))

    @property
    def total_volume_cc(self) -> float:
        """Volume that has a dose."""
        return float(self._hottest_cc[-1])

    @property
    def mean_Gy(self) -> float:
        """Mean dose; 0 for an empty structure."""
        return float(self.dose_Gy @ self.volume_cc / self.total_volume_cc) if self.dose_Gy.size else 0.0

    @property
    def min_Gy(self) -> float:
        """Lowest dose."""
        return float(self.dose_Gy[-1]) if self.dose_Gy.size else 0.0

    @property
    def max_Gy(self) -> float:
        """Highest dose, at a point where that was evaluated: the highest of many samples is that of their noise."""
        if self.maximum_Gy is not None:
            return self.maximum_Gy
        return float(self.dose_Gy[0]) if self.dose_Gy.size else 0.0

    def dose_to_volume_Gy(self, volume_cc: float) -> float:
        """Least dose to the hottest `volume_cc`; NaN if the structure is smaller than that."""
        if not self.dose_Gy.size or not 0 < volume_cc <= self.total_volume_cc * (1 + 1e-9):
            return float("nan")
        reached = np.searchsorted(self._hottest_cc[1:], volume_cc * (1 - 1e-9))
        return float(self.dose_Gy[min(int(reached), self.dose_Gy.size - 1)])

    def dose_to_percent_Gy(self, percent: float) -> float:
        """Least dose to the hottest `percent` of the volume (D95: percent = 95)."""
        return self.dose_to_volume_Gy(self.total_volume_cc * percent / 100.0)

    def volume_percent(self, dose_percent: float) -> float:
        """Share of the volume, in percent, that gets at least `dose_percent` of the prescription."""
        if not self.dose_Gy.size:
            return 0.0
        hot_cc = self._at_least_cc(np.array(self.prescription_Gy * dose_percent / 100.0))
        return float(hot_cc) / self.total_volume_cc * 100.0

    def _at_least_cc(self, dose_Gy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Volume that gets at least these doses."""
        return np.asarray(self._hottest_cc[self.dose_Gy.size - np.searchsorted(self.dose_Gy[::-1], dose_Gy)])

    @property
    def D2cc_Gy(self) -> float:
        """Least dose to the hottest 2 cc."""
        return self.dose_to_volume_Gy(2.0)

    @property
    def D95_Gy(self) -> float:
        """Least dose to the hottest 95 % of the volume."""
        return self.dose_to_percent_Gy(95.0)

    @property
    def V90_percent(self) -> float:
        """Share of the volume with at least 90 % of the prescription."""
        return self.volume_percent(90.0)

    def curve(self, bin_Gy: float = 0.1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Cumulative curve: doses (Gy) from 0 to past the maximum, and the volume (cc) with at least each."""
        highest = max(self.max_Gy, float(self.dose_Gy[0]) if self.dose_Gy.size else 0.0)
        edges = np.arange(0.0, highest + 2 * bin_Gy, bin_Gy)
        return edges, self._at_least_cc(edges)

    def figures(self) -> dict[str, float | bool | str | None]:
        """All figures by name, with units, as they stand in `plan.json` and `dvh.csv`."""
        found: dict[str, float | bool | str | None] = {
            "medium": self.medium,
            "volume_cc": self.total_volume_cc,
            "covered_percent": self.covered_percent,
            "cut_by_scan": self.cut_by_scan,
            "mean_Gy": self.mean_Gy,
            "min_Gy": self.min_Gy,
            "max_Gy": self.max_Gy,
        }
        found |= {f"D{percent:g}_Gy": self.dose_to_percent_Gy(percent) for percent in PERCENT_VOLUMES}
        found |= {f"D{volume:g}cc_Gy": self.dose_to_volume_Gy(volume) for volume in CUBIC_CENTIMETRES}
        found |= {f"V{percent:g}_percent": self.volume_percent(percent) for percent in PERCENT_DOSES}
        return {key: None if isinstance(v, float) and np.isnan(v) else v for key, v in found.items()}

    def uncertainties(self) -> dict[str, float]:
        """Standard uncertainty (k=1) of figures, by the names that they have in `figures`; empty where not known.

        The highest and the lowest dose are those of single points, of which a curve's band says nothing; of doses
        below a hundredth of the highest it says nothing either.
        """
        if self.band is None or not self.dose_Gy.size:
            return {}
        values = self.figures()
        doses = {key: value for key, value in values.items()
                 if key[0] == "D" and key.endswith("_Gy") and isinstance(value, float) and self.band.covers(value)}
        found = {"mean_Gy": self.band.mean_sigma_Gy}
        found |= {key: float(self.band.at_Gy(np.array(value))) for key, value in doses.items()}
        return found | {f"V{percent:g}_percent": self.volume_uncertainty_percent(percent) for percent in PERCENT_DOSES}

    def volume_uncertainty_percent(self, dose_percent: float) -> float:
        """Half of what the volume changes by while the curve passes from one edge of the band to the other."""
        dose_Gy = self.prescription_Gy * dose_percent / 100.0
        sigma = 0.0 if self.band is None else float(self.band.at_Gy(np.array(dose_Gy)))
        low, high = (100.0 * (dose_Gy + sign * sigma) / self.prescription_Gy for sign in (-1.0, 1.0))
        return (self.volume_percent(low) - self.volume_percent(high)) / 2.0


def make_dvh(structure: str, dose_Gy: NDArray[np.float64], volume_cc: NDArray[np.float64], *,
             prescription_Gy: float, covered_percent: float = 100.0, cut_by_scan: bool = False,
             medium: str = "D_m,m", maximum_Gy: float | None = None, band: DVHBand | None = None) -> DVH:
    """Sort samples (n,) of dose and volume into a DVH."""
    order = np.argsort(dose_Gy)[::-1]
    falling_Gy, falling_cc = dose_Gy[order], volume_cc[order]
    for array in (falling_Gy, falling_cc):
        array.setflags(write=False)  # a DVH takes a copy of what may change
    return DVH(structure, falling_Gy, falling_cc, prescription_Gy, covered_percent, cut_by_scan, medium, maximum_Gy,
               band)
