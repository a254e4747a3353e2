"""The ways to calculate a dose, by name."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Mode:
    """One way.

    Attributes:
        name: as the user types it.
        what: in words.
        smoothing_cells: standard deviation, in cells, of the average over ratios; None where voxels are scored.
    """

    name: str
    what: str
    smoothing_cells: float | None = None


ACCURATE = Mode("accurate", "scatter in 2 mm cells, guided by the primary, interpolated", 0.0)
FAST = Mode("fast", "as accurate, and averaged over neighbouring cells", 0.7)
REFERENCE = Mode("reference", "scatter by track length in 1 mm voxels, nothing interpolated")
TRACK_LENGTH = Mode("track-length", "primary and scatter by track length in 1 mm voxels, for comparisons")
PREVIEW = Mode("preview", "primary times the scatter ratio in water at the same depth, no random numbers")
ANALOGUE = Mode("analogue", "photons without weights, scored where they collide, for proofs")
MODES = {mode.name: mode for mode in (ACCURATE, FAST, REFERENCE, PREVIEW, TRACK_LENGTH, ANALOGUE)}


def checked_mode(name: str) -> Mode:
    """The mode of a name.

    Raises:
        InputError: there is none.
    """
    if name not in MODES:
        raise InputError(f"mode '{name}' is unknown", where="--mode (mode)", allowed=", ".join(MODES),
                         fix=f"'{ACCURATE.name}' is the default")
    return MODES[name]
