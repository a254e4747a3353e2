"""Which endpoint, so which alpha/beta, stands for a structure in EQD2: the one whose table names it, else late effects."""

from __future__ import annotations

import re

from openiort.biology.endpoint import Endpoint
from openiort.biology.parameter_set import ParameterSet
from openiort.biology.read_parameters import find_endpoint, shipped_sets

OTHERWISE = "late"
SIDE = re.compile(r"\b(left|right|ipsilateral)\b ?")


def structure_endpoint(structure: str) -> ParameterSet[Endpoint]:
    """The endpoint of a structure by our name: of the name itself, then without side, then by its first word.

    `left lung` has that of `lungs`, `shell 0-5 mm` that of `shell`; what no endpoint names has that of late effects.
    """
    meant = {name: each for each in shipped_sets().values() if each.model is Endpoint for name in each.structures}
    plain = SIDE.sub("", structure).strip()
    for name in (structure, plain, f"{plain}s", plain.split(" ")[0]):
        if name in meant:
            return meant[name]
    return find_endpoint(OTHERWISE)
