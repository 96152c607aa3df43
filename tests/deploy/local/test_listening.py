"""Whatever a program writes is heard, also on a descriptor whose former pipe nobody was told of the end of."""

import asyncio
import os
from types import SimpleNamespace
from typing import Any

from circus.stream.redirector import Redirector
from tornado.ioloop import IOLoop

from deploy.local.supervisor import Listening


class Process:
    """Of which circus reads one pipe."""

    def __init__(self) -> None:
        self.pid = 1
        self.pipe_stdout, self.pipe_stderr = True, False
        self.read, self.write = os.pipe()
        self.stdout = SimpleNamespace(fileno=lambda: self.read)


def heard_by(kind: type[Redirector]) -> list[bytes]:
    """What the second of two programs wrote, of whom the first ended without a word to circus."""

    async def listen() -> list[bytes]:
        said: list[bytes] = []

        def hear(data: dict[str, Any]) -> None:
            said.append(data["data"])

        redirectors = [kind(hear, hear, loop=IOLoop.current()) for _ in range(2)]
        for each in redirectors:
            each.start()
        ended = Process()
        redirectors[0].add_redirections(ended)
        os.close(ended.write)
        os.close(ended.read)
        begun = Process()
        assert begun.read == ended.read
        redirectors[1].add_redirections(begun)
        redirectors[0].stop()
        os.write(begun.write, b"here")
        while not said:
            await asyncio.sleep(0)
        redirectors[1].stop()
        os.close(begun.write)
        os.close(begun.read)
        return said

    return asyncio.run(asyncio.wait_for(listen(), 10))


def test_a_program_that_gets_the_descriptor_of_one_that_ended_is_heard() -> None:
    assert heard_by(Listening) == [b"here"]
