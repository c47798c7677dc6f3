"use strict";
// Everything taken from the report is put in as text, never as markup.

const STATUSES = {  // the worst first; a cell is coloured by its worst
  "failed": "outside its tolerance",
  "error": "raised, or did not load",
  "unexpected-pass": "declared to fail, and passed",
  "expected-failure": "declared to fail, and failed",
  "unsupported": "no kernel, or a capability that is not declared",
  "absent": "hardware or package missing here",
  "passed": "within its tolerance",
};
const SPOILING = ["failed", "error", "unexpected-pass"];
const FILTERS = ["status", "backend", "dtype"];
const NO_FAMILY = "other";
const EVERY = "*";  // an operator, check or dtype: the result concerns all of them
const CHUNK = 80;  // rows built at once: the first screen, then one chunk per idle moment

const { report, names, rows, families } = JSON.parse(document.getElementById("report").textContent);
const results = rows.map(unpacked);
const backends = [...new Set([...Object.keys(report.backends), ...names.backend])];
const place = (id) => document.getElementById(id);
const chosen = { status: new Set(), backend: new Set(), dtype: new Set(), text: "" };
let opened = null;  // [operator, backend] of the cell that is open
let lines = [][Symbol.iterator]();  // rows of the matrix that are still to be built

// -- the report ---------------------------------------------------------------------------------

function unpacked([operator, backend, check, dtype, status, reason, error, tolerance, checks]) {
  const result = {
    operator: names.operator[operator], backend: names.backend[backend], check: names.check[check],
    dtype: names.dtype[dtype], status: names.status[status], reason: names.reason[reason],
    error: error === null ? null : Number(error),
    tolerance: tolerance === null ? null : Number(tolerance), checks,
  };
  result.ratio = ratio(result);
  result.text = `${result.operator} ${family(result.operator)} ${result.check} ${result.reason}`.toLowerCase();
  return result;
}

function family(operator) {
  return Object.hasOwn(families, operator) ? families[operator] : NO_FAMILY;
}

/** The error in units of its tolerance; null where nothing was measured. */
function ratio({ error, tolerance }) {
  if (error === null || tolerance === null) return null;
  if (Number.isNaN(error)) return Infinity;
  return error === 0 ? 0 : error / tolerance;
}

function isChosen(result) {
  return FILTERS.every((name) => chosen[name].size === 0 || chosen[name].has(result[name]) || result[name] === EVERY)
    && chosen.text.toLowerCase().split(/\s+/).every((word) => result.text.includes(word));
}

/** How many results have each status, the worst first. */
function tally(some) {
  const counts = new Map(Object.keys(STATUSES).map((status) => [status, 0]));
  for (const { status } of some) counts.set(status, counts.get(status) + 1);
  return new Map([...counts].filter(([, count]) => count > 0));
}

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) {
    if (!groups.has(key(item))) groups.set(key(item), []);
    groups.get(key(item)).push(item);
  }
  return groups;
}

const worstRatio = (some) => some.reduce((worst, { ratio }) => Math.max(worst, ratio ?? -1), -1);
const executed = (some) => some.reduce((sum, { checks }) => sum + checks, 0);
const single = (operators) => [...operators].filter((name) => name !== EVERY);
const words = (name, noun) => (name === EVERY ? `every ${noun}` : name.replaceAll("_", " "));
const several = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
/** Two digits of x. */
function short(x) {
  const rounded = Number(x.toPrecision(2));
  const plain = x === 0 || !Number.isFinite(x) || (x >= 0.01 && x < 1000);
  return plain ? String(rounded) : rounded.toExponential();
}

// -- elements -----------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function icon(status) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${status}`);
  svg.append(use);
  return svg;
}

function chip(filter, value, ...children) {
  const made = element("button", { type: "button", class: "chip", "data-value": value, "aria-pressed": "false" }, ...children);
  made.addEventListener("click", () => {
    chosen[filter].delete(value) || chosen[filter].add(value);
    refresh();
  });
  return made;
}

// -- header and filters -------------------------------------------------------------------------

