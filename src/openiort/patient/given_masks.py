"""What is known of the anatomy before anything is looked for in the CT: masks that replace found ones."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from openiort.patient.voxel_space import BoolArray, Box


@dataclass(frozen=True, slots=True)
class GivenMasks:
    """Masks (nz, ny, nx) on the image's grid; None where nothing is known.

    Attributes:
        body: all of the patient; replaces the body that would be found.
        skin: her outermost layer; replaces.
        lungs: both lungs; replaces.
        one_lung: one of them; the other is looked for.
        bone: the skeleton; replaces.
        some_bone: part of it; what else is found is kept.
        heart: heart muscle and blood; no bone is found in it, and it is no fat and no gland.
        breast: fat and gland, no muscle.
    """

    body: BoolArray | None = None
    skin: BoolArray | None = None
    lungs: BoolArray | None = None
    one_lung: BoolArray | None = None
    bone: BoolArray | None = None
    some_bone: BoolArray | None = None
    heart: BoolArray | None = None
    breast: BoolArray | None = None

    def within(self, box: Box) -> GivenMasks:
        """The same on part of the grid."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return GivenMasks(**{name: None if m is None else np.ascontiguousarray(m[box]) for name, m in parts.items()})
