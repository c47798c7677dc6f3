// What was run, where and how it ended; the filters.

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
  const routes = backends.map((name) => report.backends[name]?.route).filter(Boolean);
  if (routes.length && !routes.some((route) => route.startsWith("REAL"))) note("GPU: ", "no GPU code ran on a GPU in this run");
  if (report.left_out.length) note("Left out: ", report.left_out.join("; "));
}

function note(subject, text) {
  place("notes").append(element("p", {}, element("b", {}, subject), text));
}

function described(backend) {
  const { probe, library, route } = report.backends[backend] ?? {};
  const required = report.required.includes(backend) ? ", required" : "";
  const on = route && !probe ? `, GPU code ${route}` : "";
  return (probe ? `cannot run here: ${probe}` : library || "") + on + required;
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
