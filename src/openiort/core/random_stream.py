"""Counter-based random numbers: one stream a history, so that no result depends on threads or their order.

SplitMix64: the state is a counter, the output its hash. The stream of history `number` starts at a hash of
(seed, number), and its draws are the successors of that counter.
Source: G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014, doi:10.1145/2660193.2660195, figure 17.
"""

from __future__ import annotations

from numba import uint64

from openiort.core.compiled import njit

GOLDEN_GAMMA = 0x9E3779B97F4A7C15


@njit
def mix(z):
    """Hash 64 bits to 64 bits (Steele 2014, `mix64`)."""
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@njit
def stream(seed, number):
    """State at the start of the stream that belongs to history `number` of a run with `seed`."""
    return mix(mix(uint64(seed) + uint64(GOLDEN_GAMMA)) ^ (uint64(number) * uint64(0xD1342543DE82EF95)))


@njit
def uniform(state):
    """One number in (0, 1), never 0 or 1, and the state after it."""
    state = state + uint64(GOLDEN_GAMMA)
    return (float(mix(state) >> uint64(12)) + 0.5) * 2.220446049250313e-16, state


@njit
def random_bits(seed, number, first, bits):
    """Fill `bits`, 64-bit unsigned, shape (count,), with the draws of a stream from its `first` one on, the first 0."""
    state = stream(seed, number) + uint64(first) * uint64(GOLDEN_GAMMA)
    for place in range(bits.size):
        state = state + uint64(GOLDEN_GAMMA)
        bits[place] = mix(state)
