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

/** The results that the filters and every word searched for leave. */
function found() {
  const asked = FILTERS.filter((name) => chosen[name].size > 0);
  const words = chosen.text.toLowerCase().split(/\s+/);
  return results.filter((result) =>
    asked.every((name) => chosen[name].has(result[name]) || result[name] === EVERY)
    && words.every((word) => result.text.includes(word)));
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

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Words that are heard and not seen. */
const spoken = (text) => element("span", { class: "spoken" }, text);

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
