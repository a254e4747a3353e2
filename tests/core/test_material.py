"""Materials and their mixtures by mass."""

from __future__ import annotations

import pytest

from openiort.core.material import Material, mixture

OIL, BRINE = Material("oil", {"H": 0.2, "C": 0.8}, 0.8), Material("brine", {"H": 0.1, "O": 0.9}, 1.2)


def test_shares_are_normalised_and_empty_ones_dropped() -> None:
    material = Material("x", {"H": 0.1, "O": 0.89, "Ar": 0.0}, 1.0)
    assert dict(material.mass_fractions) == pytest.approx({"H": 0.1 / 0.99, "O": 0.89 / 0.99})


@pytest.mark.parametrize("fractions", [{"H": 0.5}, {"H": 0.6, "O": 0.6}, {"H": 1.2, "O": -0.2}])
def test_what_is_no_material(fractions: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="sum to"):
        Material("x", fractions, 1.0)


def test_a_material_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        OIL.mass_fractions["H"] = 1.0  # type: ignore[index]


def test_mixture_by_mass() -> None:
    """Closed form: shares by mass add; 1 g holds 0.5/0.8 + 0.5/1.2 cm3."""
    half = mixture("half", [(OIL, 0.5), (BRINE, 0.5)])
    assert dict(half.mass_fractions) == pytest.approx({"H": 0.15, "C": 0.4, "O": 0.45})
    assert half.density_g_cm3 == pytest.approx(1 / (0.5 / 0.8 + 0.5 / 1.2))  # 0.96


def test_mixture_of_one_is_itself() -> None:
    same = mixture("same", [(OIL, 1.0), (BRINE, 0.0)])
    assert dict(same.mass_fractions) == pytest.approx(dict(OIL.mass_fractions))
    assert same.density_g_cm3 == pytest.approx(OIL.density_g_cm3)
