"""What a town's officers have chosen, one version after the other: none is ever changed or taken away."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contracts.town_setups import ChangedTown, TownHistory, TownSetup, TownVersion


@dataclass(frozen=True, kw_only=True)
class Version:
    """`setup` is the key of what was chosen (ports.TownRecords.setup), None where it is what the town's file says. `of`
    is the version that chose it first; `changed` is what it has otherwise than the one before
    (town_setups.differences)."""

    version: int
    changed_at: datetime
    by: str
    of: int
    setup: str | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TownRecord:
    """A town as it was and is served; its file counts where there is no version. The oldest version comes first."""

    town: str
    setup: TownSetup | None = None
    versions: tuple[Version, ...] = ()
    origin: Any = field(default=None, compare=False, repr=False)
    """The store's own."""

    @property
    def version(self) -> int:
        """The one that is served."""
        return self.versions[-1].version if self.versions else 0

    @property
    def changed(self) -> ChangedTown:
        """For who serves it."""
        return ChangedTown(town=self.town, version=self.version, setup=self.setup)

    @property
    def history(self) -> TownHistory:
        """For who looks back."""
        return TownHistory(
            versions=tuple(
                TownVersion(
                    version=each.version,
                    changed_at=each.changed_at,
                    by=each.by,
                    of=each.of,
                    is_file=each.setup is None,
                    changed=each.changed,
                )
                for each in reversed(self.versions)
            )
        )

    def of(self, version: int) -> Version | None:
        """One of them; None where there is none of that number."""
        return next((each for each in self.versions if each.version == version), None)
