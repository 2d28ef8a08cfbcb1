"""A PostgreSQL server in a folder of its own, reached by a socket in that folder alone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import OperationalError

PROGRAMS: Final = Path("/usr/lib/postgresql")
USER: Final = "auditor"
PASSWORD: Final = "correct-horse-battery"
_OWNER: Final = "postgres"
_PATIENCE: Final = 120


def programs() -> Path | None:
    """The folder of the newest server that Debian's package installed, if any."""
    found = sorted(PROGRAMS.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """Started by ``with``, and stopped at its end or with the tests. It listens on no port."""

    def __init__(self) -> None:
        # The path of a socket has to be short, and the folder another user's.
        self.folder = Path(mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        self._secret = self.folder / "secret"
        self._secret.write_text(f"{PASSWORD}\n")
        self._passfile = self.folder / "passfile"
        self._passfile.write_text(f"*:*:*:{USER}:{PASSWORD}\n")
        self._passfile.chmod(0o600)
        self._names = count()
        self._running: subprocess.Popen[bytes] | None = None
        self._prefix = ["setpriv", "--pdeathsig=KILL"]
        if os.geteuid() == 0:
            # The server refuses to run as root.
            owner = pwd.getpwnam(_OWNER)
            for path in (self.folder, self._secret):
                os.chown(path, owner.pw_uid, owner.pw_gid)
            self._prefix += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}"]
            self._prefix.append("--clear-groups")

    def __enter__(self) -> Self:
        with (self.folder / "told").open("wb") as told:
            make = self._command("initdb", "-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "-N")
            make.append(f"--pwfile={self._secret}")
            subprocess.run(make, stdout=told, stderr=told, cwd="/", timeout=_PATIENCE, check=True)
            options = ("-c", "listen_addresses=", "-c", "fsync=off", "-k", str(self.folder))
            run = self._command("postgres", *options)
            self._running = subprocess.Popen(run, stdout=told, stderr=told, cwd="/")
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._running.poll() is None, (self.folder / "told").read_text()
            assert time.monotonic() < end, (self.folder / "told").read_text()
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is not None:
            # At once, whoever is still connected.
            self._running.send_signal(signal.SIGQUIT)
            self._running.wait(_PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self, name: str, *arguments: str) -> list[str]:
        folder = programs()
        assert folder is not None
        return [*self._prefix, str(folder / name), "-D", str(self._data), *arguments]

    def _answers(self) -> bool:
        try:
            with self.admin():
                return True
        except OperationalError:
            return False

    def url(self, name: str) -> str:
        """The address of a database on it; its password lies in a file."""
        return f"{self.bare_url(name)}&passfile={self._passfile}"

    def bare_url(self, name: str) -> str:
        """The address without the password."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def fresh_name(self) -> str:
        """A name for a new database."""
        return f"audit{next(self._names)}"

    @contextlib.contextmanager
    def admin(self) -> Iterator[Connection]:
        """A connection that is in no transaction."""
        url = self.url("postgres").replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
