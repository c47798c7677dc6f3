"""A headless browser, the report it is shown, and what it must never do: fetch, or complain."""

import itertools
import json
import shutil

import pytest

from riesz.conformance.html import page

from . import chromium

STATUSES = (
    "passed", "failed", "expected-failure", "unexpected-pass", "unsupported", "absent", "error",
)  # fmt: skip
HOSTILE = (
    "</script><script>document.title='broken'</script>",
    "<img src=x onerror=\"document.title='broken'\">",
    "__proto__",
    "constructor",
    "@script@ & 'quotes' \"too\" \\u003c \u2028",
)
MATRIX = """
const count = (span) => [span.dataset.status, parseInt(span.textContent.replaceAll(",", ""))];
const counts = (place) => [...place.querySelectorAll(".count")].map(count);
const cells = [...document.querySelectorAll("tr.operator .tile")].map((tile) =>
  [tile.closest("tr").dataset.operator, tile.dataset.backend, counts(tile)]);
const columns = [...document.querySelectorAll("thead th[data-backend]")];
return [cells, columns.map((column) => [column.dataset.backend, counts(column)])];
"""


def pytest_sessionstart() -> None:
    """Where there is no browser, nothing runs and nothing passes: the run ends with the reason."""
    reason = chromium.absence() or chromium.missing_package()
    if reason:
        pytest.exit(reason, returncode=pytest.ExitCode.NO_TESTS_COLLECTED)


def result(
    operator, backend, check, dtype, status, error=None, tolerance=None, reason="", checks=0
):
    return {
        "operator": operator, "backend": backend, "check": check, "dtype": dtype, "status": status,
        "error": error, "tolerance": tolerance, "reason": reason, "checks": checks,
    }  # fmt: skip


def report_of(results, **changes):
    fields = {
        "suite": "1.0", "riesz": "0.1.0", "python": "3.11.2", "platform": "Linux", "seconds": 12.5,
        "date": "2026-01-02T03:04:05+00:00", "required": [], "left_out": ["mutation <b>tests</b>"],
        "backends": {
            "numpy": {"probe": None, "library": "numpy"}, "native": {"probe": None, "library": ""},
            "cupy": {"probe": "no <b>device</b>", "library": "cupy"},
        },
    }  # fmt: skip
    return {**fields, "results": list(results), **changes}


def some_results(operators=("sum", "exp", "fft", "mine", *HOSTILE)):
    """Every status somewhere, in a pattern that is different for every operator and backend."""
    cases = itertools.product(operators, ("numpy", "native"), ("adjoint", "taylor", "purity"))
    for k, (operator, backend, check) in enumerate(cases):
        for i, dtype in enumerate(("float32", "float64")):
            status = STATUSES[(k * k + i) % 7] if (k + i) % 3 else "passed"
            if status in ("unsupported", "absent"):
                yield result(operator, backend, check, dtype, status, reason=f"no kernel ({k})")
            else:
                error = {"failed": 10.0**-k, "error": "nan"}.get(status, 3e-13)
                reason = f"case {k} of {operator}" * (status != "passed")
                yield result(operator, backend, check, dtype, status, error, 1e-12, reason, k + 1)
    yield result("*", "cupy", "*", "*", "absent", reason="no device")


@pytest.fixture(scope="session")
def report():
    return report_of(some_results())


@pytest.fixture(scope="session")
def driver():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium.browser()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument("--window-size=1500,1000")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


class Page:
    """A page open in the browser."""

    def __init__(self, driver, path, report):
        path.write_text(page(report), encoding="utf-8")
        self.driver, self.address, self.report = driver, path.as_uri(), report

    def go(self, hash=""):
        """Load it anew."""
        self.driver.get("about:blank")
        self.driver.get(self.address + hash)
        self.built()

    def built(self):
        """Wait until the whole matrix is there."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, 20).until(lambda d: d.execute_script(
            "return document.getElementById('matrix').hasAttribute('data-complete')"))  # fmt: skip

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector):
        (found,) = self.all(selector)
        return found

    def texts(self, selector):
        return [found.text for found in self.all(selector)]

    def chip(self, filter, value):
        return self.one(f"#{filter} [data-value='{value}']")

    def tile(self, operator, backend):
        return self.one(f"tr[data-operator='{operator}'] .tile[data-backend='{backend}']")

    def matrix(self):
        """(operator, backend) -> status -> count, and backend -> status -> count of the heading."""
        self.built()
        cells, columns = self.driver.execute_script(MATRIX)
        return {(o, b): dict(n) for o, b, n in cells if n}, {b: dict(n) for b, n in columns if n}

    def keys(self, *keys):
        """Press keys, one after the other, wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element


@pytest.fixture
def open_page(driver, tmp_path):
    """open_page(report, hash): afterwards nothing was fetched, and the console is empty."""
    driver.get("about:blank")
    for log in ("browser", "performance"):
        driver.get_log(log)

    def opened(report, hash=""):
        shown = Page(driver, tmp_path / "report.html", report)
        shown.go(hash)
        return shown

    yield opened
    assert driver.get_log("browser") == []
    assert not {url for url in requests(driver) if not url.startswith(("file:", "data:", "about:"))}
    assert driver.title != "broken"


def requests(driver):
    """The addresses of everything asked for since last time."""
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            yield message["params"]["request"]["url"]


@pytest.fixture
def shown(open_page, report):
    return open_page(report)
