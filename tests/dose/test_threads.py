"""The number of threads is set for a block and set back after it."""

from __future__ import annotations

import numba
import pytest

from openiort.core.errors import InputError
from openiort.dose.threads import check_threads, thread_count

MOST = numba.config.NUMBA_NUM_THREADS


def test_set_in_the_block_and_back_after_it():
    before = numba.get_num_threads()
    with thread_count(1):
        assert numba.get_num_threads() == 1
        with thread_count(None):
            assert numba.get_num_threads() == MOST
        assert numba.get_num_threads() == 1
    assert numba.get_num_threads() == before


def test_set_back_after_a_failure():
    before = numba.get_num_threads()
    with pytest.raises(ZeroDivisionError), thread_count(1):
        raise ZeroDivisionError
    assert numba.get_num_threads() == before


@pytest.mark.parametrize("threads", [0, -1, MOST + 1])
def test_numbers_that_cannot_be(threads):
    with pytest.raises(InputError, match=f"{threads} threads") as error:
        check_threads(threads)
    assert error.value.allowed == f"1 to {MOST}"
    assert error.value.where and error.value.fix


@pytest.mark.parametrize("threads", [None, 1, MOST])
def test_numbers_that_can(threads):
    check_threads(threads)
