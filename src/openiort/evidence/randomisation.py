"""Randomisation in permuted blocks of random size, by strata.

Each stratum has a stream of random numbers of its own, so that a list does not change when strata are added after it.
A block's size is drawn from the sizes given; it holds each arm in its ratio, in an order drawn by Fisher and Yates'
shuffle. Whole numbers and `core/random_stream.py` alone: the same seed gives the same list on every machine.
Source: D. G. Altman, J. M. Bland, BMJ 319, 703 (1999), doi:10.1136/bmj.319.7211.703.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product

import numpy as np

from openiort.core.errors import InputError
from openiort.core.random_stream import random_bits

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,39}")
ALLOWED_NAME = "up to 40 letters, digits, blanks and . _ + -, a letter or digit first"
MOST_arms, MOST_strata, MOST_each, LARGEST_block, MOST_in_all = 8, 2000, 100_000, 60, 500_000
AT_ONCE = 1024  # draws


@dataclass(frozen=True, slots=True)
class RandomisationScheme:
    """How women are allocated.

    Attributes:
        arms: names, two or more.
        ratio: women in each arm of a block of the smallest size, such as (1, 1) or (2, 1).
        factors: name and levels of each factor of stratification; none: one stratum, "all".
        block_sizes: sizes that are drawn from, each a multiple of the ratio's sum.
        each: allocations in every stratum, rounded up to whole blocks.
        seed: of the random numbers, 0 to 2**63 - 1.

    Raises:
        InputError: a scheme that cannot be.
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    block_sizes: tuple[int, ...]
    each: int
    seed: int

    def __post_init__(self) -> None:
        _check_names("arm", self.arms, 2, MOST_arms)
        _check_names("factor", tuple(name for name, _ in self.factors), 0, 8)
        for name, levels in self.factors:
            _check_names(f"level of {name}", levels, 1, MOST_strata)
        if len(self.ratio) != len(self.arms) or not all(1 <= part <= 20 for part in self.ratio):
            raise InputError(f"a ratio of {':'.join(map(str, self.ratio))} for {len(self.arms)} arms", where="ratio",
                             allowed="a whole number from 1 to 20 for each arm, such as 1:1 or 2:1", fix="correct it")
        whole = sum(self.ratio)
        if not self.block_sizes or not all(0 < size <= LARGEST_block and size % whole == 0
                                           for size in self.block_sizes):
            raise InputError(f"block sizes {list(self.block_sizes)}", where="block sizes",
                             allowed=f"multiples of {whole}, the ratio's sum, up to {LARGEST_block}",
                             fix=f"for instance {2 * whole} and {3 * whole}")
        if not 1 <= self.each <= MOST_each or not 0 <= self.seed < 2**63:
            raise InputError(f"{self.each} allocations a stratum, seed {self.seed}", where="each, seed",
                             allowed=f"1 to {MOST_each} allocations, a seed from 0 to 2**63 - 1", fix="correct it")
        if len(self.strata) > MOST_strata:
            raise InputError(f"{len(self.strata)} strata", where="factors", allowed=f"up to {MOST_strata}",
                             fix="fewer factors or levels: blocks that stay unfilled undo the balance")
        if self.each * len(self.strata) > MOST_in_all:
            raise InputError(f"{self.each} allocations in each of {len(self.strata)} strata", where="each",
                             allowed=f"up to {MOST_in_all:,} in all", fix="fewer in each stratum")

    @property
    def strata(self) -> tuple[str, ...]:
        """Names: one level of each factor, joined by a stroke; without factors "all"."""
        return tuple("/".join(levels) or "all" for levels in product(*(levels for _, levels in self.factors)))


@dataclass(frozen=True, slots=True)
class Allocation:
    """One line of a list.

    Attributes:
        stratum: its name.
        number: place within the stratum, from 1.
        block: within the stratum, from 1.
        block_size: women in the block.
        arm: to which the woman at that place goes.
    """

    stratum: str
    number: int
    block: int
    block_size: int
    arm: str


def randomise(scheme: RandomisationScheme) -> tuple[Allocation, ...]:
    """The whole list, stratum by stratum."""
    found: list[Allocation] = []
    for index, stratum in enumerate(scheme.strata):
        found += _stratum(scheme, stratum, _Draws(scheme.seed, index))
    return tuple(found)


def _stratum(scheme: RandomisationScheme, stratum: str, draws: _Draws) -> list[Allocation]:
    found: list[Allocation] = []
    block = 0
    while len(found) < scheme.each:
        block += 1
        size = scheme.block_sizes[draws.below(len(scheme.block_sizes))]
        times = size // sum(scheme.ratio)
        arms = [arm for arm, part in zip(scheme.arms, scheme.ratio, strict=True) for _ in range(part * times)]
        for last in range(size - 1, 0, -1):
            other = draws.below(last + 1)
            arms[last], arms[other] = arms[other], arms[last]
        found += [Allocation(stratum, len(found) + place, block, size, arm) for place, arm in enumerate(arms, 1)]
    return found


class _Draws:
    """Whole numbers from the random stream of a stratum."""

    def __init__(self, seed: int, number: int) -> None:
        self._bits = self._stream(seed, number)

    def below(self, end: int) -> int:
        """Evenly from 0 to end - 1: draws that would favour some numbers are left out."""
        fair = (1 << 64) - (1 << 64) % end
        return next(drawn for drawn in self._bits if drawn < fair) % end

    @staticmethod
    def _stream(seed: int, number: int) -> Iterator[int]:
        for first in count(step=AT_ONCE):
            bits = np.empty(AT_ONCE, np.uint64)
            random_bits(seed, number, first, bits)
            yield from (int(drawn) for drawn in bits)


def _check_names(what: str, names: tuple[str, ...], least: int, most: int) -> None:
    if not least <= len(names) <= most or len(set(names)) < len(names):
        raise InputError(f"{what}s: {', '.join(names)[:200] or 'none'}", where=what,
                         allowed=f"{least} to {most}, all different", fix="correct the list")
    for name in names:
        check_name(name, what)


def check_name(name: str, what: str) -> None:
    """Refuse a name that could be taken for something else in a file.

    Raises:
        InputError: as said.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"'{name[:60]}' is no name of a {what}", where=what, allowed=ALLOWED_NAME, fix="rename it")
