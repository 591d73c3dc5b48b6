"""What the web process tells of the whole: metrics and health."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from piaohe.observe import health
from piaohe.observe.metrics import Metrics
from piaohe.settings import Settings
from piaohe.store import Store


@dataclass(frozen=True, slots=True)
class Tower:
    """Metrics and health of a store."""

    store: Store
    settings: Settings
    now: Callable[[], datetime.datetime]
    metrics: Metrics = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", Metrics(self.store, self.settings, self.now))

    def health(self) -> health.Health:
        return health.look(self.store, self.settings, self.now())
