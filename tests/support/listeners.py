"""Real servers on this machine that listen to what is sent: HTTP and mail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Heard:
    """What came in. `status` is what an HTTP server answers; `port` where it listens."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.mails: list[tuple[list[str], str]] = []
        self.status = 200
        self.port = 0


@contextmanager
def http() -> Iterator[Heard]:
    """An HTTP server that takes any POST."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.posts.append((headers, body))
            self.send_response(heard.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    yield from _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler), heard)


@contextmanager
def smtp() -> Iterator[Heard]:
    """A mail server that takes any mail, without encryption."""
    heard = Heard()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            to: list[str] = []
            for line in iter(self.rfile.readline, b""):
                command = line.decode().strip()
                if command.upper().startswith("RCPT TO:"):
                    to.append(command[8:].strip("<> "))
                if command.upper() == "DATA":
                    self._say("354 go on")
                    heard.mails.append((to, self._message()))
                elif command.upper() == "QUIT":
                    self._say("221 bye")
                    return
                self._say("250 ok")

        def _message(self) -> str:
            lines = iter(self.rfile.readline, b".\r\n")
            return "".join(line.decode("utf-8") for line in lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    yield from _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), heard)


def _served(server: socketserver.TCPServer, heard: Heard) -> Iterator[Heard]:
    heard.port = server.server_address[1]  # type: ignore[assignment]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
