"""`loket-tail`: print what a department hears, an event a line, and take nothing away from whoever handles it."""

import argparse
import os
import sys

from pika.exceptions import AMQPConnectionError, AMQPError, ProbableAuthenticationError

from .catching_up import Since
from .subscriber import ASK_THE_TOWN, Subscriber, is_refused


def main(arguments: list[str] | None = None) -> int:
    """What the stream of the department holds, from a place in it up to now, and on. 1 where the broker refuses or does
    not answer."""
    parser = argparse.ArgumentParser(prog="loket-tail", description=__doc__)
    parser.add_argument("uri", help="amqps://USER:PASSWORD@HOST/VIRTUAL-HOST")
    parser.add_argument(
        "--since",
        type=_since,
        help="first, an offset, or a moment (2026-11-27T08:00:00+01:00); else first, or now with --follow",
    )
    parser.add_argument(
        "--signed-by", help="Loket's public keys (notify.2026a:…): what is not signed with one of them is passed over"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="also what comes, until you end it")
    chosen = parser.parse_args(arguments)
    try:
        subscriber = Subscriber(chosen.uri, signed_by=chosen.signed_by)
    except ValueError as wrong:
        parser.error(str(wrong))
    try:
        for event in subscriber.follow(chosen.since) if chosen.follow else subscriber.history(chosen.since):
            sys.stdout.write(event.to_json().decode() + "\n")
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # as `head` does: what could not be written is not tried again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except ProbableAuthenticationError:
        return _failed("the broker does not know this user or password")
    except (AMQPConnectionError, OSError) as error:
        return _failed(f"the broker does not answer ({type(error).__name__})")
    except AMQPError as error:
        return _failed(ASK_THE_TOWN if is_refused(error) else f"{type(error).__name__}: {error}")
    return 0


def _failed(why: str) -> int:
    sys.stderr.write(f"loket-tail: {why}\n")
    return 1


def _since(text: str) -> Since:
    try:
        return Since.parse(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


if __name__ == "__main__":
    sys.exit(main())
