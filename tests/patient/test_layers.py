"""Layers: where their faces lie, what the breast is made of, and what is refused."""

from __future__ import annotations

import math

import pytest
from pytest import approx

from openiort.core.errors import InputError
from openiort.patient.layers import Layers

USUAL = {"applicator_mm": 45.0, "skin_mm": 12.3, "chest_wall_mm": 25.0, "adipose_percent": 50.0,
         "skin_thickness_mm": 1.5, "muscle_mm": 10.0, "rib_mm": 8.0}  # fmt: skip


def made(**changes: float) -> Layers:
    return Layers(**(USUAL | changes))


def test_faces_from_the_applicators_surface() -> None:
    # by hand: radius 22.5; skin from -(22.5 + 12.3), 1.5 mm thick; chest wall at 22.5 + 25, then 10, 8 and 100 mm
    faces = {layer.tissue: (layer.front_mm, layer.back_mm) for layer in made().stack()}
    assert list(faces) == ["skin", "breast", "muscle", "rib", "lung"]
    expected = {"skin": (-34.8, -33.3), "breast": (-33.3, 47.5), "muscle": (47.5, 57.5), "rib": (57.5, 65.5),
                "lung": (65.5, 165.5)}  # fmt: skip
    for name, pair in expected.items():
        assert faces[name] == approx(pair), name
    assert made().distances_mm() == approx({"skin": 12.3, "bone": 35.0, "lungs": 43.0})


def test_layers_without_thickness_are_left_out() -> None:
    layers = made(rib_mm=0.0, skin_thickness_mm=0.0)
    assert [layer.tissue for layer in layers.stack()] == ["breast", "muscle", "lung"]
    assert set(layers.distances_mm()) == {"skin", "lungs"}


def test_lengths_are_taken_to_a_tenth() -> None:
    assert made(skin_mm=12.34).skin_mm == 12.3
    assert made(chest_wall_mm=24.96).chest_wall_mm == 25.0


def test_breast_is_a_mixture_by_mass() -> None:
    # mass fractions of 50/50, 75/25 and 25/75 adipose/gland as shipped in egs_brachy [FACTS 6]; its carbon of 75/25
    # (0.5215) is left out: with it the fractions sum to 0.99
    for adipose, fractions in ((50.0, {"H": 0.110, "C": 0.465, "N": 0.0185, "O": 0.4025}),
                               (75.0, {"H": 0.112, "O": 0.34025}),
                               (25.0, {"H": 0.108, "C": 0.3985, "O": 0.46475})):  # fmt: skip
        breast = made(adipose_percent=adipose).breast
        assert {symbol: breast.mass_fractions[symbol] for symbol in fractions} == approx(fractions, rel=0.002)
    # volumes add: 1 / (0.5/0.95 + 0.5/1.02)
    assert made().breast.density_g_cm3 == approx(0.98376, rel=1e-4)
    assert made(adipose_percent=100.0).breast.density_g_cm3 == approx(0.95)
    assert made(adipose_percent=0.0).breast.density_g_cm3 == approx(1.02)


@pytest.mark.parametrize(
    ("change", "said", "allowed"),
    [
        ({"skin_mm": 1.4}, "outside of the skin is 1.4 mm from the applicator, but the skin is 1.5 mm thick", "1.5"),
        ({"skin_mm": 101.0}, "skin is 101 mm", "0 to 100 mm"),
        ({"skin_mm": -3.0}, "skin is -3 mm", "0 to 100 mm"),
        ({"skin_mm": math.nan}, "skin is nan mm", "0 to 100 mm"),
        ({"chest_wall_mm": 100.5}, "chest wall is 100.5 mm", "0 to 100 mm"),
        ({"chest_wall_mm": math.inf}, "chest wall is inf mm", "0 to 100 mm"),
        ({"rib_mm": 31.0}, "rib is 31 mm", "0 to 30 mm"),
        ({"muscle_mm": -1.0}, "muscle is -1 mm", "0 to 40 mm"),
        ({"skin_thickness_mm": 11.0}, "skin thickness is 11 mm", "0 to 10 mm"),
        ({"adipose_percent": 101.0}, "adipose is 101 %", "0 to 100 %"),
        ({"applicator_mm": 0.0}, "applicator is 0 mm", "5 to 60 mm"),
    ],
)
def test_what_is_not_physical_is_refused(change: dict[str, float], said: str, allowed: str) -> None:
    with pytest.raises(InputError) as error:
        made(**change)
    assert said in error.value.what
    assert allowed in error.value.allowed
    assert error.value.where


def test_text_says_all_of_it() -> None:
    text = made().text()
    for part in ("1.5 mm", "12.3 mm", "50 % adipose and 50 % gland", "0.984 g/cm3", "chest wall 25 mm", "muscle 10 mm",
                 "rib 8 mm (a closed plate)", "lung 100 mm"):  # fmt: skip
        assert part in text, part
    assert "no rib" in made(rib_mm=0.0).text()