function showHeader() {
  const faults = spoiled();
  place("verdict").dataset.status = faults.length ? "failed" : "passed";
  place("verdict").append(icon(faults.length ? "failed" : "passed"), faults.join(", ") || "No check failed");
  const facts = {
    "executed checks": executed(results).toLocaleString("en"),
    "operators": single(names.operator).length, "suite": report.suite, "riesz": report.riesz,
    "python": report.python, "platform": report.platform, "date": String(report.date).replace("T", " "),
    "time": `${Number(report.seconds).toFixed(1)} s`,
  };
  for (const [name, value] of Object.entries(facts)) {
    place("facts").append(element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  }
  for (const name of backends) note(`${name} `, described(name));
  if (report.left_out.length) note("Left out: ", report.left_out.join("; "));
}

function note(subject, text) {
  place("notes").append(element("p", {}, element("b", {}, subject), text));
}

function described(backend) {
  const { probe, library } = report.backends[backend] ?? {};
  const required = report.required.includes(backend) ? ", required" : "";
  return (probe ? `cannot run here: ${probe}` : library || "") + required;
}

/** What makes the run fail, in words. */
function spoiled() {
  const counts = tally(results);
  const checked = grouped(results, ({ backend }) => backend);
  return [
    ...SPOILING.filter((status) => counts.has(status)).map((status) => `${counts.get(status).toLocaleString("en")} ${status}`),
    ...report.required.filter((name) => !executed(checked.get(name) ?? [])).map((name) => `nothing ran on ${name}, which is required`),
  ];
}

function showFilters() {
  const counts = tally(results);
  for (const [status, meaning] of Object.entries(STATUSES)) {
    const count = counts.get(status) ?? 0;
    const made = chip("status", status, icon(status), status, element("b", {}, count.toLocaleString("en")));
    made.dataset.status = status;
    made.title = meaning;
    made.toggleAttribute("data-none", count === 0);
    place("status").append(made);
  }
  for (const name of backends) place("backend").append(chip("backend", name, name));
  for (const name of single(names.dtype)) place("dtype").append(chip("dtype", name, name));
  place("text").addEventListener("input", () => { chosen.text = place("text").value; refresh(); });
  place("clear").addEventListener("click", () => { clear(); refresh(); place("text").focus(); });
}

function clear() {
  for (const name of FILTERS) chosen[name].clear();
  chosen.text = "";
}

function showChosen() {
  for (const name of FILTERS) {
    for (const made of place(name).children) made.setAttribute("aria-pressed", chosen[name].has(made.dataset.value));
  }
  if (place("text").value !== chosen.text) place("text").value = chosen.text;
}

// -- the matrix ---------------------------------------------------------------------------------

function refresh() {
  showChosen();
  const found = results.filter(isChosen);
  const columns = backends.filter((name) => chosen.backend.size === 0 || chosen.backend.has(name));
  const operators = grouped(found, ({ operator }) => operator);
  place("shown").value = `${several(single(operators.keys()).length, "operator")}, ${several(found.length, "result")}`;
  place("matrix").replaceChildren(heading(found, columns), element("tbody"));
  lines = matrixLines(operators, columns);
  build(CHUNK);
  whenIdle(buildRest);
  remember();
}

function heading(found, columns) {
  const of = grouped(found, ({ backend }) => backend);
  const cells = columns.map((name) => {
    const counts = tally(of.get(name) ?? []);
    return element("th", { scope: "col", "data-backend": name, title: said(counts) }, name,
      element("span", { class: "counts", role: "img", "aria-label": said(counts) }, ...counted(counts)));
  });
  return element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "operator"), ...cells));
}

function* matrixLines(operators, columns) {
  if (operators.has(EVERY)) yield matrixRow(EVERY, operators.get(EVERY), columns);
  const families = grouped(single(operators.keys()), family);
  const order = [...families].sort(([f], [g]) => (f === NO_FAMILY) - (g === NO_FAMILY) || compare(f, g));
  for (const [name, members] of order) {
    const title = element("th", { scope: "rowgroup", colspan: columns.length + 1 }, name.replaceAll("_", " "));
    yield element("tr", { class: "family" }, title);
    for (const operator of members.sort(compare)) yield matrixRow(operator, operators.get(operator), columns);
  }
}

