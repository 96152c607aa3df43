"""`python -m deploy.demo.mail_catcher PORT FOLDER`: an SMTP server that keeps mail as files and sends none on."""

import asyncio
import signal
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

MAX_BYTES = 1_000_000


class Catcher:
    """Writes each mail to `<n>-<digest>.eml`: numbered as they came, no address in the name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        self._count += 1
        path = self._folder / f"{self._count:06}-{sha256(content).hexdigest()[:12]}.eml"
        draft = path.with_suffix(".new")
        draft.write_bytes(content)
        draft.chmod(0o600)
        draft.rename(path)
        return "250 kept"


async def catch(port: int, folder: Path) -> None:
    """Until SIGTERM."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    catcher, ended = Catcher(folder), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = await loop.create_server(
        lambda: SMTP(catcher, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, ident="loket mail catcher"),
        "127.0.0.1",
        port,
    )
    async with server:
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(catch(int(sys.argv[1]), Path(sys.argv[2])))
