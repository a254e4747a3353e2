"""What decided, and what hangs on recalled criteria."""

from __future__ import annotations

import pytest

from openiort.core.errors import InputError
from openiort.select.candidate import BEFORE_SURGERY, PATHOLOGY
from openiort.select.decide import decide
from openiort.select.deciding_facts import deciding_facts
from openiort.select.decision import Decision
from openiort.select.guideline import INSUFFICIENT, Guideline
from openiort.select.read_guideline import parse_guideline, shipped_guideline
from openiort.select.three_valued import FALSE, TRUE
from tests.select.sample_guidelines import HEAD, THREE_CLASSES
from tests.select.women import before_surgery, in_situ, woman

CLASSES = HEAD.format(name="x", version="1") + THREE_CLASSES.format(between="maybe")


def guideline(*criteria: tuple[str, str, str, str]) -> Guideline:
    """Of criteria (name, class, mark, phase) on the grade: no asks for 3, yes for 1."""
    lines = [f'[[criterion]]\nname = "{name}"\nclass = "{class_name}"\nfact = "grade"\nop = "="\n'
             f'value = {3 if class_name == "no" else 1}\nphase = "{phase}"\ntext = "x"\nsource = "x"\nmark = "{mark}"\n'
             for name, class_name, mark, phase in criteria]
    return parse_guideline(CLASSES + "".join(lines), "x.toml")


def confirmed(decision: Decision) -> tuple[str, bool]:
    return decision.class_name, not decision.to_be_confirmed


@pytest.mark.parametrize(("grade", "marks", "expected"), [
    (3, "RFFF", ("no", True)), (3, "RRFF", ("no", False)),      # one found criterion is enough
    (1, "FFFR", ("yes", False)), (1, "RRFF", ("yes", True)),    # all are needed, so each must be found
    (2, "FFRF", ("maybe", True)), (2, "FFRR", ("maybe", False)),  # one found unmet criterion is enough
])
def test_to_be_confirmed(grade: int, marks: str, expected: tuple[str, bool]) -> None:
    asked = guideline(*zip("abcd", ("no", "no", "yes", "yes"), marks, ["both"] * 4, strict=True))
    assert confirmed(decide(asked, before_surgery(grade=grade))) == expected


def test_shipped_classes_to_be_confirmed() -> None:
    assert decide(shipped_guideline("targit-a"), woman()).to_be_confirmed
    assert not decide(shipped_guideline("targit-a"), woman(age_years=44)).to_be_confirmed
    assert decide(shipped_guideline("targit-a"), woman(centricity="multicentric")).to_be_confirmed
    assert decide(shipped_guideline("targit-a-risk-adapted"), woman(grade=3)).to_be_confirmed
    assert not decide(shipped_guideline("targit-a-risk-adapted"), woman(histology="lobular", grade=3)).to_be_confirmed
    assert decide(shipped_guideline("targit-a-risk-adapted"), woman()).to_be_confirmed
    assert decide(shipped_guideline("astro-2023"), in_situ(age_years=39)).to_be_confirmed
    assert not decide(shipped_guideline("astro-2017"), woman()).to_be_confirmed


def test_what_decided() -> None:
    cautionary = decide(shipped_guideline("astro-2017"), woman(size_mm=21, oestrogen_receptor="negative"))
    assert [criterion.name for criterion in cautionary.decided_by] == ["size", "stage", "oestrogen-receptor"]
    values = {reason.criterion.name: reason.value for reason in cautionary.reasons}
    assert (values["size"], values["age"], values["too-large"]) == (FALSE, TRUE, FALSE)
    assert str(cautionary).startswith("astro-2017: cautionary: not: invasive tumour up to 20 mm; not: Tis or T1;")
    unsuitable = decide(shipped_guideline("astro-2017"), woman(margin_mm=0, pN="pN1a"))
    assert [criterion.name for criterion in unsuitable.decided_by] == ["margin-positive", "nodes-involved"]


def test_class_whose_criteria_all_come_later_is_unknown() -> None:
    """All of nothing is not suitable."""
    asked = guideline(("a", "no", "F", "both"), ("b", "yes", "F", "pathology"))
    assert decide(asked, before_surgery(grade=1), BEFORE_SURGERY).class_name == INSUFFICIENT
    assert decide(asked, woman(grade=1), PATHOLOGY).class_name == "yes"


def test_phase_is_the_latest_or_as_asked() -> None:
    asked = shipped_guideline("founding-rule")
    assert decide(asked, before_surgery()).phase == BEFORE_SURGERY
    assert decide(asked, woman()).phase == PATHOLOGY
    twice = woman(size_mm=31, before={"size_mm": 15, "cT": "cT1"})
    assert [decide(asked, twice, phase).class_name for phase in (BEFORE_SURGERY, PATHOLOGY)] == [
        "suitable", "not suitable"]
    with pytest.raises(InputError, match="phase = 'later' is unknown"):
        decide(asked, twice, "later")


def test_deciding_facts_leave_out_whom_it_is_asked_of() -> None:
    """A criterion on the size of invasive tumours came out by the size, not by the histology."""
    criteria = {criterion.name: criterion for criterion in shipped_guideline("astro-2023").criteria}
    facts = {"histology": "ductal", "size_mm": 25.0, "grade": 3}
    assert deciding_facts(criteria["size"], facts) == ("size_mm",)
    assert deciding_facts(criteria["grade"], facts) == ("grade",)
    assert deciding_facts(criteria["lobular"], facts) == ("histology",)
    assert deciding_facts(criteria["age"], facts) == ()
