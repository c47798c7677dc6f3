"""The page of a report, in a real browser: what it shows is what the report says."""

import json
import math
from collections import Counter

import pytest
from selenium.webdriver.common.keys import Keys

from riesz.conformance import run

from .conftest import HOSTILE, STATUSES, report_of, requests, result, some_results

CONTRAST = """
const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
function paper(place) {
  const colour = rgb(getComputedStyle(place).backgroundColor);
  return colour[3] === 0 && place.parentElement ? paper(place.parentElement) : colour;
}
const ratios = [];
for (const place of document.querySelectorAll("body *")) {
  const says = [...place.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!says || !place.checkVisibility()) continue;
  const [a, b] = [light(rgb(getComputedStyle(place).color)), light(paper(place))];
  ratios.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), place.outerHTML]);
}
return ratios.sort(([a], [b]) => a - b);
"""


def counted(results, *fields):
    """How many results have each status, by what stands in `fields`."""
    found = {}
    for entry in results:
        key = tuple(entry[field] for field in fields)
        counts = found.setdefault(key if len(key) > 1 else key[0], Counter())
        counts[entry["status"]] += 1
    return found


def agrees(shown, results):
    """Whether the matrix holds the counts of these results and no others."""
    cells, columns = shown.matrix()
    assert cells == counted(results, "operator", "backend")
    assert columns == counted(results, "backend")
    return True


def test_counts_are_those_of_the_report(shown, report):
    assert agrees(shown, report["results"])
    counts = Counter(r["status"] for r in report["results"])
    for status in STATUSES:
        assert shown.chip("status", status).text.split()[-1] == str(counts[status])
    executed = sum(r["checks"] for r in report["results"])
    assert f"{executed:,}" in shown.one("#facts").text.split()


def test_header_says_what_ran_where(shown):
    text = shown.one("#head").text
    for part in ("0.1.0", "3.11.2", "Linux", "2026-01-02 03:04:05", "cannot run here: no <b>device",
                 "mutation <b>tests</b>", "12.5 s"):  # fmt: skip
        assert part in text


def test_a_cell_is_coloured_by_its_worst_status(shown, report):
    order = ("failed", "error", "unexpected-pass", "expected-failure", "unsupported", "absent")
    for (operator, backend), counts in counted(report["results"], "operator", "backend").items():
        if operator not in HOSTILE:
            worst = next((s for s in order if s in counts), "passed")
            assert shown.tile(operator, backend).get_attribute("data-status") == worst


@pytest.mark.parametrize("chosen", [
    {"status": ["failed"]}, {"status": ["failed", "absent"]}, {"backend": ["native"]},
    {"dtype": ["float32"]}, {"dtype": ["float64"], "backend": ["numpy"], "status": ["passed"]},
], ids=str)  # fmt: skip
def test_filters(shown, report, chosen):
    for filter, values in chosen.items():
        for value in values:
            shown.chip(filter, value).click()
            assert shown.chip(filter, value).get_attribute("aria-pressed") == "true"
    kept = [r for r in report["results"] if all(r[f] in (*v, "*") for f, v in chosen.items())]
    assert agrees(shown, kept)
    operators = {r["operator"] for r in kept} - {"*"}
    assert shown.one("#shown").text == f"{len(operators)} operators, {len(kept)} results"
    shown.one("#clear").click()
    assert agrees(shown, report["results"])


@pytest.mark.parametrize("text", ["sum", "EXP", "taylor", "no kernel", "case 22 mine", "reduction"])
def test_search(shown, report, text):
    families = {"sum": "reduction", "exp": "elementary", "fft": "fourier"}

    def matches(r):
        said = f"{r['operator']} {families.get(r['operator'], 'other')} {r['check']} {r['reason']}"
        return all(word in said.lower() for word in text.lower().split())

    shown.one("#text").send_keys(text)
    kept = list(filter(matches, report["results"]))
    assert kept
    assert agrees(shown, kept)


def test_what_is_not_there_leaves_the_matrix_empty(shown):
    shown.one("#text").send_keys("no such thing")
    assert agrees(shown, [])
    assert shown.one("#shown").text == "0 operators, 0 results"


