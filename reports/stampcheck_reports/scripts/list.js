// The list draws only the lines that can be seen; every line has the same height.
const SPARE = 6;

function listOf(model, act) {
  const frame = byId("list");
  const rows = byId("rows");
  let lines = [];
  let drawn = [-1, -1];
  let height = 44;
  let chosen = -1;

  const draw = (force) => {
    const first = Math.max(0, Math.floor(frame.scrollTop / height) - SPARE);
    const last = Math.min(lines.length, Math.ceil((frame.scrollTop + frame.clientHeight) / height) + SPARE);
    if (!force && first === drawn[0] && last === drawn[1]) return;
    const focused = rows.contains(document.activeElement) ? Number(document.activeElement.dataset.line) : -1;
    drawn = [first, last];
    const nodes = [];
    for (let place = first; place < last; place += 1) nodes.push(lineNode(model, lines[place], place, height, chosen));
    rows.replaceChildren(...nodes);
    if (focused >= 0) focusLine(focused, true);
  };
  const focusLine = (place, quiet) => {
    const node = rows.querySelector(`[data-line="${place}"]`);
    if (node) node.focus({ preventScroll: true });
    else if (quiet) frame.focus({ preventScroll: true });
  };
  const measure = () => {
    height = parseFloat(getComputedStyle(frame).getPropertyValue("--row")) || 44;
    rows.style.height = `${lines.length * height}px`;
    draw(true);
  };
  const reveal = (place) => {
    const top = place * height;
    if (top < frame.scrollTop) frame.scrollTop = top;
    if (top + height > frame.scrollTop + frame.clientHeight) frame.scrollTop = top + height - frame.clientHeight;
    draw(false);
    focusLine(place);
  };
  const move = (event) => {
    const page = Math.max(1, Math.floor(frame.clientHeight / height) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    if (!step || !lines.length) return;
    event.preventDefault();
    const at = event.target.dataset.line === undefined ? drawn[0] - 1 : Number(event.target.dataset.line);
    reveal(Math.min(lines.length - 1, Math.max(0, at + step)));
  };
  frame.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
  frame.addEventListener("keydown", move);
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    const line = lines[Number(button.dataset.line)];
    if (typeof line === "number") act.open(line);
    else act.flip(line.name, Number(button.dataset.line));
  });
  new ResizeObserver(measure).observe(frame);
  return {
    show: (next, keep) => { lines = next; if (!keep) frame.scrollTop = 0; measure(); },
    choose: (index) => { chosen = index; draw(true); },
    focus: (index) => { const place = lines.indexOf(index); if (place >= 0) reveal(place); },
    focusLine,
    findings: () => lines.filter((line) => typeof line === "number"),
  };
}

function lineNode(model, line, place, height, chosen) {
  const node = typeof line === "number" ? findingLine(model, line, chosen) : headLine(model, line);
  node.dataset.line = place;
  node.style.transform = `translateY(${place * height}px)`;
  return node;
}

function findingLine(model, index, chosen) {
  const verdict = verdictOf(model, index);
  const stamp = stampOf(model, index);
  const text = model.texts[model.message[index]] || model.texts[model.actual[index]];
  return el("button", { type: "button", class: "row", "aria-current": index === chosen ? "true" : undefined },
    el("span", { class: "cell-status" }, status(verdict.outcome)),
    el("span", { class: "cell-severity" }, severityMark(verdict.severity, verdict.outcome)),
    el("span", { class: "cell-stamp" }, data(stamp.stamp, 120)),
    el("span", { class: "cell-rule" }, shown(ruleTitle(model, verdict.rule) || verdict.rule)),
    el("span", { class: "cell-text" }, verdict.waived ? el("span", { class: "tag" }, "waived") : "",
      verdict.atRisk.length ? el("span", { class: "tag" }, `at risk: ${shown(verdict.atRisk[0])}`) : "", data(text, 240)),
    icon("more"));
}

function headLine(model, head) {
  const [title, note] = headTitle(model, head);
  return el("button", { type: "button", class: `row head head-${head.kind}`, "aria-expanded": String(head.open) },
    icon("more"), el("span", { class: "head-title" }, title),
    el("span", { class: "head-note" }, note), headCounts(head));
}

function headTitle(model, head) {
  if (head.kind === "rest") return ["Passed and not applicable", ""];
  if (head.kind === "outcome") return [status(head.key), ""];
  if (head.kind === "waived") return [el("span", {}, status("fail"), el("b", {}, "Waived")), "an accepted risk; counts as failed"];
  if (head.kind === "settle") {
    const { settles, reason, documents } = head.verdict;
    const title = el("span", {}, status("undetermined"), el("b", {}, settles));
    return [title, [reason, documents.join(" or ")].filter(Boolean).join(": ")];
  }
  if (head.kind === "rule") return [shown(ruleTitle(model, head.key) || head.key), head.key];
  if (head.kind === "risk") return [head.key ? shown(head.key) : "No consequence is proven", ""];
  if (head.kind === "cause") {
    const cause = model.causeBy.get(head.key);
    return head.key ? [shown(cause ? cause.title : head.key), head.key] : ["No cause is named", ""];
  }
  const stamp = model.stamps[model.stampBy.get(head.key)];
  return [data(head.key, 120), [stamp.licence_standing, stamp.state].filter(Boolean).join(", ")];
}

function headCounts(head) {
  const lists = head.kind === "rest" ? [[], [], head.passed, head.rest] : head.lists;
  if (isFlat(head)) return el("span", { class: "head-counts" }, number(head.total));
  const words = Object.keys(OUTCOME_WORDS);
  return el("span", { class: "head-counts" }, lists.map((list, place) => (list.length
    ? el("span", { title: OUTCOME_WORDS[words[place]] }, icon(words[place]),
      el("span", { class: "sr" }, OUTCOME_WORDS[words[place]]), number(list.length))
    : "")));
}
