"""A published or assumed number with its interval, mark and source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from openiort.core.errors import InputError

MARKS = ("F", "C", "R", "R+C", "our choice")
DISTRIBUTIONS = ("uniform", "lognormal", "exact", "unknown")
WITHOUT_INTERVAL = ("exact", "unknown")
LIMIT_z = 1.959964  # a lognormal parameter's interval holds 95 %


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a model; its value is the median of what is drawn.

    Attributes:
        name: with its unit.
        value: what is used where one number is needed.
        low: lower end of the interval; the value where there is no interval.
        high: upper end.
        distribution: `uniform`: half of the draws evenly between low and value, half between value and high;
            `lognormal`: a lognormal half on each side, 95 % of all between low and high; `exact`: by definition;
            `unknown`: it has an interval, but none is known.
        mark: F found in the source, C calculated, R recalled (to be confirmed), R+C, or our choice.
        source: citation.

    Raises:
        InputError: the value outside its interval, an unknown word, a lognormal interval that reaches zero.
    """

    name: str
    value: float
    low: float
    high: float
    distribution: str
    mark: str
    source: str

    def __post_init__(self) -> None:
        for word, given, allowed in (("distribution", self.distribution, DISTRIBUTIONS), ("mark", self.mark, MARKS)):
            if given not in allowed:
                raise self._wrong(f"{word} = {given[:40]}", ", ".join(allowed))
        if not np.isfinite([self.low, self.value, self.high]).all() or not self.low <= self.value <= self.high:
            raise self._wrong(f"{self.low:g}, {self.value:g}, {self.high:g}", "low <= value <= high, all finite")
        if self.distribution == "lognormal" and self.low <= 0.0:
            raise self._wrong(f"low = {self.low:g}", "above 0 for a lognormal distribution")
        if self.distribution in WITHOUT_INTERVAL and self.low < self.high:
            raise self._wrong(f"an interval of a number that is {self.distribution}", "uniform or lognormal with it")
        if not self.source.strip():
            raise self._wrong("no source", "a citation")

    def _wrong(self, what: str, allowed: str) -> InputError:
        return InputError(f"{what} cannot be used", where=self.name, allowed=allowed, fix="correct this parameter")

    @property
    def to_be_confirmed(self) -> bool:
        """Whether the number was recalled and not read in its source."""
        return "R" in self.mark

    def quantile(self, probability: NDArray[np.float64]) -> NDArray[np.float64]:
        """Value below which a draw lies with this probability (0 to 1, both excluded)."""
        if self.distribution == "lognormal":
            z = ndtri(probability)
            below, above = np.log(self.value / self.low) / LIMIT_z, np.log(self.high / self.value) / LIMIT_z
            side = np.where(z < 0.0, below, above)
            return np.asarray(self.value * np.exp(z * side))
        return np.interp(probability, [0.0, 0.5, 1.0], [self.low, self.value, self.high])
