"""A line between browser and server that can be cut and mended, so that no server has to be started for each test."""

import contextlib
import socket
from collections.abc import Iterator
from threading import Thread

HERE = "127.0.0.1"


class Line:
    """Listens on ``port`` and passes everything on to ``server_port`` and back."""

    def __init__(self, port: int, server_port: int) -> None:
        self.port, self.server_port = port, server_port
        self._is_silent = False
        self._ends: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        """Takes connections again."""
        self._is_silent = False
        self._listener = socket.create_server((HERE, self.port))
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Ends every connection; nothing listens any more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()
        while self._ends:
            with contextlib.suppress(OSError):
                self._ends[-1].shutdown(socket.SHUT_RDWR)
            self._ends.pop().close()

    @contextlib.contextmanager
    def dead(self) -> Iterator[None]:
        """In this block nothing listens."""
        self.cut()
        try:
            yield
        finally:
            self.mend()

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """In this block every request is taken and none answered."""
        self.cut()
        self.mend()
        self._is_silent = True
        try:
            yield
        finally:
            self.cut()
            self.mend()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            self._ends.append(browser)
            if self._is_silent:
                continue
            try:
                server = socket.create_connection((HERE, self.server_port))
            except OSError:  # it does not listen yet
                browser.close()
                continue
            self._ends.append(server)
            for source, target in ((browser, server), (server, browser)):
                Thread(target=_pass_on, args=(source, target), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
