// On paper: the summary; with it a table of the failures and undetermined findings that the filters
// leave, the waived ones apart; or all of it, with the rules, and the causes that were found.
const MOST_PRINTED = 2000;
const UNFOLDED = {
  summary: ".facts, .others",
  findings: ".facts, .others",
  all: ".facts, .others, #first .causes details, #rules details",
};

function printMode() {
  return document.documentElement.dataset.print || "findings";
}

function startPrint() {
  const menu = byId("print-menu");
  let unfolded = [];
  for (const button of menu.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => {
      menu.open = false;
      document.documentElement.dataset.print = button.dataset.print;
      print();
    });
  }
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll(UNFOLDED[printMode()])].filter((details) => !details.open);
    for (const details of unfolded) { unfold(details); details.open = true; }
  });
  addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
    delete document.documentElement.dataset.print;
  });
  menu.hidden = false;
}

function printOf(model, visibleNow) {
  const place = byId("print");
  addEventListener("beforeprint", () => {
    if (printMode() === "summary") return;
    const { visible } = visibleNow();
    const chosen = { failed: [], open: [], waived: [] };
    for (let i = 0; i < model.count; i += 1) {
      const { outcome, waived } = verdictOf(model, i);
      if (!visible[i]) continue;
      if (outcome === "undetermined") chosen.open.push(i);
      if (outcome === "fail") (waived ? chosen.waived : chosen.failed).push(i);
    }
    place.replaceChildren(
      ...printedPart(model, "Failed", chosen.failed),
      ...printedPart(model, "Undetermined", chosen.open),
      ...printedPart(model, "Waived: an accepted risk, counted as failed", chosen.waived));
  });
  addEventListener("afterprint", () => place.replaceChildren());
}

function printedPart(model, title, indices) {
  if (!indices.length) return [];
  const rest = indices.length - MOST_PRINTED;
  return [el("h3", {}, `${title} (${number(indices.length)})`), printedTable(model, indices.slice(0, MOST_PRINTED)),
    rest > 0 ? el("p", {}, `${number(rest)} more are in findings.csv.`) : ""];
}

function printedTable(model, indices) {
  const head = ["Outcome", "Stamp", "Rule", "What was found", "Proof"];
  return el("table", { class: "plain static" },
    el("thead", {}, el("tr", {}, head.map((word) => el("th", { scope: "col" }, word)))),
    el("tbody", {}, indices.map((i) => printedRow(model, i))));
}

function printedRow(model, i) {
  const verdict = verdictOf(model, i);
  const line = (title, text) => (text ? el("div", {}, `${title}: `, data(text, 400)) : "");
  const place = ({ document: label, field, at, request }) => [label, field, at, request && `request ${request}`].filter(Boolean).join(" ");
  return el("tr", {},
    el("td", {}, status(verdict.outcome), el("div", {}, verdict.reason || verdict.severity)),
    el("td", {}, data(stampOf(model, i).stamp, 120)),
    el("td", {}, verdict.rule, el("div", {}, shown(ruleTitle(model, verdict.rule)))),
    el("td", {}, data(model.texts[model.message[i]], 400), line("Expected", model.texts[model.expected[i]]),
      line("Actual", model.texts[model.actual[i]]), line("At risk", verdict.atRisk.join(", ")), line("Causes", verdict.causes.join("; "))),
    el("td", {}, proofOf(model, i).map((source) => el("div", {}, data(place(source), 300)))));
}
