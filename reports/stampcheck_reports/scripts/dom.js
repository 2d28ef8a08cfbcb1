// Elements are built here only, and data reaches them as text only.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

/** An element; `attributes` hold attributes, `on*` listeners and nothing else. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** Control characters and marks of direction written out, so that no text hides or reorders. */
function shown(text) {
  return String(text).replace(UNSEEN, (mark) =>
    `\u27e8U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}\u27e9`);
}

/** Text from evidence, apart from the direction of its neighbours, cut to `limit` characters. */
function data(text, limit = 4000) {
  const words = shown(text);
  return el("bdi", {}, words.length > limit ? `${words.slice(0, limit)}\u2026` : words);
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const OUTCOME_WORDS = {
  fail: "Failed",
  undetermined: "Undetermined",
  pass: "Passed",
  "not-applicable": "Not applicable",
};

function status(outcome) {
  return el("span", { class: `status status-${outcome}` }, icon(outcome), OUTCOME_WORDS[outcome]);
}

/** Severity is coloured on failures only: a pass of a critical rule is no alarm. */
function severityMark(severity, outcome) {
  return el("span", { class: outcome === "fail" ? `severity severity-${severity}` : "severity" }, severity);
}

const number = (value) => value.toLocaleString("en-US");
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
