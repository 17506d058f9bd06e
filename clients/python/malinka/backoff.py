# SPDX-License-Identifier: MIT
"""How long to wait before the next attempt: doubling, bounded, and never in step with others."""

import dataclasses
import random
from collections.abc import Callable


@dataclasses.dataclass(frozen=True)
class Backoff:
    """In seconds."""

    first: float = 0.5
    longest: float = 30.0

    def delay(self, attempt: int, chance: Callable[[], float] = random.random) -> float:
        """Before attempt `attempt`, where 0 is the first retry: half of it fixed, half chance, so
        that a thousand who lost one hub do not return in the same moment."""
        bound = min(self.longest, self.first * 2.0 ** min(attempt, 30))
        return bound / 2 + bound / 2 * chance()
