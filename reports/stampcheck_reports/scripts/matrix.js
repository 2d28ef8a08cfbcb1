// Stamps by rules: one mark a pair. Rows that cannot be seen are not drawn; one cell has the focus,
// and the arrow keys move it. The same findings stand in the view by stamp as a list.
const MARKS = { fail: "\u00d7", undetermined: "?", pass: "\u2713", "not-applicable": "\u2013" };
const MATRIX_ROW = 30;
const MATRIX_SPARE = 3;

/** Stamps with what is visible of them, the columns, and the worst finding of each pair. */
function matrixCells(model, state, order, visible) {
  const width = model.rule_ids.length;
  const worst = new Map();
  const columns = new Uint8Array(width);
  for (let place = 0; place < order.length; place += 1) {
    const i = order[place];
    if (!visible[i]) continue;
    const verdict = verdictOf(model, i);
    columns[verdict.rulePlace] = 1;
    const stamp = model.stamp[i];
    if (!worst.has(stamp)) worst.set(stamp, new Int32Array(width).fill(-1));
    const row = worst.get(stamp);
    const known = row[verdict.rulePlace];
    if (known < 0 || verdict.outcomePlace < verdictOf(model, known).outcomePlace) row[verdict.rulePlace] = i;
  }
  const rules = [...columns.keys()].filter((place) => columns[place])
    .sort((one, other) => (model.rule_ids[one] < model.rule_ids[other] ? -1 : 1));
  const stamps = [...worst].sort(([one], [other]) => one - other);
  const sorts = { severity: (row) => weightOf(model, row), risk: (row) => riskWeight(model, row) };
  const weigh = sorts[state.sort];
  if (weigh) {
    const weights = new Map(stamps.map(([stamp, row]) => [stamp, weigh(row)]));
    stamps.sort(([one], [other]) => weights.get(other) - weights.get(one) || one - other);
  }
  return { stamps, rules };
}

/** Failures first, the severest first, then what is undetermined. */
function weightOf(model, row) {
  return row.reduce((sum, i) => {
    if (i < 0) return sum;
    const verdict = verdictOf(model, i);
    if (verdict.outcome === "fail") return sum + 10 ** (6 - verdict.severityPlace);
    return verdict.outcome === "undetermined" ? sum + 1 : sum;
  }, 0);
}

function riskWeight(model, row) {
  const least = model.consequences.length;
  return row.reduce((best, i) => (i < 0 ? best : Math.max(best, least - verdictOf(model, i).riskPlace)), 0);
}

function matrixOf(model, act) {
  const frame = byId("matrix");
  let cells = { stamps: [], rules: [] };
  let drawn = [-1, -1];
  let at = { row: 0, column: 0 };
  let body = null;

  const draw = (force) => {
    if (!body) return;
    const first = Math.max(0, Math.floor(frame.scrollTop / MATRIX_ROW) - MATRIX_SPARE);
    const last = Math.min(cells.stamps.length, Math.ceil((frame.scrollTop + frame.clientHeight) / MATRIX_ROW) + MATRIX_SPARE);
    if (!force && first === drawn[0] && last === drawn[1]) return;
    const hadFocus = frame.contains(document.activeElement);
    drawn = [first, last];
    const rows = [];
    for (let place = first; place < last; place += 1) rows.push(matrixRow(model, cells, place));
    body.replaceChildren(...rows);
    mark(hadFocus);
  };
  const nodeAt = ({ row, column }) => frame.querySelector(`[data-row="${row}"][data-column="${column}"]`);
  const mark = (focus) => {
    for (const node of frame.querySelectorAll("[data-row][tabindex='0']")) node.tabIndex = -1;
    const node = nodeAt(at) || frame.querySelector("[data-row]");
    if (!node) return;
    node.tabIndex = 0;
    if (focus && nodeAt(at)) node.focus({ preventScroll: true });
  };
  const move = (row, column) => {
    at = {
      row: Math.max(-1, Math.min(cells.stamps.length - 1, row)),
      column: Math.max(-1, Math.min(cells.rules.length - 1, column)),
    };
    const head = frame.querySelector(".matrix-head").offsetHeight;
    const top = at.row * MATRIX_ROW;
    if (at.row >= 0 && top < frame.scrollTop) frame.scrollTop = top;
    const bottom = top + MATRIX_ROW + head;
    if (at.row >= 0 && bottom > frame.scrollTop + frame.clientHeight) frame.scrollTop = bottom - frame.clientHeight;
    draw(false);
    mark(true);
    const node = nodeAt(at);
    if (node) node.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const keys = (event) => {
    const page = Math.max(1, Math.floor(frame.clientHeight / MATRIX_ROW) - 4);
    const steps = {
      ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1],
      PageDown: [page, 0], PageUp: [-page, 0],
      Home: event.ctrlKey ? [-Infinity, -Infinity] : [0, -Infinity],
      End: event.ctrlKey ? [Infinity, Infinity] : [0, Infinity],
    };
    const step = steps[event.key];
    if (step) { event.preventDefault(); move(at.row + step[0], at.column + step[1]); return; }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); use(event.target); }
  };
  const use = (node) => {
    const cell = node.closest("[data-row]");
    if (!cell) return;
    at = { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
    mark(true);
    if (at.row < 0) { if (at.column >= 0) act.rule(model.rule_ids[cells.rules[at.column]]); return; }
    const [stamp, row] = cells.stamps[at.row];
    if (at.column < 0) act.stamp(stamp);
    else if (row[cells.rules[at.column]] >= 0) act.open(row[cells.rules[at.column]]);
  };
  frame.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
  frame.addEventListener("keydown", keys);
  frame.addEventListener("click", (event) => use(event.target));
  new ResizeObserver(() => draw(true)).observe(frame);
  return {
    show: (next, keep) => {
      cells = next;
      if (!keep) { frame.scrollTop = 0; at = { row: 0, column: 0 }; }
      body = el("div", { role: "rowgroup", class: "matrix-body" });
      body.style.height = `${cells.stamps.length * MATRIX_ROW}px`;
      frame.replaceChildren(gridNode(model, cells, body));
      draw(true);
    },
    focus: (index) => {
      const row = cells.stamps.findIndex(([stamp]) => stamp === model.stamp[index]);
      if (row >= 0) move(row, cells.rules.indexOf(verdictOf(model, index).rulePlace));
    },
    hide: () => { body = null; frame.replaceChildren(); },
  };
}

