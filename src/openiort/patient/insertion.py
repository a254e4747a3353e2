"""How the sphere came into the tissue: in place of what the scan shows there, or with the tissue giving way to it."""

from __future__ import annotations

from dataclasses import dataclass

REPLACE, DISPLACE = "replace", "displace"


@dataclass(frozen=True, slots=True)
class Insertion:
    """What the sphere did to the anatomy, in figures.

    Attributes:
        method: `replace`: the sphere overwrites what was scanned; `displace`: the lump is out and the tissue around
            it has given way.
        lump: what was asked for, as said (`5 cc`, `ROI GTV`); empty for `replace`.
        lump_volume_cc: volume taken out.
        lump_radius_mm: of the ball of that volume.
        moved_volume_cc: tissue that changed its place by more than 0.1 mm, before it did.
        volume_change_percent: of that tissue; 0 where it only moves.
        largest_shift_mm: longest way that any tissue went.
    """

    method: str = REPLACE
    lump: str = ""
    lump_volume_cc: float | None = None
    lump_radius_mm: float | None = None
    moved_volume_cc: float | None = None
    volume_change_percent: float | None = None
    largest_shift_mm: float | None = None
