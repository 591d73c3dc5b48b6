"""The web server: uvicorn, which tells whoever listens to events before it waits for them."""

import socket

import uvicorn
from fastapi import FastAPI


class Server(uvicorn.Server):
    """Serves the application until `should_exit`. A stream of events has no end of its own for
    minutes, and uvicorn waits for open answers: they are ended first."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._streams = app.state.house.streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.end()
        await super().shutdown(sockets)
