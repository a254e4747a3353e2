"""The parameters of one model, and the model's numbers drawn from them: the median ones, or many samples.

Draws are stratified (one in each of as many equal shares of probability) and independent between parameters. Those of
a parameter depend on the seed and on the names of set and parameter alone: two treatments are compared on the same
draws, and a parameter more changes no other.
Source: M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 239 (1979), doi:10.1080/00401706.1979.10489755.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from openiort.biology.parameter import Parameter

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class ParameterSet(Generic[Model]):
    """Parameters of one model.

    Attributes:
        name: as users choose it.
        text: what it stands for, and how weak it is.
        model: class that takes the numbers by the parameters' names.
        parameters: each with interval and source.
        structures: what it is meant for, in names of structures; empty where it is for no particular one.
    """

    name: str
    text: str
    model: type[Model]
    parameters: tuple[Parameter, ...]
    structures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for end in ("low", "value", "high"):  # the model refuses what it cannot use
            self._made({parameter.name: getattr(parameter, end) for parameter in self.parameters})

    def _made(self, numbers: dict[str, Any]) -> Model:
        return self.model(**numbers)

    def __getitem__(self, name: str) -> Parameter:
        return next(parameter for parameter in self.parameters if parameter.name == name)

    @property
    def to_be_confirmed(self) -> bool:
        """Whether a number in it was recalled."""
        return any(parameter.to_be_confirmed for parameter in self.parameters)

    @property
    def without_interval(self) -> tuple[str, ...]:
        """Names of parameters that have an interval, but none is known."""
        return tuple(parameter.name for parameter in self.parameters if parameter.distribution == "unknown")

    def nominal(self) -> Model:
        """The model with each parameter's value."""
        return self._made({parameter.name: parameter.value for parameter in self.parameters})

    def samples(self, count: int, seed: int) -> Model:
        """The model with an array (count,) for each parameter."""
        return self._made({p.name: p.quantile(draws(count, seed, f"{self.name}/{p.name}")) for p in self.parameters})


def draws(count: int, seed: int, name: str) -> NDArray[np.float64]:
    """Probabilities (count,), one in each of `count` equal shares of 0 to 1, in random order."""
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, zlib.crc32(name.encode())], np.uint64)))
    return (generator.permutation(count) + generator.uniform(1e-9, 1.0 - 1e-9, count)) / count
