// The filters beside the list, and the chips that say which ones are on.
const FACET_TITLES = {
  outcome: "Outcome",
  severity: "Severity",
  risk: "At risk",
  rule: "Rule",
  cause: "Cause",
  reason: "Reason",
  waiver: "Waiver",
  standing: "Licence standing",
  expires: "Expires",
  tag: "Tag",
};

function facetValues(model) {
  const seen = (facet) => [...new Set(model.verdicts.flatMap(FACET_VALUES[facet]))];
  return {
    outcome: model.outcomes,
    severity: model.severities,
    risk: model.consequences.filter((word) => seen("risk").includes(word)),
    rule: seen("rule").sort(),
    cause: seen("cause").sort((one, other) => causeTitle(model, one).localeCompare(causeTitle(model, other), "en")),
    reason: seen("reason").sort(),
    waiver: seen("waiver").length > 1 ? ["waived", "not waived"] : [],
    ...stampFacetValues(model),
  };
}

const causeTitle = (model, id) => (model.causeBy.get(id) || { title: id }).title;

function valueWord(model, facet, value) {
  if (facet === "outcome") return OUTCOME_WORDS[value] || value;
  if (facet === "rule") return ruleTitle(model, value) || value;
  if (facet === "cause") return causeTitle(model, value);
  if (facet === "expires") return Object.hasOwn(EXPIRES_WORDS, value) ? EXPIRES_WORDS[value] : value;
  return value;
}

function facetsOf(model, act) {
  const counters = [];
  const boxes = Object.entries(facetValues(model)).filter(([, values]) => values.length).map(([facet, values]) =>
    el("fieldset", { class: `facet facet-${facet}` }, el("legend", {}, FACET_TITLES[facet]),
      el("div", { class: "facet-values" }, values.map((value) => {
        const box = el("input", { type: "checkbox", onchange: () => act.toggle(facet, value) });
        const count = el("span", { class: "num" });
        const word = shown(valueWord(model, facet, value));
        const label = el("label", { title: word === value ? undefined : shown(value) }, box,
          facet === "outcome" ? icon(value) : "", el("span", { class: "facet-word" }, word), count);
        counters.push({ facet, value, box, count, label });
        return label;
      }))));
  byId("facets").replaceChildren(...boxes);
  return (state, counts) => {
    for (const { facet, value, box, count, label } of counters) {
      const amount = counts[facet].get(value) || 0;
      box.checked = state[facet].has(value);
      count.textContent = number(amount);
      label.classList.toggle("none", amount === 0 && !box.checked);
    }
  };
}

function showChips(model, state, act) {
  const chips = FACETS.flatMap((facet) => [...state[facet]].map((value) => {
    const word = shown(valueWord(model, facet, value));
    return el("button", { type: "button", class: "chip", onclick: () => act.toggle(facet, value) },
      `${FACET_TITLES[facet]}: ${word}`, el("span", { "aria-hidden": "true" }, " \u00d7"), el("span", { class: "sr" }, ", remove"));
  }));
  if (isFiltered(state)) chips.push(el("button", { type: "button", class: "quiet", onclick: act.clear }, "Clear all"));
  byId("chips").replaceChildren(...chips);
}