@pytest.mark.parametrize("operator", ["sum", *HOSTILE])
def test_a_cell_opens_into_its_checks(shown, report, operator):
    (row,) = [r for r in shown.all("tr.operator") if r.get_attribute("data-operator") == operator]
    row.find_element("css selector", ".tile[data-backend='native']").click()
    wanted = [r for r in report["results"] if (r["operator"], r["backend"]) == (operator, "native")]
    assert shown.one("#cell h2").text == f"{' '.join(operator.split())} on native"
    lines = shown.driver.execute_script(
        "return [...document.querySelectorAll('#cell tbody')].flatMap((body) =>"
        " [...body.querySelectorAll('tr:has(.mark)')].map((line) =>"
        " [body.dataset.check, ...[...line.cells].map((cell) => cell.textContent)]))"
    )
    assert {(c, d, s, int(n)) for c, d, s, _, n in lines} == {
        (r["check"], r["dtype"], r["status"], r["checks"]) for r in wanted
    }
    errors = {(c, d): e for c, d, _, e, _ in lines}
    for r in wanted:
        given = errors[r["check"], r["dtype"]]
        if r["error"] is None:
            assert given == ""
        elif math.isnan(float(r["error"])):
            assert given == "NaN of 1e-12"
        else:
            seen, allowed = map(float, given.split(" of "))
            assert math.isclose(seen, r["error"], rel_tol=0.05)
            assert allowed == r["tolerance"]
    assert {r["reason"] for r in wanted} - {""} == {
        line.get_attribute("textContent") for line in shown.all("#cell .reason td")
    }


def test_what_is_worst_comes_first(open_page):
    statuses = ["passed", "absent", "expected-failure", "error", "failed"]
    shown = open_page(report_of(result("f", "numpy", s, "float64", s) for s in statuses))
    shown.tile("f", "numpy").click()
    found = [body.get_attribute("data-check") for body in shown.all("#cell tbody")]
    assert found == ["failed", "error", "expected-failure", "absent", "passed"]


def test_the_gauge_is_logarithmic_with_its_tick_at_the_tolerance(open_page):
    ratios = {0: 0, 1e-9: 0, 1e-3: 1 / 3, 1: 2 / 3, 1e3: 1, math.inf: 1, math.nan: 1}
    results = [
        result("f", "numpy", f"c{i}", "float64", "failed", ratio * 1e-12, 1e-12)
        for i, ratio in enumerate(ratios)
    ]
    shown = open_page(report_of(results))
    shown.tile("f", "numpy").click()
    widths = shown.driver.execute_script(
        "return [...document.querySelectorAll('.gauge i')].map((i) =>"
        " i.getBoundingClientRect().width / i.parentElement.getBoundingClientRect().width)"
    )
    assert widths == pytest.approx(list(ratios.values()), abs=0.02)


def test_exact_checks_have_a_full_or_an_empty_gauge(open_page):
    results = [result("f", "numpy", str(e), "float64", "failed", e, 0.0) for e in (0.0, 1.0)]
    shown = open_page(report_of(results))
    shown.tile("f", "numpy").click()
    assert [i.size["width"] > 0 for i in shown.all(".gauge i")] == [False, True]


def test_an_address_leads_to_a_cell_and_its_filters(shown):
    shown.chip("status", "failed").click()
    shown.one("#text").send_keys("case")
    shown.all(".tile[data-status='failed']")[1].click()
    title, cells = shown.one("#cell h2").text, shown.matrix()
    address = shown.driver.current_url
    shown.go(address.partition("report.html")[2])
    assert shown.one("#cell h2").text == title
    assert shown.matrix() == cells
    assert shown.one("#text").get_attribute("value") == "case"
    assert shown.focused().get_attribute("aria-expanded") == "true"
    shown.driver.execute_script("location.hash = '#operator=exp&backend=numpy'")
    shown.driver.implicitly_wait(2)
    shown.one("tr[data-operator='exp'] [data-backend='numpy'][aria-expanded='true']")
    shown.driver.implicitly_wait(0)
    assert shown.one("#cell h2").text == "exp on numpy"


def test_an_address_of_nothing_says_so(open_page, report):
    shown = open_page(report, "#operator=nothing&backend=numpy")
    assert "no such cell" in shown.one("#cell").text
    shown.keys(Keys.ESCAPE)
    assert shown.texts("#cell h2") == []


