"""A mail server on loopback for machines without one: it accepts every mail and keeps it as a file."""

import time
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller

from oms.engines import free_port

MAIL_BYTES = 35_000_000


class MailCatcher:
    """Write every mail that arrives at `port` to FOLDER/<time>-<number>.eml."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._numbers = count(1)
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, data_size_limit=MAIL_BYTES, enable_SMTPUTF8=True
        )

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_DATA(self, server, session, envelope) -> str:
        """Called by aiosmtpd for each mail."""
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self._numbers):05}"
        draft = self.folder / f"{name}.part"
        draft.write_bytes(envelope.original_content)
        draft.rename(self.folder / f"{name}.eml")
        return "250 OK"
