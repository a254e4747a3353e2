"""`import openiort` gives the public names, each at first use."""

from __future__ import annotations

import subprocess
import sys

import pytest

import openiort


@pytest.mark.parametrize("name", openiort.__all__)
def test_public_name_exists(name: str) -> None:
    assert getattr(openiort, name) is not None
    assert name in dir(openiort)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'treat'"):
        openiort.treat  # noqa: B018


def test_import_is_light() -> None:
    code = "import sys, openiort; print([n for n in ('numpy', 'numba', 'pydicom', 'scipy') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