def test_everything_is_reached_by_the_keyboard(shown):
    shown.keys("/")
    assert shown.focused() == shown.one("#text")
    shown.keys(Keys.TAB, Keys.TAB)
    tiles = shown.all(".tile")
    assert shown.focused() == tiles[0]
    shown.keys(Keys.ARROW_RIGHT)
    assert shown.focused() == tiles[1]
    shown.keys(Keys.ARROW_DOWN, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert shown.focused() == tiles[3]
    shown.keys(Keys.PAGE_DOWN)
    assert shown.focused() == tiles[-3]
    shown.keys(Keys.PAGE_UP, Keys.ENTER)
    assert shown.texts("#cell h2") == []  # a cell without results does not open
    shown.keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert shown.focused() == shown.one("#cell")
    assert tiles[3].get_attribute("aria-expanded") == "true"
    shown.keys(Keys.ESCAPE)
    assert shown.focused() == tiles[3]
    assert shown.texts("#cell h2") == []


def test_chips_are_pressed_by_the_keyboard(shown, report):
    shown.driver.execute_script("document.querySelector('#status [data-value=failed]').focus()")
    shown.keys(Keys.SPACE)
    assert agrees(shown, [r for r in report["results"] if r["status"] == "failed"])


def test_names_stay_text(shown):
    assert set(HOSTILE) <= {row.get_attribute("data-operator") for row in shown.all("tr.operator")}
    assert shown.all("img") == []
    assert len(shown.all("script")) == 2


def test_nothing_but_the_pages_own_script_may_run(shown):
    """Markup that got in would be dead: an event handler in it is refused by the policy."""
    shown.driver.execute_script(
        "document.body.insertAdjacentHTML('beforeend', '<b onclick=\"document.title=1\">x</b>');"
        "document.body.lastChild.click()"
    )
    (refused,) = shown.driver.get_log("browser")
    assert "Content Security Policy" in refused["message"]
    assert shown.driver.title == "Riesz conformance"


def test_only_the_file_is_asked_for(shown, driver):
    assert [url for url in requests(driver) if url.startswith("file:")] == [shown.address]


def test_every_button_has_a_name_and_every_id_is_unique(shown):
    shown.tile("sum", "numpy").click()
    names = [b.accessible_name for b in shown.all("button, input")]
    assert all(names)
    ids = [e.get_attribute("id") for e in shown.all("[id]")]
    assert len(ids) == len(set(ids))
    assert shown.tile("sum", "cupy").accessible_name == "sum on cupy: no results"
    assert shown.tile("*", "cupy").accessible_name.startswith("every operator on cupy: 1 absent")


def test_each_status_has_a_sign_of_its_own(shown):
    signs = {
        chip.get_attribute("data-value"): chip.find_element("css selector", "use").get_attribute(
            "href"
        )
        for chip in shown.all("#status .chip")
    }
    assert set(signs) == set(STATUSES)
    assert len(set(signs.values())) == 7
    for sign in signs.values():
        shown.one(f"symbol{sign} path, symbol{sign} circle:first-child:last-child")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out(shown, theme):
    feature = {"name": "prefers-color-scheme", "value": theme}
    shown.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    shown.tile("sum", "numpy").click()
    shown.chip("status", "failed").click()
    ratios = shown.driver.execute_script(CONTRAST)
    shown.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert len(ratios) > 50
    assert ratios[0][0] >= 4.5, ratios[:5]


def of_one(backend, status):
    return [result("f", backend, "purity", "float64", status, checks=int(status != "absent"))]


@pytest.mark.parametrize(("results", "required", "verdict"), [
    (of_one("numpy", "passed"), ["numpy"], "No check failed"),
    (of_one("numpy", "expected-failure"), ["numpy"], "No check failed"),
    (of_one("numpy", "failed"), [], "1 failed"),
    (of_one("numpy", "unexpected-pass"), [], "1 unexpected-pass"),
    (of_one("cupy", "absent"), [], "No check failed"),
    (of_one("cupy", "absent"), ["cupy"], "nothing ran on cupy, which is required"),
    ([], ["numpy"], "nothing ran on numpy, which is required"),
], ids=["passed", "expected", "failed", "unexpected", "absent", "required", "empty"])  # fmt: skip
def test_verdict(open_page, results, required, verdict):
    shown = open_page(report_of(results, required=required))
    assert shown.one("#verdict").text == verdict
    sign = "passed" if verdict == "No check failed" else "failed"
    assert shown.one("#verdict").get_attribute("data-status") == sign


def test_the_report_of_a_real_run(open_page):
    ran = run(["numpy"], ["exp", "sum"], ["float64", "complex64"], required=["numpy"])
    report = json.loads(json.dumps(ran.to_json()))
    shown = open_page(report)
    assert agrees(shown, report["results"])
    assert shown.one("#verdict").text == "No check failed"
    shown.tile("sum", "numpy").click()
    passed = sum(r["operator"] == "sum" for r in report["results"])
    assert shown.texts("#cell li") == [f"{passed} passed"]


def test_thousands_of_results_are_quick(open_page):
    results = list(some_results([f"operator_{i:04}" for i in range(2000)]))
    assert len(results) == 24_001
    shown = open_page(report_of(results))
    assert agrees(shown, results)
    milliseconds = min(
        shown.driver.execute_script(
            "const start = performance.now(); chosen.text = arguments[0]; refresh();"
            "return performance.now() - start", text
        )
        for text in ("o", "operator", "operator_1", "operator_19", "")
    )  # fmt: skip
    assert milliseconds < 500, f"a key in the search field takes {milliseconds:.0f} ms"
    shown.go("#operator=operator_1999&backend=native")
    assert shown.focused().accessible_name.startswith("operator_1999 on native")
