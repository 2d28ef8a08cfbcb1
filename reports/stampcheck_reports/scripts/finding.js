// The panel of one finding: what was found, the proof, what would settle it, causes and runbooks.
function findingPanel(model, index, link) {
  const verdict = verdictOf(model, index);
  const stamp = stampOf(model, index);
  const text = (column) => model.texts[model[column][index]];
  const sources = proofOf(model, index);
  return {
    title: shown(ruleTitle(model, verdict.rule) || verdict.rule),
    marks: [status(verdict.outcome), severityMark(verdict.severity, verdict.outcome), verdict.waived ? el("span", { class: "tag" }, "waived") : ""],
    body: [
      whereNode(stamp, verdict, text("subject"), link),
      text("message") ? el("p", { class: "message" }, data(text("message"))) : "",
      ...waiverNodes(model, verdict, stamp, text("subject")),
      riskNode(verdict.atRisk),
      witnessNode(text("expected"), text("actual")),
      verdict.outcome === "undetermined" ? settleNode(model, verdict) : "",
      ...disagreementNodes(stamp, sources),
      proofNode(sources),
      firstNode(model, verdict, stamp, link),
      ...causeNodes(model, verdict, stamp),
      remediationNode(model, verdict),
      el("p", { class: "muted id-line" }, "Finding ", el("code", {}, model.ids[index]),
        copyButton(() => location.href.split("#")[0] + link({ finding: model.ids[index], stamp: "" }), "Copy link")),
    ],
  };
}

/** Why a failure is accepted, by whom and until when. */
function waiverNodes(model, verdict, stamp, subject) {
  if (!verdict.waived) return [];
  const own = model.waivers.filter((waiver) => waiver.rule === verdict.rule
    && (!waiver.subject || waiver.subject === subject) && waiver.stamps.includes(stamp.stamp));
  return own.map((waiver) => el("p", { class: "waiver" }, el("b", {}, "Waived: "), data(waiver.words), " ", el("a", { href: "#waivers" }, "All waivers")));
}

/** What a failure stops or endangers, worst first. */
function riskNode(words) {
  return words.length ? el("p", { class: "risk" }, el("b", {}, "At risk: "), shown(words.join(", "))) : "";
}

/** What has to be mended before any runbook that registers, where this finding is not about that. */
function firstNode(model, verdict, stamp, link) {
  const first = (stamp.plan || []).slice(0, -1);
  if (!verdict.causes.length || verdict.causes.some((cause) => first.includes(cause))) return "";
  const titles = first.map((id) => (model.causeBy.get(id) || { title: id }).title);
  return titles.length ? el("p", { class: "risk" }, el("b", {}, "Before registering, mend: "), shown(titles.join("; ")), ". ",
    el("a", { href: link({ stamp: stamp.stamp, finding: "" }) }, "In which order")) : "";
}

function whereNode(stamp, verdict, subject, link) {
  const name = stamp.state
    ? el("a", { href: link({ stamp: stamp.stamp, finding: "" }) }, data(stamp.stamp, 300))
    : data(stamp.stamp);
  return el("dl", { class: "pairs" },
    el("div", {}, el("dt", {}, "Stamp"), el("dd", {}, name)),
    el("div", {}, el("dt", {}, "Rule"), el("dd", {}, el("a", { href: `#rule-${encodeURIComponent(verdict.rule)}` }, verdict.rule))),
    subject ? el("div", { class: "wide" }, el("dt", {}, "Subject"), el("dd", {}, data(subject))) : "");
}

function witnessNode(expected, actual) {
  if (!expected && !actual) return "";
  const box = (title, value) => el("div", {}, el("h4", {}, title), el("p", {}, value ? data(value) : "not known"));
  return el("div", { class: "witness" }, expected ? box("Expected", expected) : "", box("Actual", actual));
}

function settleNode(model, verdict) {
  const facts = verdict.missing.map((name) => {
    const fact = model.factBy.get(name) || { meaning: "", documents: [] };
    const documents = (fact.documents || []).join(" or ");
    return el("li", {}, el("code", {}, name), " ", shown(fact.meaning),
      documents ? el("span", { class: "field" }, `answered by ${documents}`) : "");
  });
  return el("section", { class: "settle" }, el("h4", {}, "What would settle it"),
    el("p", {}, el("b", {}, verdict.settles), ` (${verdict.reason})`),
    facts.length ? el("ul", { class: "proof" }, facts) : "");
}

function causeNodes(model, verdict, stamp) {
  const ranks = new Map((stamp.causes || []).map((tally, place) => [tally.cause, { tally, place }]));
  const rank = (cause) => (ranks.has(cause.id) ? ranks.get(cause.id).place : ranks.size);
  const causes = verdict.causes.map((id) => model.causeBy.get(id)).filter(Boolean);
  if (!causes.length) return [];
  const title = causes.length > 1 ? `${causes.length} causes fit, the likeliest first` : "Cause";
  causes.sort((one, other) => rank(one) - rank(other));
  return [el("section", {}, el("h4", {}, title), el("div", { class: "ranked" }, causes.map((cause, place) =>
    causeNode(model, cause, stamp, place === 0, ranks.has(cause.id) ? ranks.get(cause.id).tally : null))))];
}

/** `tally` says how the cause ranks among those of its stamp, where it is shown for the stamp. */
function causeNode(model, cause, stamp, open, tally = null) {
  const runbook = model.runbookBy.get(cause.runbook);
  return el("details", { class: "cause", open },
    el("summary", {}, icon("more"), el("span", { class: "cause-name" }, shown(cause.title)), cause.documented ? "" : el("span", { class: "tag" }, "not in the article"),
      tally ? el("span", { class: "muted explains" }, tallyText(tally, stamp)) : ""),
    el("p", {}, shown(cause.explanation), " ", el("a", { class: "page-link", href: `#cause-${encodeURIComponent(cause.id)}` }, "Its page")),
    ...(tally ? tallyNodes(model, tally) : []),
    cause.confirm ? el("p", {}, el("span", { class: "label" }, "Confirm"), filledNodes(cause.confirm, stamp.values || {})) : "",
    runbook ? runbookNode(runbook, stamp) : "");
}

function tallyText(tally, stamp) {
  if (tally.logs.length && !tally.explains.length) return `shown by a log${tally.against.length ? `, contradicted by ${tally.against.length}` : ""}`;
  const failed = (stamp.pairs && stamp.pairs.failed) || 0;
  return `explains ${tally.explains.length} of ${failed}, contradicted by ${tally.against.length || "none"}${tally.logs.length ? ", shown by a log" : ""}`;
}

function tallyNodes(model, tally) {
  const line = (label, words) => el("p", {}, el("span", { class: "label" }, label), shown(words.join("; ")));
  return [
    tally.explains.length ? line("Explains", tally.explains.map((rule) => `${rule} ${ruleTitle(model, rule)}`)) : "",
    tally.logs.length ? line("Log", tally.logs) : "",
    tally.against.length ? line("Contradicted by", tally.against) : "",
  ];
}

function remediationNode(model, verdict) {
  const rule = model.ruleBy.get(verdict.rule);
  if (!rule || verdict.outcome !== "fail") return "";
  return el("section", {}, el("h4", {}, "Remediation"), el("p", {}, shown(rule.remediation)));
}
