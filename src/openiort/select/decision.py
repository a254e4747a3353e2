"""What a guideline says of one candidate, with all that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.select.candidate import BEFORE_SURGERY
from openiort.select.criterion import Criterion
from openiort.select.three_valued import FALSE


@dataclass(frozen=True, slots=True)
class Reason:
    """How one criterion came out.

    Attributes:
        criterion: what was asked.
        value: a value of `three_valued`.
    """

    criterion: Criterion
    value: int


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact without which no class can be given.

    Attributes:
        fact: table and key where it is to be given, such as `pathology.pN`.
        outcomes: (values in words, class) that it would lead to, alone; class `insufficient information` where more
            is missing.
    """

    fact: str
    outcomes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The class of one candidate by one guideline.

    Attributes:
        guideline: its name.
        phase: at which it was asked; before surgery every class is provisional.
        class_name: as the guideline calls it, or `insufficient information`.
        meaning: suitable, cautionary, unsuitable or insufficient information.
        decided_by: the criteria that decided; empty where information is missing.
        reasons: all criteria that were asked.
        missing: facts that would be needed.
        to_be_confirmed: whether the class hangs on a recalled criterion.
    """

    guideline: str
    phase: str
    class_name: str
    meaning: str
    decided_by: tuple[Criterion, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[MissingFact, ...]
    to_be_confirmed: bool

    @property
    def is_provisional(self) -> bool:
        """Whether it was asked before surgery: pathology may change it."""
        return self.phase == BEFORE_SURGERY

    def __str__(self) -> str:
        doubts = ["provisional"] * self.is_provisional + ["to be confirmed"] * self.to_be_confirmed
        remark = f" ({', '.join(doubts)})" if doubts else ""
        unmet = {reason.criterion.name for reason in self.reasons if reason.value == FALSE}
        decided = "; ".join(f"{'not: ' * (criterion.name in unmet)}{criterion.text}" for criterion in self.decided_by)
        missing = ", ".join(item.fact for item in self.missing)
        return f"{self.guideline}: {self.class_name}{remark}: {decided or f'missing {missing}'}"
