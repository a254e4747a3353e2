"""One study to be pooled, and which studies must not be pooled together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from openiort.core.errors import InputError
from openiort.evidence.two_arms import TwoArms

FEWEST = 2


@dataclass(frozen=True, slots=True)
class Study:
    """Counts of two arms.

    Attributes:
        name: of report and outcome, as shown.
        trial: of which it is a report.
        part: of the trial's women, if not of all: named parts that differ share no woman.
        technique: low-kV or electrons.
        counts: events and women.
        is_recalled: whether a count was recalled and not read in its source.
    """

    name: str
    trial: str
    part: str | None
    technique: str
    counts: TwoArms
    is_recalled: bool = False


def check_together(studies: Sequence[Study], *, mix_techniques: bool = False) -> None:
    """Refuse studies that share women, and techniques that differ unless that is wished.

    Raises:
        InputError: as said, or fewer than two studies.
    """
    if len(studies) < FEWEST:
        raise InputError(f"{len(studies)} study cannot be pooled", where="NAMES", allowed=f"{FEWEST} studies or more",
                         fix="name another one")
    for one, other in combinations(studies, 2):
        if one.trial == other.trial and (one.part is None or other.part is None or one.part == other.part):
            raise InputError(f"{one.name} and {other.name} count the same women of {one.trial}", where="NAMES",
                             allowed="each trial once, or parts of it that share no woman",
                             fix="leave one of them out: pooled, the same events would count twice")
    techniques = sorted({study.technique for study in studies})
    if len(techniques) > 1 and not mix_techniques:
        raise InputError(f"studies of {' and '.join(techniques)} are different treatments", where="NAMES",
                         allowed="one technique", fix="leave some out, or insist by --mix-techniques")
