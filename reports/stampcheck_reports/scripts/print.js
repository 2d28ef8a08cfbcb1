// On paper the list becomes a table of the failures and undetermined findings that the filters leave.
const MOST_PRINTED = 2000;

function printOf(model, visibleNow) {
  const place = byId("print");
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll(".facts:not([open]), .others:not([open])")];
    for (const details of unfolded) details.open = true;
    const { visible } = visibleNow();
    const chosen = [0, 1].flatMap((outcome) => model.verdict.reduce((list, verdict, i) => {
      if (visible[i] && model.verdicts[verdict].outcomePlace === outcome) list.push(i);
      return list;
    }, []));
    place.replaceChildren(printedTable(model, chosen.slice(0, MOST_PRINTED)),
      chosen.length > MOST_PRINTED
        ? el("p", {}, `${number(chosen.length - MOST_PRINTED)} more are in findings.csv.`) : "");
  });
  addEventListener("afterprint", () => {
    place.replaceChildren();
    for (const details of unfolded) details.open = false;
  });
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
  return el("tr", {},
    el("td", {}, status(verdict.outcome), el("div", {}, verdict.reason || verdict.severity)),
    el("td", {}, data(stampOf(model, i).stamp, 120)),
    el("td", {}, verdict.rule, el("div", {}, shown(ruleTitle(model, verdict.rule)))),
    el("td", {}, data(model.texts[model.message[i]], 400), line("Expected", model.texts[model.expected[i]]),
      line("Actual", model.texts[model.actual[i]]), line("At risk", verdict.atRisk.join(", ")), line("Causes", verdict.causes.join("; "))),
    el("td", {}, proofOf(model, i).map((source) => el("div", {}, data(`${source.document} ${source.field}`, 200)))));
}
