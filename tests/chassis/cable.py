"""A cable between a client and a server, that can be cut, can go dead without a word, or can be slow."""

import contextlib
import selectors
import socket
import threading
from urllib.parse import urlsplit


class Cable:
    """Listens on `port` and carries what comes to the server and back."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._dead: list[socket.socket] = []
        self._of_server: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._lock = threading.Lock()
        self._done = threading.Event()
        self.connected = 0
        self.broken = False
        """Refuses whoever comes."""
        self.cut_at: bytes | None = None
        """What is cut once it is said, and carried no further; who comes anew finds a good one."""
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def leading_to(self, address: str) -> str:
        """The server's address, by way of this."""
        parts = urlsplit(address)
        return parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{self.port}").geturl()

    def cut(self) -> None:
        """Both sides are told."""
        with self._lock:
            while self._pairs:
                self._drop(next(iter(self._pairs)))

    def go_dead(self) -> None:
        """Neither side is told; who comes anew finds a good one."""
        with self._lock:
            for line in list(self._pairs):
                self._selector.unregister(line)
                self._dead.append(line)
            self._pairs.clear()

    def hold(self) -> None:
        """What the server says comes no further, and whoever listens does not know why."""
        with self._lock:
            for line in self._of_server & self._pairs.keys():
                self._selector.unregister(line)

    def let_go(self) -> None:
        """It comes again, and nothing was lost."""
        with self._lock:
            for line in self._of_server & self._pairs.keys():
                self._selector.register(line, selectors.EVENT_READ)

    def close(self) -> None:
        """No more."""
        self._done.set()
        self._thread.join()
        self.cut()
        for line in (*self._dead, self._listener):
            line.close()
        self._selector.close()

    def _carry(self) -> None:
        while not self._done.is_set():
            for key, _ in self._selector.select(0.05):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._pairs:
                        self._pass_on(key.fileobj)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            if self.broken:
                raise ConnectionError
            server = socket.create_connection(("127.0.0.1", self._server))
        except ConnectionError:
            client.close()
            return
        self.connected += 1
        self._of_server.add(server)
        for here, there in ((client, server), (server, client)):
            self._pairs[here] = there
            self._selector.register(here, selectors.EVENT_READ)

    def _pass_on(self, line: socket.socket) -> None:
        try:
            data = line.recv(65536)
            if self.cut_at and self.cut_at in data:
                self.cut_at = None
            elif data:
                self._pairs[line].sendall(data)
                return
        except ConnectionError:
            pass
        self._drop(line)

    def _drop(self, line: socket.socket) -> None:
        for end in (line, self._pairs.pop(line, None)):
            if end is not None:
                self._pairs.pop(end, None)
                with contextlib.suppress(KeyError):
                    self._selector.unregister(end)
                end.close()
