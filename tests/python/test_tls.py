"""The profile reaches a Postgres server through TLS, checks its certificate and refuses an open connection.

The server of the tests has no TLS of its own, so a proxy before it has the certificate.
"""

import select
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg2
import pytest
from postgres_support import PostgresServer
from warehouse_support import environment

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104  # the first message of a client that wants encryption


@dataclass
class Proxy:
    """A port that speaks TLS and passes everything on to the server; `encrypted` counts connections."""

    server: PostgresServer
    context: ssl.SSLContext | None  # none: the server has no TLS
    listener: socket.socket
    encrypted: int = 0
    refused: int = 0
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def port(self) -> str:
        return str(self.listener.getsockname()[1])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client: socket.socket) -> None:
        """Answer the request for encryption, and join the client with the server."""
        with suppress(OSError):
            while True:
                length, code = struct.unpack("!II", client.recv(8, socket.MSG_WAITALL))
                if code != GSS_REQUEST:
                    break
                client.sendall(b"N")
            if (length, code) != (8, SSL_REQUEST):  # an open connection
                self.refused += 1
                client.close()
                return
            client.sendall(b"S" if self.context else b"N")
            if not self.context:
                return
            client = self.context.wrap_socket(client, server_side=True)
            self.encrypted += 1
            backend = self.reach()
            self.sockets += [client, backend]
            relay(client, backend)

    def reach(self) -> socket.socket:
        """A connection to the server, whose host may be the folder of its socket."""
        if self.server.host.startswith("/"):
            backend = socket.socket(socket.AF_UNIX)
            backend.connect(f"{self.server.host}/.s.PGSQL.{self.server.port}")
            return backend
        return socket.create_connection((self.server.host, int(self.server.port)))


def relay(client: ssl.SSLSocket, server: socket.socket) -> None:
    """Pass on what either side sends until one ends; in one thread, as an encrypted socket is not for two."""
    other = {client: server, server: client}
    with closing(client), closing(server):
        while True:
            for source in [client] if client.pending() else select.select([*other], [], [])[0]:
                if not (part := source.recv(65536)):
                    return
                other[source].sendall(part)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of its own for `localhost`, and its key."""
    key, made = folder / "server.key", folder / "server.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return made, key


@contextmanager
def proxy(server: PostgresServer, folder: Path) -> Iterator[Proxy]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder))
    with closing(socket.create_server(("localhost", 0))) as listener:
        running = Proxy(server, context, listener)
        threading.Thread(target=running.serve, daemon=True).start()
        with ExitStack() as stack:
            yield running
            for each in running.sockets:
                stack.callback(each.close)


@pytest.fixture
def encrypted(postgres_warehouse, tmp_path):
    """An empty database, reached through TLS, and the proxy before it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: there is no certificate for the test")
    (tmp_path / "raw").mkdir()
    built = postgres_warehouse(tmp_path / "raw")
    with proxy(built.server, tmp_path) as running:
        yield replace(built, server=replace(built.server, host="localhost", port=running.port)), running


def test_a_build_with_a_checked_certificate_is_encrypted(encrypted, tmp_path):
    built, running = encrypted
    with environment(SLOTWATCH_PG_SSLMODE="verify-full", PGSSLROOTCERT=tmp_path / "server.crt"):
        built.build("2026-01-05 06:00:00", "--select", "+company_forms")
    assert running.encrypted > 2 and running.refused == 0


@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
def test_an_unknown_certificate_is_refused(encrypted, tmp_path, mode):
    built, running = encrypted
    other = tmp_path / "other"
    other.mkdir()
    role = built.server.role
    with (
        environment(PGSSLROOTCERT=certificate(other)[0]),
        pytest.raises(psycopg2.OperationalError, match="certificate"),
    ):
        psycopg2.connect(f"{role.dsn(built.database)} sslmode={mode}")
    assert running.refused == 0


def test_a_server_without_tls_is_refused_if_tls_is_required(encrypted):
    built, running = encrypted
    running.context = None
    with pytest.raises(psycopg2.OperationalError, match="does not support SSL"):
        psycopg2.connect(f"{built.server.role.dsn(built.database)} sslmode=require")
