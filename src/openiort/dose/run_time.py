"""How long a calculation may take: said before it takes longer, and not after."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.core.errors import InputError


@dataclass(frozen=True, slots=True)
class RunTime:
    """The time that the user is ready to wait.

    Attributes:
        most_min: minutes.
        confirmed: whether it may take longer after all.
    """

    most_min: float = 10.0
    confirmed: bool = False

    def check(self, left_s: float, uncertainty_percent: float) -> None:
        """Refuse what would take longer.

        Raises:
            InputError: it would, and that was not confirmed.
        """
        if self.confirmed or left_s <= 60.0 * self.most_min:
            return
        raise InputError(
            f"{uncertainty_percent:g} % uncertainty would take about {left_s / 60.0:.0f} minutes more",
            where="--uncertainty (uncertainty_percent)", allowed=f"up to {self.most_min:g} minutes (--max-minutes)",
            fix="ask for less certainty, allow more minutes, or confirm with --yes",
        )
