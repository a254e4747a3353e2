"""Make the photon tables of `src/openiort/tables/photons/` from xraylib.

Run it with the `tables` extra installed: `python scripts/make_cross_sections.py`. The result is committed, so the
program itself never needs xraylib. `tests/physics/test_cross_sections.py` compares the tables with NIST's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xraylib

FOLDER = Path(__file__).resolve().parent.parent / "src" / "openiort" / "tables" / "photons"
SYMBOLS = ("H", "C", "N", "O", "Na", "Mg", "Al", "P", "S", "Cl", "Ar", "K", "Ca", "Fe")
LOWEST_keV, HIGHEST_keV = 1.0, 100.0
POINTS = 180
SOURCE = (
    f"xraylib {xraylib.__version__} (T. Schoonjans et al., Spectrochim. Acta B 66, 776 (2011), "
    "doi:10.1016/j.sab.2011.09.011; BSD-3-Clause), which takes them from EPDL97 "
    "(D. E. Cullen, J. H. Hubbell, L. Kissel, UCRL-50400 vol 6 rev 5, 1997)"
)


def energies_keV(atomic_number: int) -> np.ndarray:
    """Logarithmic grid; the K edge stands twice, just below and just above (all L edges lie below 1 keV)."""
    edge = xraylib.EdgeEnergy(atomic_number, xraylib.K_SHELL)
    sides = _sides_of_edge(atomic_number, edge) if edge > LOWEST_keV else ()
    return np.sort(np.concatenate([np.geomspace(LOWEST_keV, HIGHEST_keV, POINTS), sides]))


def _sides_of_edge(atomic_number: int, edge: float) -> tuple[float, float]:
    """Energies on either side of the jump in the photoelectric data, which lies up to 0.15 % off `EdgeEnergy`."""
    low, high = edge * 0.997, edge * 1.003
    middle_value = np.sqrt(xraylib.CS_Photo(atomic_number, low) * xraylib.CS_Photo(atomic_number, high))
    while high / low > 1 + 2e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if xraylib.CS_Photo(atomic_number, middle) > middle_value else (middle, high)
    return low, high


def cross_section_rows() -> list[str]:
    rows = []
    for symbol in SYMBOLS:
        number = xraylib.SymbolToAtomicNumber(symbol)
        for energy in energies_keV(number):
            values = (xraylib.CS_Photo(number, energy), xraylib.CS_Compt(number, energy),
                      xraylib.CS_Rayl(number, energy))
            rows.append(f"{symbol},{energy:.7g}," + ",".join(f"{value:.5g}" for value in values))
    return rows


def form_factor_rows() -> list[str]:
    # x = sin(theta/2)/wavelength; backscatter of 100 keV is at 8.07 per angstrom
    transfers = np.concatenate([[0.0], np.geomspace(0.005, 9.0, 120)])
    rows = []
    for symbol in SYMBOLS:
        number = xraylib.SymbolToAtomicNumber(symbol)
        for transfer in transfers:
            scattering = xraylib.SF_Compt(number, transfer) if transfer > 0 else 0.0
            rows.append(f"{symbol},{transfer:.6g},{scattering:.5g},{xraylib.FF_Rayl(number, transfer):.5g}")
    return rows


def element_rows() -> list[str]:
    return [f"{symbol},{xraylib.SymbolToAtomicNumber(symbol)},"
            f"{xraylib.AtomicWeight(xraylib.SymbolToAtomicNumber(symbol)):.6g}" for symbol in SYMBOLS]


def write(name: str, what: str, header: str, rows: list[str]) -> None:
    head = [f"# what: {what}", f"# source: {SOURCE}",
            "# taken: 2026-11-24, by scripts/make_cross_sections.py   licence: BSD-3-Clause   changes: none", header]
    (FOLDER / name).write_text("\n".join(head + rows) + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    write("cross_sections.csv", "photon mass attenuation of the elements by process, cm2/g, 1-100 keV; an energy that "
          "stands twice is an absorption edge (below, above)",
          "element,energy_keV,photoelectric_cm2_per_g,incoherent_cm2_per_g,coherent_cm2_per_g", cross_section_rows())
    write("form_factors.csv", "incoherent scattering function S and atomic form factor F of the elements against the "
          "momentum transfer x = sin(theta/2)/wavelength in 1/angstrom",
          "element,transfer_per_angstrom,incoherent_scattering_function,form_factor", form_factor_rows())
    write("elements.csv", "atomic number and weight (g/mol)", "element,atomic_number,atomic_weight", element_rows())
