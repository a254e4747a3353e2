"""Stages of the TNM classification without prefix and subdivision."""

from __future__ import annotations


def broad_stage(code: str) -> str:
    """Category without prefix and subdivision: `pT1c` is `T1`, `pN0(i+)` is `N0`, `cTis` is `Tis`."""
    bare = code[1:]
    return bare if bare == "Tis" else bare[:2]
