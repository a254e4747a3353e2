"""Earlier versions are known as such, by their family and when they were published."""

from __future__ import annotations

from dataclasses import replace

from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.superseded_by import by_family, superseded_by


def test_versions_of_a_family() -> None:
    """ASTRO 2009, 2017, 2023; ABS 2013, 2018; ASBrS 2008, 2018: years of publication in their citations."""
    found = {name: superseded_by(shipped_guideline(name)) for name in guideline_names()}
    assert {name: later for name, later in found.items() if later} == {
        "astro-2009": "astro-2023", "astro-2017": "astro-2023", "abs-2013": "abs-2018", "asbrs-2008": "asbrs-2018"}


def test_a_version_of_ones_own() -> None:
    latest = shipped_guideline("astro-2023")
    own = replace(latest, name="astro-2030", published="2030")
    assert superseded_by(latest, [own]) == "astro-2030"
    assert superseded_by(own, [own]) is None


def test_families_stand_together_the_latest_first() -> None:
    names = ("founding-rule", "astro-2009", "abs-2018", "astro-2023", "astro-2017")
    assert [guideline.name for guideline in by_family(map(shipped_guideline, names))] == [
        "founding-rule", "astro-2023", "astro-2017", "astro-2009", "abs-2018"]
