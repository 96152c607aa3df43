"""The ports of one deployment: the usual ones, or those that were free when it was started."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from deploy.local.embedded.part import PartError
from deploy.local.embedded.ports import Claims


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Of the loopback, below the range that the system gives to clients."""

    gateway: int = 8080
    sign_in: int = 9400
    deeds: int = 9402
    criminal_record: int = 9403
    smtp: int = 10025
    amqp: int = 25772
    distribution: int = 25773
    epmd: int = 25774
    store: int = 27117
    magda: int = 9410
    amqp_2: int = 25775
    distribution_2: int = 25776
    amqp_3: int = 25777
    distribution_3: int = 25778


USUAL_PLATFORM = f"https://127.0.0.1:{Ports.magda}/"
"""Where a town's file asks for its people that means the demonstration's stand-in for MAGDA."""


def kept_ports(file: Path) -> Ports:
    """Those that a start wrote there, or the usual ones. Of parts of a later version, nothing. Raises PartError."""
    try:
        chosen = dict[str, int](**json.loads(file.read_text(encoding="ascii")))
        return Ports(**{each.name: int(chosen[each.name]) for each in fields(Ports) if each.name in chosen})
    except FileNotFoundError:
        return Ports()
    except (ValueError, TypeError):
        raise PartError(f"{file} cannot be read; delete it, and `loket down` and `up` choose ports anew") from None


def keep_ports(file: Path, ports: Ports) -> None:
    """There whole or not at all."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(asdict(ports)), encoding="ascii")
    draft.rename(file)


def chosen_ports(wanted: Ports, claims: Claims) -> Ports:
    """A port that somebody else holds by now is left to them, and another taken.

    They are this deployment's as long as somebody holds `claims`. Raises PartError.
    """
    chosen = wanted
    given: set[int] = set()  # two parts may begin to look at places that lie ten apart
    for name, port in asdict(chosen).items():
        free = next((p for p in range(port, port + 2000, 10) if p not in given and claims.claim(p)), None)
        if free is None:
            raise PartError(f"no free port for {name} from {port} on; end what holds them")
        given.add(free)
        chosen = replace(chosen, **{name: free})
    return chosen
