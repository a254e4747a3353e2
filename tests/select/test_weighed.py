"""What criteria weigh: each stands in one place, on its side."""

from __future__ import annotations

import pytest

from openiort.select.candidate import Candidate
from openiort.select.decide import decide
from openiort.select.read_guideline import guideline_names, shipped_guideline
from openiort.select.weighed import weighed
from tests.select.women import before_surgery, woman


@pytest.mark.parametrize("name", guideline_names())
@pytest.mark.parametrize("candidate", [Candidate(), before_surgery(), woman(), woman(age_years=45, size_mm=25.0)])
def test_each_criterion_has_one_place(name: str, candidate: Candidate) -> None:
    decision = decide(shipped_guideline(name), candidate)
    of = weighed(shipped_guideline(name), decision)
    placed = [*of.unmet, *of.applies, *of.met, *of.excluded, *of.unknown]
    asked = [reason.criterion.name for reason in decision.reasons]
    assert sorted(criterion.name for criterion in placed) == sorted(asked)


def test_sides_at_45() -> None:
    """ASTRO 2009: 60 or older wanted, under 50 unsuitable; all else of hers is suitable (its table)."""
    guideline = shipped_guideline("astro-2009")
    of = weighed(guideline, decide(guideline, woman(age_years=45, germline_brca=None)))
    assert [criterion.name for criterion in of.unmet] == ["age"]
    assert [criterion.name for criterion in of.applies] == ["too-young"]
    assert {criterion.name for criterion in of.unknown} == {"brca", "brca-present"}
    assert "size" in {criterion.name for criterion in of.met}
    assert "too-large" in {criterion.name for criterion in of.excluded}
