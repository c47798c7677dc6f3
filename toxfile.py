"""What tox.ini cannot say: without a browser, the environment `browser` is skipped, not passed."""

import runpy
from pathlib import Path

from tox.plugin import impl
from tox.tox_env.api import ToxEnv
from tox.tox_env.errors import Skip

CHROMIUM = Path(__file__).parent / "tests" / "browser" / "chromium.py"


@impl
def tox_before_run_commands(tox_env: ToxEnv) -> None:
    """Skip with the reason, which tox prints and repeats as SKIP in its summary."""
    reason = runpy.run_path(str(CHROMIUM))["absence"]() if tox_env.name == "browser" else None
    if reason:
        raise Skip(reason)
