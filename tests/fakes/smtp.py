"""A small mail server on loopback (RFC 5321, no TLS): keeps what it gets, refuses on demand.

with MailServer() as server:                   # EMAIL_HOST 127.0.0.1, EMAIL_PORT server.port, EMAIL_USE_TLS False
    server.refuse["RCPT"] = "550 no such user"      # by command: MAIL, RCPT or DATA
    server.offers_login = True                      # and refuses every login
    server.received -> [Letter(sender, recipients, content)]
"""

import socketserver
import threading
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import ClassVar


@dataclass(frozen=True)
class Letter:
    sender: str
    recipients: tuple[str, ...]
    content: Message


class MailServer:
    """See the module's docstring."""

    def __init__(self) -> None:
        self.received: list[Letter] = []
        self.refuse: dict[str, str] = {}
        self.offers_login = False

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> "MailServer":
        self._server = _Server(("127.0.0.1", 0), type("Dialogue", (_Dialogue,), {"mail": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Dialogue(socketserver.StreamRequestHandler):
    mail: ClassVar[MailServer]

    def handle(self) -> None:
        sender, recipients = "", []
        self._say("220 sink ready")
        while line := self.rfile.readline().decode().strip():
            command = line[:4].upper()
            if command in self.mail.refuse:
                self._say(self.mail.refuse[command])
            elif command in ("EHLO", "HELO"):
                self._say("250-sink\r\n250 AUTH PLAIN" if self.mail.offers_login else "250 sink")
            elif command == "AUTH":
                self._say("535 authentication failed")
            elif command == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                self._say("250 ok")
            elif command == "RCPT":
                recipients.append(line.partition("<")[2].partition(">")[0])
                self._say("250 ok")
            elif command == "DATA":
                self._say("354 go on")
                self.mail.received.append(Letter(sender, tuple(recipients), message_from_bytes(self._data())))
                self._say("250 kept")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
