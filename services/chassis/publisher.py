"""Confirmed publishing: a message is either confirmed by the broker or an error is raised."""

import contextlib
import queue
import socket
from collections.abc import Mapping
from functools import partial
from time import monotonic
from typing import Any

from amqp.exceptions import ChannelError, MessageNacked
from kombu import Connection

from services.chassis.addresses import LOST, Addresses

PERSISTENT, TRANSIENT = 2, 1
ESTABLISHED = 1
"""The state of a TCP connection that stands at both ends (Linux's net/tcp_states.h)."""

NO_ROUTE = 312
"""Reply code of basic.return (AMQP 0-9-1)."""


class Unpublished(Exception):
    """The broker did not confirm: the message may or may not have arrived."""


class Unconfirmed(Unpublished):
    """It was sent: of several queues some may have it."""


class Unroutable(Unpublished):
    """No queue is bound for the message: whoever should hear it has never declared its queue."""


class Publisher:
    """A small pool of channels in confirm mode, one connection each, for threads and greenlets alike.

    A connection that saw any error is dropped, not closed politely, which would block while the broker holds publishers
    back (memory alarm). After a returned message, too: the next confirm on it would belong to the last message.
    """

    def __init__(self, uri: str, *, confirm_timeout_s: float) -> None:
        self._addresses = Addresses(uri)
        self._timeout = confirm_timeout_s
        self._idle: dict[bool, queue.LifoQueue[Connection]] = {True: queue.LifoQueue(), False: queue.LifoQueue()}
        self._since: float | None = None
        self._silent: Connection | None = None

    @property
    def stands_for_s(self) -> float:
        """Seconds since the broker was reached again after it was lost, or for the first time; 0 where it is away."""
        since = self._since
        return 0.0 if since is None else monotonic() - since

    def publish(
        self,
        body: bytes,
        *,
        exchange: str,
        routing_key: str,
        message_id: str = "",
        headers: Mapping[str, Any] | None = None,
        content_type: str = "application/octet-stream",
        mandatory: bool = True,
        delivery_mode: int = PERSISTENT,
        patience_s: float | None = None,
        **properties: Any,
    ) -> None:
        """Returns once the broker has the message. Raises Unroutable, or Unpublished when in doubt.

        With `patience_s` all attempts together wait no longer for it than so.

        A TRANSIENT message is sent and not waited for: who misses it has another way to know.
        """
        confirmed = delivery_mode == PERSISTENT
        end = None if patience_s is None else monotonic() + patience_s
        send = partial(
            self._send,
            body,
            message_id=message_id,
            headers=dict(headers or {}),
            content_type=content_type,
            route={"exchange": exchange, "routing_key": routing_key, "mandatory": mandatory and confirmed},
            properties={"delivery_mode": delivery_mode, **properties},
            idle=self._idle[confirmed],
        )
        with contextlib.suppress(queue.Empty, Unpublished):
            return send(self._idle[confirmed].get_nowait(), timeout=self._left(end))
        if end is not None and monotonic() >= end:
            raise Unconfirmed("patience over")
        # the idle channel may have died unnoticed: once more on a fresh one
        return send(self._connect(confirmed), timeout=self._left(end))

    def _send(
        self,
        body: bytes,
        connection: Connection,
        *,
        timeout: float,
        message_id: str,
        headers: dict[str, Any],
        content_type: str,
        route: dict[str, Any],
        properties: dict[str, Any],
        idle: "queue.LifoQueue[Connection]",
    ) -> None:
        try:
            channel = connection.default_channel
            message = channel.prepare_message(
                body, content_type=content_type, headers=headers, properties={"message_id": message_id, **properties}
            )
            channel.basic_publish(message, confirm_timeout=timeout, **route)
        except MessageNacked as error:  # a queue's leader went away, or it is full
            connection.collect()
            raise Unconfirmed(type(error).__name__) from error
        except ChannelError as error:
            connection.collect()
            if error.reply_code == NO_ROUTE:
                raise Unroutable(route["routing_key"]) from None
            raise Unpublished(type(error).__name__) from error
        except LOST as error:
            if isinstance(error, TimeoutError):
                self._keep_silent(connection)
            else:
                self._since = None
                connection.collect()
            self._drop_idle()  # those at the same node: an unconfirmed message would leave for it unnoticed
            raise Unconfirmed(type(error).__name__) from error
        except BaseException:  # a greenlet killed in mid-publish leaves the channel in an unknown state
            connection.collect()
            raise
        idle.put(connection)

    def _left(self, end: float | None) -> float:
        return self._timeout if end is None else min(self._timeout, max(end - monotonic(), 0.001))

    def close(self) -> None:
        """Drop what stands; the next message takes a fresh connection."""
        self._drop_idle()
        self._keep_silent(None)

    def _drop_idle(self) -> None:
        for idle in self._idle.values():
            with contextlib.suppress(queue.Empty):
                while True:
                    idle.get_nowait().collect()

    def _connect(self, confirmed: bool) -> Connection:
        options = {
            "confirm_publish": confirmed,
            "read_timeout": self._timeout,
            "write_timeout": self._timeout,
        }
        self._keep_silent(None)
        try:
            made = self._addresses.connect(connect_timeout=5, transport_options=options)
        except LOST as error:
            self._since = None
            raise Unpublished(type(error).__name__) from error
        self._since = self._since or monotonic()
        return made

    def _keep_silent(self, connection: Connection | None) -> None:
        """Until the next is made: a queue that takes nothing is no broker that was lost, unless it stood still and is
        killed, which this connection tells."""
        former, self._silent = self._silent, connection
        if former is not None:
            if _is_cut(former):
                self._since = None
            former.collect()


def _is_cut(connection: Connection) -> bool:
    """Has the other end gone? The kernel knows without anything being sent or read (tcp(7), TCP_INFO)."""
    try:
        state = connection.connection.transport.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    except (AttributeError, OSError):
        return True
    return bool(state[0] != ESTABLISHED)
