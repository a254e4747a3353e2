"""How a value shows itself, without knowing what draws it: later folders register what earlier ones call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_REGISTERED: dict[str, Callable[[Any], Any]] = {}


def register_display(name: str, draw: Callable[[Any], Any]) -> None:
    """Say what draws values under a name, `plan_html` for instance; a later call replaces an earlier one."""
    _REGISTERED[name] = draw


def displayed(name: str, value: Any) -> Any:
    """What the function registered under `name` makes of a value.

    Raises:
        LookupError: nothing is registered, which `import openiort` does.
    """
    if name not in _REGISTERED:
        raise LookupError(f"nothing draws '{name}': import openiort first")
    return _REGISTERED[name](value)
