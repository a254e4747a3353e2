"""Which endpoint a structure's dose is read by, as the endpoints' files say."""

from __future__ import annotations

from typing import Any

from openiort.biology.endpoint import Endpoint
from openiort.biology.parameter_set import ParameterSet
from openiort.biology.read_parameters import shipped_sets

SIDES = ("ipsilateral ", "contralateral ", "left ", "right ")


def endpoint_of(structure_name: str, sets: dict[str, ParameterSet[Any]] | None = None) -> ParameterSet[Endpoint] | None:
    """The first endpoint that names a structure, with or without its side; None where none does.

    Args:
        structure_name: as in DVHs: `skin`, `ipsilateral lung`, `shell 0-10 mm`, `PTV (sphere + 10 mm)`.
        sets: of parameters; the shipped ones where left out.
    """
    without_side = structure_name
    for side in SIDES:
        without_side = without_side.removeprefix(side)
    names = (structure_name, without_side, without_side.partition(" (")[0])
    endpoints = [one for one in (sets or shipped_sets()).values() if one.model is Endpoint]
    return next((one for name in names for one in endpoints if name in one.structures), None)
