"""The browser these tests drive: which there is, or why there is none."""

import importlib.util
import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ADVICE = "On Debian: apt-get install chromium chromium-driver"


def browser() -> str | None:
    """The path of a browser, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def absence() -> str | None:
    """Why the tests of the page cannot run here, or None where they can."""
    if browser() is None:
        return f"absent: no browser is on PATH (looked for {', '.join(BROWSERS)}). {ADVICE}"
    if shutil.which("chromedriver") is None:
        return f"absent: chromedriver is not on PATH. {ADVICE}"
    return None


def missing_package() -> str | None:
    """What to install where Selenium is not, else None."""
    found = importlib.util.find_spec("selenium")
    return None if found else "absent: selenium is not installed (pip install selenium)"
