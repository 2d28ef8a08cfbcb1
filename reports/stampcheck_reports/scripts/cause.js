// The pages of causes fill themselves when they are opened: most are never looked at.
function causePages(model) {
  for (const page of document.querySelectorAll("[data-cause]")) {
    page.addEventListener("toggle", () => { if (page.open) fillCausePage(model, page); });
    if (page.open) fillCausePage(model, page);
  }
}

function fillCausePage(model, page) {
  const cause = model.causeBy.get(page.dataset.cause);
  if (!cause || page.querySelector(".cause-filled")) return;
  const runbook = model.runbookBy.get(cause.runbook);
  const line = (title, ...content) => el("div", {}, el("dt", {}, title), el("dd", {}, content));
  const rules = model.rules.filter((rule) => (rule.causes || []).includes(cause.id));
  const stamps = model.stamps.filter((stamp) => (stamp.causes || []).some((tally) => tally.cause === cause.id));
  page.append(el("div", { class: "cause-filled" }, el("dl", { class: "rule-body" },
    line("What it means", shown(cause.explanation)),
    rules.length ? line("Explains", el("ul", { class: "reads" }, rules.map((rule) => el("li", {},
      el("a", { href: `#rule-${encodeURIComponent(rule.id)}` }, rule.id), ` ${shown(rule.title)}`)))) : "",
    cause.against.length ? line("Contradicted if", shown(cause.against.join("; "))) : "",
    line("Confirm", filledNodes(cause.confirm, {})),
    cause.neighbours.length ? line("Looks alike", el("ul", { class: "reads" }, cause.neighbours.map(([id, difference]) => el("li", {},
      el("a", { href: `#cause-${encodeURIComponent(id)}` }, shown((model.causeBy.get(id) || { title: id }).title)), `: ${shown(difference)}`)))) : "",
    stamps.length ? line("Stamps", causeStamps(stamps)) : "",
    line("Source", shown(`${cause.source}, reviewed ${cause.reviewed}`))),
  stamps.length ? el("p", { class: "rule-link" }, el("a", { class: "button", href: `#cause=${encodeURIComponent(cause.id)}&view=stamp` }, "Show its findings")) : "",
  runbook ? runbookNode(runbook, {}) : ""));
}

function causeStamps(stamps) {
  const links = stamps.slice(0, 20).flatMap((stamp, place) => [place ? ", " : "",
    el("a", { href: `#stamp=${encodeURIComponent(stamp.stamp)}` }, data(stamp.stamp, 120))]);
  return [...links, stamps.length > 20 ? ` and ${stamps.length - 20} more` : ""];
}
