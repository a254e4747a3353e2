"""Physical constants and unit factors; every name carries its unit.

Source: CODATA 2018 (E. Tiesinga et al., Rev. Mod. Phys. 93, 025010 (2021), doi:10.1103/RevModPhys.93.025010).
"""

from __future__ import annotations

ELECTRON_REST_ENERGY_keV = 510.998_95
ELECTRON_RADIUS_cm = 2.817_940_3262e-13
PLANCK_TIMES_LIGHT_SPEED_keV_angstrom = 12.398_419_84
GRAY_PER_keV_PER_g = 1.602_176_634e-13
keV_PER_MeV = 1000.0
mm_PER_cm = 10.0
mm3_PER_cc = 1000.0
SECONDS_PER_MINUTE = 60.0
