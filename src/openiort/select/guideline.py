"""A guideline as data: its classes in the order in which they are asked, and the criteria of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from openiort.select.criterion import BOTH, Criterion, at_phase

SUITABLE, CAUTIONARY, UNSUITABLE = "suitable", "cautionary", "unsuitable"
INSUFFICIENT = "insufficient information"
MEANINGS = (SUITABLE, CAUTIONARY, UNSUITABLE)
HOLDS_ANY, HOLDS_ALL, HOLDS_OTHERWISE = "any", "all", "otherwise"
FOUND, CALCULATED, RECALLED, OUR_READING = "F", "C", "R", "our reading"
SCOPES = ("IORT", "low-kV", "electrons", "partial breast", "whole breast after IORT")
MARKS = (FOUND, CALCULATED, RECALLED, OUR_READING)


@dataclass(frozen=True, slots=True)
class GuidelineClass:
    """One class of a guideline.

    Attributes:
        name: as the guideline calls it.
        meaning: which of suitable, cautionary, unsuitable that is.
        holds: `any` or `all` of its criteria, or `otherwise`: none of the classes before.
    """

    name: str
    meaning: str
    holds: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a guideline says besides its criteria.

    Attributes:
        text: in words.
        source: where it was found.
        mark: as of a criterion.
        limits: whether it limits what may be done, whatever the class.
    """

    text: str
    source: str
    mark: str
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Guideline:
    """One version of a guideline.

    Attributes:
        name: by which it is asked for.
        title: in words.
        family: what its versions have in common.
        version: of the guideline.
        published: year, or date.
        scope: what it is about: `IORT`, `low-kV`, `electrons`, `partial breast`, `whole breast after IORT`.
        citation: where it was published.
        statements: what it says besides.
        classes: in the order in which they are asked; the first that holds is hers.
        criteria: of all classes.
        sha256: of the bytes of its file.
    """

    name: str
    title: str
    family: str
    version: str
    published: str
    scope: tuple[str, ...]
    citation: str
    statements: tuple[Statement, ...]
    classes: tuple[GuidelineClass, ...]
    criteria: tuple[Criterion, ...]
    sha256: str = ""

    def criteria_of(self, class_name: str, phase: str) -> tuple[Criterion, ...]:
        """The criteria of a class that are asked at a phase, as they are asked then."""
        asked = [c for c in self.criteria if c.class_name == class_name and c.phase in (BOTH, phase)]
        conditions = [at_phase(c.condition, phase) for c in asked]
        return tuple(c if condition is c.condition else replace(c, condition=condition)
                     for c, condition in zip(asked, conditions, strict=True))

    def asks_at(self, phase: str) -> bool:
        """Whether anything is asked at a phase."""
        return any(c.phase in (BOTH, phase) for c in self.criteria)