const label = (operator) => (operator === EVERY ? "every operator" : operator);
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function matrixRow(operator, some, columns) {
  const of = grouped(some, ({ backend }) => backend);
  const cells = columns.map((backend) => element("td", {}, tile(operator, backend, of.get(backend) ?? [])));
  return element("tr", { class: "operator", "data-operator": operator }, element("th", { scope: "row" }, label(operator)), ...cells);
}

const said = (counts) => [...counts].map(([status, count]) => `${count} ${status}`).join(", ") || "no results";
const counted = (counts) => [...counts].map(([status, count]) =>
  element("span", { class: "count", "data-status": status }, icon(status), count.toLocaleString("en")));

function tile(operator, backend, some) {
  const counts = tally(some);
  const made = element("button", {
    type: "button", class: "tile", tabindex: -1, "data-backend": backend, "data-status": [...counts.keys()][0],
    "aria-label": `${label(operator)} on ${backend}: ${said(counts)}`, title: said(counts),
  }, ...counted(counts));
  made.toggleAttribute("data-none", !some.length);
  const worst = worstRatio(some);
  if (worst >= 0) {
    made.append(element("span", { class: "ratio" }, short(worst)));
    made.title += `; the worst error is ${short(worst)} of its tolerance`;
  }
  if (some.length) made.setAttribute("aria-expanded", isOpen(operator, backend));
  else made.setAttribute("aria-disabled", "true");
  return made;
}

/** Build up to `count` further rows; whether any is left. */
function build(count) {
  const made = [];
  let next = { done: false };
  while (made.length < count && !(next = lines.next()).done) made.push(next.value);
  place("matrix").tBodies[0].append(...made);
  if (!place("matrix").querySelector(".tile[tabindex='0']")) place("matrix").querySelector(".tile")?.setAttribute("tabindex", 0);
  return !next.done;
}

function buildRest() {
  if (build(CHUNK)) whenIdle(buildRest);
  else place("matrix").dataset.complete = "";
}

let idle = 0;
function whenIdle(task) {
  delete place("matrix").dataset.complete;
  clearTimeout(idle);
  idle = setTimeout(task, 0);
}

function findTile(operator, backend) {
  const find = () => [...place("matrix").querySelectorAll("tr.operator")]
    .find((row) => row.dataset.operator === operator)
    ?.querySelector(`.tile[data-backend="${CSS.escape(backend)}"]`);
  let found = find();
  while (!found && build(CHUNK)) found = find();
  return found ?? find();
}

// -- moving about -------------------------------------------------------------------------------

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-15, 0], PageDown: [15, 0] };

function neighbour(current, [down, right]) {
  const row = current.closest("tr");
  let all = [...place("matrix").querySelectorAll("tr.operator")];
  const wanted = all.indexOf(row) + down;
  while (wanted >= all.length && build(CHUNK)) all = [...place("matrix").querySelectorAll("tr.operator")];
  const target = all[Math.max(0, Math.min(wanted, all.length - 1))];
  const tiles = [...target.querySelectorAll(".tile")];
  const column = [...row.querySelectorAll(".tile")].indexOf(current) + right;
  return tiles[Math.max(0, Math.min(column, tiles.length - 1))];
}

function focusTile(target) {
  for (const old of place("matrix").querySelectorAll(".tile[tabindex='0']")) old.setAttribute("tabindex", -1);
  target.setAttribute("tabindex", 0);
  target.focus();
}

function listen() {
  const matrix = place("matrix");
  matrix.addEventListener("click", ({ target }) => {
    const clicked = target.closest(".tile");
    if (!clicked || clicked.hasAttribute("data-none")) return;
    focusTile(clicked);
    open([clicked.closest("tr").dataset.operator, clicked.dataset.backend]);
    place("cell").focus({ preventScroll: true });
  });
  matrix.addEventListener("keydown", (event) => {
    const current = event.target.closest(".tile");
    if (!current || !Object.hasOwn(STEPS, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focusTile(neighbour(current, STEPS[event.key]));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened) close();
    if (event.key === "/" && !event.ctrlKey && event.target !== place("text")) {
      event.preventDefault();
      place("text").focus();
    }
  });
  window.addEventListener("hashchange", recall);
}

// -- the checks of one cell ---------------------------------------------------------------------

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

// -- the address: filters and the open cell -----------------------------------------------------

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
