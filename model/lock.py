"""One run to an output: a second one is refused while the first is at work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from model.errors import OutputError


@contextmanager
def locked(path: Path, what: Path) -> Iterator[None]:
    """Hold the lock file ``path`` for ``what``. The system lets go of it when the process ends, however it ends.

    Raises:
        OutputError: another process holds it; names the process.
    """
    handle = _acquired(path, what)
    try:
        with suppress(OSError):  # on a full disk the lock holds all the same
            os.truncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _acquired(path: Path, what: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise OutputError(f"{what}: another run is writing it (process {holder}); wait until it is done, or choose another place with -o") from error
        except OSError:
            os.close(handle)
            raise
        if _is(path, handle):
            return handle
        os.close(handle)  # its holder removed it between our opening and our locking


def _is(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False
