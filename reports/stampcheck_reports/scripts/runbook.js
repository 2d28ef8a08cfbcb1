// A runbook filled with the stamp's own values, which are quoted for PowerShell already.
const PLACE = /\{\{\s*([\w.-]+)\s*\}\}/g;
// One closed PowerShell string; anything else in a record was tampered with and stays to be filled in.
const QUOTED = /^'(?:[^'\u2018\u2019\u201a\u201b]|['\u2018\u2019\u201a\u201b]{2})+'$/;
const ALWAYS_ASKED = new Set(["agreement_number"]);
const MODULES = ["Az", "AzureRM"];
let modules = MODULES[0];

let placeholderWords = {};

const gapWords = (name) => (Object.hasOwn(placeholderWords, name) ? placeholderWords[name] : name.replaceAll("_", " "));
const gapText = (name) => `<FILL: ${gapWords(name)}>`;

function isKnown(name, values) {
  return Object.hasOwn(values, name) && QUOTED.test(values[name]) && !ALWAYS_ASKED.has(name);
}

/** The text in parts: plain strings, and `{ gap }` for what the reader has to fill in. */
function filledParts(text, values) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(PLACE)) {
    parts.push(text.slice(end, match.index));
    parts.push(isKnown(match[1], values) ? values[match[1]] : { gap: match[1] });
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

// In PowerShell a gap is quoted like a value: the reader replaces what is between the quotes.
const filledText = (text, values) => filledParts(text, values)
  .map((part) => (typeof part === "string" ? part : `'${gapText(part.gap)}'`)).join("");

function filledNodes(text, values, mark = "") {
  return filledParts(text, values).map((part) => (typeof part === "string"
    ? shown(part)
    : el("mark", {}, `${mark}${gapText(part.gap)}${mark}`)));
}

/** "Capacity", "other", or empty while the billing model is not known. */
function billingOf(values) {
  if (!isKnown("billing_model", values)) return "";
  return values.billing_model === "'Capacity'" ? "Capacity" : "other";
}

function stepsFor(runbook, connection, billing) {
  return runbook.steps.filter((step) =>
    (!step.connection || !connection || step.connection === connection)
    && (!step.billing || !billing || step.billing === billing)
    && (!step.modules || step.modules === modules));
}

function gapsOf(steps, values) {
  const texts = steps.flatMap((step) => [step.what, step.powershell, step.expect, step.verify, step.where]);
  const gaps = texts.filter(Boolean).flatMap((text) => filledParts(text, values)).filter((part) => part.gap);
  return [...new Set(gaps.map((part) => part.gap))];
}

/** `stamp` may be the pseudo-stamp, of which nothing is known. */
function runbookNode(runbook, stamp) {
  const node = el("section", { class: "runbook" });
  const fill = () => node.replaceChildren(...runbookParts(runbook, stamp, fill));
  fill();
  return node;
}

function runbookParts(runbook, stamp, again) {
  const values = stamp.values || {};
  const steps = stepsFor(runbook, stamp.connection, billingOf(values));
  const gaps = gapsOf(steps, values);
  return [
    el("div", { class: "runbook-head" }, el("p", { class: "runbook-title" }, shown(runbook.title)), modulesToggle(runbook, again)),
    gaps.length ? el("div", { class: "gaps" }, el("b", {}, "Fill in first: "),
      gaps.map((name, place) => [place ? ", " : "", el("mark", {}, gapWords(name))])) : "",
    el("ol", { class: "steps" }, steps.map((step) => stepNode(step, values, stamp.connection))),
    runbook.rerun && runbook.rerun.length
      ? el("p", { class: "rerun" }, `Then collect again and run ${runbook.rerun.join(" and ")} again.`) : "",
    el("p", { class: "muted" }, `Source: ${shown(runbook.source)}, reviewed ${runbook.reviewed}`),
  ].filter(Boolean);
}

function modulesToggle(runbook, again) {
  if (!runbook.steps.some((step) => step.modules)) return "";
  return el("div", { class: "views small", role: "group", "aria-label": "PowerShell modules" }, MODULES.map((name) =>
    el("button", {
      type: "button",
      "aria-pressed": String(name === modules),
      onclick: () => { modules = name; again(); },
    }, name)));
}

function stepNode(step, values, connection) {
  const powershell = step.powershell ? filledText(step.powershell, values) : "";
  return el("li", {},
    el("p", { class: "step-what" }, filledNodes(step.what, values),
      step.connection && !connection ? el("span", { class: "tag" }, `if ${step.connection}`) : ""),
    step.where ? el("p", { class: "muted" }, "Where: ", filledNodes(step.where, values)) : "",
    powershell ? el("div", { class: "code" }, copyButton(powershell),
      el("pre", { tabindex: "0" }, el("code", {}, filledNodes(step.powershell, values, "'")))) : "",
    step.expect ? el("p", {}, el("span", { class: "label" }, "Expect"), filledNodes(step.expect, values)) : "",
    step.verify ? el("p", {}, el("span", { class: "label" }, "Verify"), filledNodes(step.verify, values)) : "");
}
