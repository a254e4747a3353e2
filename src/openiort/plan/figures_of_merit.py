"""The figures by which plans of the same woman are compared: one number of a DVH each, with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openiort.plan.dvh import DVH

SHELL, SKIN, BONE, LUNGS, HEART = "shell 0-10 mm", "skin", "bone", "lungs", "heart"
# structure and figure as `DVH.figures` has it
FIGURES = ((SHELL, "D90_Gy"), (SHELL, "mean_Gy"), (SKIN, "D0.1cc_Gy"), (BONE, "D2cc_Gy"), (LUNGS, "mean_Gy"),
           (HEART, "mean_Gy"))
STRUCTURES = tuple(dict.fromkeys(structure for structure, _ in FIGURES if structure != SHELL))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        structure: that it is of.
        name: `D90_Gy` and the like.
        value_Gy: the figure; None where she has no such structure, or it is too small.
        sigma_Gy: statistical standard uncertainty (k=1); None where not known.
    """

    structure: str
    name: str
    value_Gy: float | None
    sigma_Gy: float | None

    @property
    def title(self) -> str:
        """For tables: `skin D0.1cc`."""
        return f"{self.structure} {self.name.removesuffix('_Gy')}"


def figures_of(dvhs: Mapping[str, DVH]) -> tuple[Figure, ...]:
    """The figures of `FIGURES`, in that order."""
    return tuple(_figure(structure, name, dvhs.get(structure)) for structure, name in FIGURES)


def _figure(structure: str, name: str, dvh: DVH | None) -> Figure:
    if dvh is None or not dvh.dose_Gy.size:
        return Figure(structure, name, None, None)
    value = dvh.figures()[name]
    return Figure(structure, name, value, dvh.uncertainties().get(name)) if isinstance(value, float) \
        else Figure(structure, name, None, None)