function gridNode(model, cells, body) {
  const heads = cells.rules.map((place, column) => {
    const id = model.rule_ids[place];
    return el("span", { role: "columnheader", tabindex: "-1", "data-row": "-1", "data-column": String(column),
      "aria-label": `${id}, ${ruleTitle(model, id)}`, title: `${id}: ${ruleTitle(model, id)}` }, el("span", { class: "turned" }, shown(id.replace(/^AZS-/, ""))));
  });
  const grid = el("div", { role: "grid", class: "matrix-grid", "aria-label": "Stamps by rules",
    "aria-describedby": "matrix-words", "aria-rowcount": String(cells.stamps.length + 1), "aria-colcount": String(cells.rules.length + 1) },
  el("div", { role: "rowgroup", class: "matrix-head" }, el("div", { role: "row", "aria-rowindex": "1" },
    el("span", { role: "columnheader", class: "matrix-name", tabindex: "-1", "data-row": "-1", "data-column": "-1" }, plural(cells.stamps.filter(([stamp]) => model.stamps[stamp].state).length, "stamp")), heads)), body);
  grid.style.setProperty("--columns", String(cells.rules.length));
  return grid;
}

function matrixRow(model, cells, place) {
  const [stamp, row] = cells.stamps[place];
  const name = el("span", { role: "rowheader", class: "matrix-name", tabindex: "-1", "data-row": String(place), "data-column": "-1" },
    data(model.stamps[stamp].stamp, 120));
  const node = el("div", { role: "row", "aria-rowindex": String(place + 2) }, name,
    cells.rules.map((rule, column) => matrixCell(model, row[rule], place, column, model.rule_ids[rule])));
  node.style.transform = `translateY(${place * MATRIX_ROW}px)`;
  return node;
}

function matrixCell(model, index, row, column, rule) {
  const place = { role: "gridcell", tabindex: "-1", "data-row": String(row), "data-column": String(column) };
  if (index < 0) return el("span", { ...place, class: "cell", "aria-label": `${rule}: filtered out` });
  const verdict = verdictOf(model, index);
  const words = [OUTCOME_WORDS[verdict.outcome], hasSeverity(verdict) ? verdict.severity : "", verdict.waived ? "waived" : ""].filter(Boolean).join(", ");
  return el("span", { ...place, class: `cell cell-${verdict.outcome}${verdict.waived ? " cell-waived" : ""}`,
    "aria-label": `${rule}: ${words}`, title: `${model.stamps[model.stamp[index]].stamp}, ${rule}: ${words}`.slice(0, 200) }, MARKS[verdict.outcome]);
}

/** What the marks mean; the grid is described by it. */
function matrixWords() {
  const item = (outcome) => el("span", {}, el("span", { class: `cell cell-${outcome}`, "aria-hidden": "true" }, MARKS[outcome]), OUTCOME_WORDS[outcome].toLowerCase());
  return [...Object.keys(MARKS).map(item), el("span", { class: "muted" }, "Each mark opens its finding. View by stamp shows the same as a list.")];
}
