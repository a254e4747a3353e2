"""Logic with three values, after Kleene: false, unknown, true. A missing fact is unknown and never counts as met.

The values are ordered, so that `all` is the least and `any` the greatest of its parts; the same numbers serve one
patient and columns of many. What is decided stays decided when an unknown part becomes known.
Source: S. C. Kleene, Introduction to Metamathematics, North-Holland 1952, section 64.
"""

from __future__ import annotations

from collections.abc import Iterable

FALSE, UNKNOWN, TRUE = 0, 1, 2


def value_of(known: bool | None) -> int:
    """The value of an answer; None is unknown."""
    return UNKNOWN if known is None else TRUE if known else FALSE


def all_of(values: Iterable[int]) -> int:
    """True if all are, false if any is false."""
    return min(values, default=TRUE)


def any_of(values: Iterable[int]) -> int:
    """True if any is, false if all are false."""
    return max(values, default=FALSE)


def not_of(value: int) -> int:
    """True becomes false and false true."""
    return TRUE - value


def at_least(count: int, values: Iterable[int]) -> int:
    """Whether at least so many are true."""
    found = list(values)
    if sum(value == TRUE for value in found) >= count:
        return TRUE
    return FALSE if sum(value != FALSE for value in found) < count else UNKNOWN
