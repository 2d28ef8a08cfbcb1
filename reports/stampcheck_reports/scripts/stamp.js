// The panel of one stamp: where its registration stands, its causes, its runbook, its findings.
const STAMP_FIELDS = [
  ["Cloud ID", "cloud_id"],
  ["Registration", "registration_id"],
  ["Subscription", "subscription_id"],
  ["Directory tenant", "tenant_id"],
  ["Connection", "connection"],
  ["Environment", "environment"],
  ["Billing model", "billing_model"],
  ["Usage reporting", "usage_reporting"],
  ["Expires", "expires"],
  ["Lock", "lock"],
  ["Nodes", "nodes"],
  ["Evidence collected", "collected_at"],
];
const STANDING_SHAPES = { licensed: "pass", expired: "fail", "in-violation": "fail", "not-proven": "undetermined" };

function stampPanel(model, place, link) {
  const stamp = model.stamps[place];
  const word = stamp.licence_standing;
  const shape = STANDING_SHAPES[word] || "undetermined";
  const runbook = model.runbookBy.get(model.state_runbooks[stamp.state]);
  return {
    title: data(stamp.stamp, 300),
    marks: [
      el("span", { class: `status status-${shape}` }, icon(shape), word),
      el("span", { class: "tag" }, `registration ${stamp.state}`),
      stamp.in_inventory ? "" : el("span", { class: "tag" }, "not in the inventory"),
      ...(stamp.tags || []).map((tag) => el("span", { class: "tag" }, data(tag, 60))),
    ],
    body: [
      notesNode(stamp),
      riskNode(stamp.consequences || []),
      planNode(model, stamp),
      rankedCauses(model, stamp),
      runbook ? el("details", { class: "cause" }, el("summary", {}, icon("more"),
        el("span", {}, `Runbook for this state: ${shown(runbook.title)}`)), runbookNode(runbook, stamp)) : "",
      ...(stamp.disagreements || []).map(twoWitnesses),
      stampFields(stamp),
      ...stampFindings(model, place, link),
    ],
  };
}

function stampFields(stamp) {
  const rows = STAMP_FIELDS.filter(([, field]) => stamp[field] !== undefined && stamp[field] !== "");
  return el("dl", { class: "pairs ids" }, rows.map(([title, field]) => {
    const origin = field === "connection" && stamp.connection_source ? ` (${stamp.connection_source})` : "";
    const copy = field.endsWith("_id") ? copyButton(String(stamp[field])) : "";
    return el("div", { class: field === "registration_id" ? "wide" : undefined },
      el("dt", {}, title), el("dd", {}, data(stamp[field]), origin, copy));
  }));
}

function notesNode(stamp) {
  const notes = stamp.notes || [];
  return notes.length ? el("ul", { class: "notes" }, notes.map((note) => el("li", {}, data(note)))) : "";
}

/** The causes before the findings: what explains most and is contradicted by least comes first. */
function rankedCauses(model, stamp) {
  if (!stamp.causes.length) return "";
  return el("section", {}, el("h4", {}, "Causes, the likeliest first"),
    el("div", { class: "ranked" }, stamp.causes.map((tally) =>
      causeNode(model, causeOf(model, tally.cause), stamp, false, tally))),
    questionsNode(model, stamp));
}

const causeOf = (model, id) => model.causeBy.get(id) || { title: id, explanation: "", confirm: "", documented: true };

/** Where several causes explain a failure equally well, what to ask next: one question for each tie. */
function questionsNode(model, stamp) {
  if (!(stamp.ties || []).length) return "";
  const item = (tie) => el("li", {},
    el("span", { class: "muted" }, shown(`${tie.rules.join(", ")}: ${tie.causes.map((id) => causeOf(model, id).title).join(" / ")}. `)),
    filledNodes(causeOf(model, tie.asked).confirm, stamp.values || {}));
  return el("div", { class: "next" },
    el("h5", {}, "Equally likely causes of one failure. The next best question:"), el("ul", {}, stamp.ties.map(item)));
}

/** What stands in the way of registering comes first, then the likeliest cause. */
function planNode(model, stamp) {
  const causes = (stamp.plan || []).map((id) => causeOf(model, id));
  if (!causes.length) return "";
  const item = (cause, place) => {
    const runbook = model.runbookBy.get(cause.runbook);
    return el("li", {}, el("details", { class: "cause" }, el("summary", {}, icon("more"),
      el("span", { class: "cause-name" }, `${place < causes.length - 1 ? "Do first" : "Then"}: ${shown(runbook ? runbook.title : cause.title)}`),
      el("span", { class: "muted explains" }, shown(`because: ${cause.title}`))),
    runbook ? runbookNode(runbook, stamp) : ""));
  };
  return el("section", {}, el("h4", {}, "In this order"), el("ol", { class: "ranked plan" }, causes.map(item)));
}

function stampFindings(model, place, link) {
  const lists = [[], [], [], []];
  for (let i = model.starts[place]; i < model.starts[place + 1]; i += 1) {
    lists[verdictOf(model, i).outcomePlace].push(i);
  }
  return lists.map((list, outcome) => (list.length
    ? el("details", { class: "own", open: outcome < 2 },
      el("summary", {}, icon("more"), status(model.outcomes[outcome]), el("span", { class: "num" }, number(list.length))),
      el("ul", {}, list.map((i) => ownFinding(model, i, link))))
    : ""));
}

function ownFinding(model, index, link) {
  const verdict = verdictOf(model, index);
  return el("li", {}, el("a", { href: link({ finding: model.ids[index], stamp: "" }) },
    shown(ruleTitle(model, verdict.rule) || verdict.rule)),
  el("span", { class: "muted" }, data(model.texts[model.message[index]], 300)),
  verdict.atRisk.length ? el("span", { class: "muted" }, `At risk: ${shown(verdict.atRisk.join(", "))}`) : "");
}
