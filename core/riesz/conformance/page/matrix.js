// The matrix of operators by backends: built in chunks, walked by arrow keys.

function refresh() {
  showChosen();
  const some = found();
  const columns = backends.filter((name) => chosen.backend.size === 0 || chosen.backend.has(name));
  const operators = grouped(some, ({ operator }) => operator);
  place("shown").value = `${several(single(operators.keys()).length, "operator")}, ${several(some.length, "result")}`;
  place("matrix").replaceChildren(heading(some, columns), element("tbody"));
  lines = matrixLines(operators, columns);
  build(CHUNK);
  whenIdle(buildRest);
  remember();
}

function heading(some, columns) {
  const of = grouped(some, ({ backend }) => backend);
  const cells = columns.map((name) => {
    const counts = tally(of.get(name) ?? []);
    return element("th", { scope: "col", "data-backend": name, title: said(counts) }, name,
      element("span", { class: "counts" }, ...counted(counts)));
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
  element("span", { class: "count", "data-status": status }, icon(status), count.toLocaleString("en"), spoken(` ${status}, `)));

function tile(operator, backend, some) {
  const counts = tally(some);
  const made = element("button", {
    type: "button", class: "tile", tabindex: -1, "data-backend": backend, "data-status": [...counts.keys()][0],
    title: said(counts),
  }, spoken(`${label(operator)} on ${backend}: ${some.length ? "" : said(counts)}`), ...counted(counts));
  made.toggleAttribute("data-none", !some.length);
  const worst = worstRatio(some);
  if (worst >= 0) {
    made.append(element("span", { class: "ratio" }, short(worst), spoken(" of the tolerance is the worst error")));
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
