"""Who the embedded servers run as. PostgreSQL refuses to run as root, so root lends them another name."""

import enum
import os
import shutil
import subprocess
from pathlib import Path

from maskline.refusal import Refusal

NOBODY = 65534


class RunAs(enum.Enum):
    """How the servers get a user that is not root."""

    SELF = "self"
    """We are no root: the servers are who we are."""

    NAMESPACE = "namespace"
    """Root, in a user namespace where it is called nobody: files stay root's, and no power over the machine is left."""

    NOBODY = "nobody"
    """Root on a machine without user namespaces: the servers become the user nobody, who must own their files."""

    @property
    def owner(self) -> int:
        """The user id that the servers' files must have, seen from outside."""
        return NOBODY if self is RunAs.NOBODY else os.geteuid()

    @property
    def prefix(self) -> list[str]:
        """What to put before a command's words."""
        return _UNSHARE if self is RunAs.NAMESPACE else []


_UNSHARE = ["unshare", "--user", f"--map-user={NOBODY}", "--"]


def choose() -> RunAs:
    """The way that this machine allows; root tries a user namespace first (a container may forbid it)."""
    if os.geteuid() != 0:
        return RunAs.SELF
    if shutil.which("unshare"):
        tried = subprocess.run([*_UNSHARE, "true"], check=False, capture_output=True)
        if tried.returncode == 0:
            return RunAs.NAMESPACE
    return RunAs.NOBODY


def hand_over(folder: Path, run_as: RunAs) -> None:
    """
    Sees to it that everything in `folder` belongs to whom the servers run as. A folder that is missing is fine.

    Raises Refusal where the folder is another person's: only root's and nobody's are root's to hand over.
    """
    if not folder.exists():
        return
    owner = folder.stat().st_uid
    if owner == run_as.owner:
        return
    if os.geteuid() != 0 or owner not in (0, NOBODY):
        raise Refusal(
            f"The data folder {folder} belongs to user id {owner}. Run as that user, or set MASKLINE_DATA_DIR to a "
            "folder of your own."
        )
    for path in (folder, *folder.rglob("*")):
        os.chown(path, run_as.owner, -1, follow_symlinks=False)


def require_reach(programs: Path, data_dir: Path, run_as: RunAs) -> None:
    """Raises Refusal where nobody may not walk to the programs or to the data folder."""
    if run_as is not RunAs.NOBODY:
        return
    data_dir.chmod(0o711)
    for path, what in ((programs / "postgres", "PostgreSQL's programs"), (data_dir / ".", "the data folder")):
        for folder in path.parents:
            if not folder.stat().st_mode & 0o001:
                raise Refusal(
                    "PostgreSQL refuses to run as root and this machine allows no user namespaces; the user nobody "
                    f"cannot reach {what}, because {folder} is closed to others. Run as an ordinary user, or move "
                    "that folder (MASKLINE_VENV, MASKLINE_DATA_DIR)."
                )
