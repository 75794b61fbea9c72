"""Pictures made smaller, in a child process: a picture can be a bomb."""

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from app.core.children import bare_environment
from app.files.service.storage import incoming

logger = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("picture_child.py")


def made_smaller(picture: IO[bytes], kind: str, longest: int) -> Path | None:
    """A WebP of at most so many pixels, without anything of the camera, for the caller to put or unlink.

    None when the child would not make it. Closes the picture.
    """
    handle, name = tempfile.mkstemp(dir=incoming())
    small, command = Path(name), [sys.executable, "-I", str(CHILD), kind, str(longest)]
    try:
        with picture, os.fdopen(handle, "wb") as written:
            subprocess.run(command, stdin=picture, stdout=written, stderr=subprocess.PIPE,  # noqa: S603 (our own words)
                           check=True, env=bare_environment())
            os.fsync(written.fileno())
    except (subprocess.SubprocessError, OSError) as trouble:
        logger.warning("a picture was not made smaller: %s", trouble)
        small.unlink(missing_ok=True)
        return None
    return small
