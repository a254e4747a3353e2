"""The scales that a number of grays from such a source can be on (docs/device.md)."""

from __future__ import annotations

DOSE_SCALES = ("Monte Carlo", "TARGIT", "V4.0")
