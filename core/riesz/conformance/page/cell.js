// The checks of the cell that is open, and the address that leads back to it.

const isOpen = (operator, backend) => opened !== null && opened[0] === operator && opened[1] === backend;

function open([operator, backend]) {
  opened = [operator, backend];
  const some = results.filter((result) => isOpen(result.operator, result.backend));
  const counts = [...tally(some)].map(([status, count]) => element("li", {}, mark(status, `${count} ${status}`)));
  const checks = [...grouped(some, ({ check }) => check)].sort(([, a], [, b]) => severity(a) - severity(b));
  place("cell").setAttribute("aria-label", `Checks of ${label(operator)} on ${backend}`);
  place("cell").replaceChildren(
    closer(), element("h2", {}, label(operator), element("span", {}, ` on ${backend}`)),
    element("ul", {}, ...counts),
    some.length ? checkTable(checks) : element("p", {}, "This report has no such cell."));
  place("cell").scrollTop = 0;
  markOpen();
  remember();
}

function close() {
  const target = findTile(...opened);
  opened = null;
  place("cell").replaceChildren();
  markOpen();
  remember();
  if (target) focusTile(target);
}

function markOpen() {
  for (const made of place("matrix").querySelectorAll("[aria-expanded]")) {
    made.setAttribute("aria-expanded", isOpen(made.closest("tr").dataset.operator, made.dataset.backend));
  }
}

function closer() {
  const made = element("button", { type: "button", id: "close", "aria-label": "Close" }, icon("failed"));
  made.addEventListener("click", close);
  return made;
}

const severity = (some) => Object.keys(STATUSES).indexOf([...tally(some).keys()][0]);
const mark = (status, text) => element("span", { class: "mark", "data-status": status, title: STATUSES[status] }, icon(status), text);

function checkTable(checks) {
  const columns = ["dtype", "status", "error of tolerance"].map((name) => element("th", { scope: "col" }, name));
  const head = element("tr", {}, ...columns, element("th", { scope: "col", class: "number" }, "samples"));
  return element("table", { class: "checks" }, element("thead", {}, head), ...checks.map(([name, some]) => checkRows(name, some)));
}

/** One check in its dtypes; a reason gets a line of its own, once where neighbours share it. */
function checkRows(name, some) {
  const title = element("th", { scope: "rowgroup", colspan: 4 }, words(name, "check"));
  const made = element("tbody", { "data-check": name }, element("tr", {}, title));
  some.forEach((result, i) => {
    made.append(element("tr", {},
      element("td", {}, words(result.dtype, "dtype")), element("td", {}, mark(result.status, result.status)),
      element("td", { "data-status": result.status }, ...gauge(result)),
      element("td", { class: "number" }, result.checks.toLocaleString("en"))));
    if (result.reason && result.reason !== some[i + 1]?.reason) {
      made.append(element("tr", { class: "reason" }, element("td", { colspan: 4 }, result.reason)));
    }
  });
  return made;
}

/** The error on a logarithmic scale from 1e-6 to 1e3 tolerances, a tick at the tolerance itself. */
function gauge({ error, tolerance, ratio }) {
  if (ratio === null) return error === null ? [] : [element("small", {}, short(error))];
  const width = Math.max(0, Math.min(1, (Math.log10(ratio) + 6) / 9));
  const bar = element("span", { class: "gauge", role: "img", "aria-label": `${short(ratio)} of the tolerance` }, element("i"));
  bar.firstChild.style.width = `${100 * width}%`;
  return [bar, element("small", {}, `${short(error)} of ${short(tolerance)}`)];
}

function remember() {
  const address = new URLSearchParams();
  if (opened) { address.set("operator", opened[0]); address.set("backend", opened[1]); }
  for (const name of FILTERS) for (const value of chosen[name]) address.append(`only-${name}`, value);
  if (chosen.text) address.set("text", chosen.text);
  history.replaceState(null, "", `#${address}`);
}

function recall() {
  const address = new URLSearchParams(location.hash.slice(1));
  clear();
  for (const name of FILTERS) address.getAll(`only-${name}`).forEach((value) => chosen[name].add(value));
  chosen.text = address.get("text") ?? "";
  opened = null;
  refresh();
  if (!address.has("operator")) { place("cell").replaceChildren(...hint); return; }
  open([address.get("operator"), address.get("backend")]);
  const target = findTile(...opened);
  if (target) focusTile(target);
}

const hint = [...place("cell").children];
showHeader();
showFilters();
listen();
recall();
