"""Adding to one element of an array: plainly on the processor, atomically on a GPU, where threads share the array."""

from __future__ import annotations

from numba.extending import overload


def add_to(values, place, value):
    """values[place] += value.

    On the processor every batch has an array of its own, so nobody else adds at the same time. What it is on a GPU,
    `cuda_transport` says.
    """
    values[place] += value


@overload(add_to, target="cpu")
def _on_processor(values, place, value):
    def add(values, place, value):
        values[place] += value

    return add
