import pytest

from openiort.core.material_table import material_names, read_material
from openiort.core.table import read_table, read_toml


def test_every_material_has_known_elements_and_a_source():
    elements = set(read_table("photons/elements.csv")["element"])  # those with cross sections
    for name in material_names():
        material = read_material(name)
        assert set(material.mass_fractions) <= elements
        assert sum(material.mass_fractions.values()) == pytest.approx(1)
        entry = read_toml("materials.toml")[name]
        assert entry["citation"]
        assert entry["mark"] in ("F", "R")


def test_water_and_polyetherimide_follow_from_their_formulas():
    # IUPAC 2021 atomic weights H 1.008, C 12.011, N 14.007, O 15.999
    water = read_material("water").mass_fractions
    assert water["H"] == pytest.approx(2 * 1.008 / (2 * 1.008 + 15.999), abs=5e-5)
    parts = {"C": 37 * 12.011, "H": 24 * 1.008, "O": 6 * 15.999, "N": 2 * 14.007}
    expected = {symbol: mass / sum(parts.values()) for symbol, mass in parts.items()}
    assert dict(read_material("polyetherimide").mass_fractions) == pytest.approx(expected, abs=1e-6)


def test_unknown_name_lists_what_there_is():
    with pytest.raises(KeyError, match=r"material 'fat' is not in materials.toml, which has adipose, air"):
        read_material("fat")
