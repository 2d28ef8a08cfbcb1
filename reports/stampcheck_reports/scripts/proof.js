// The proof of a finding: document, field, time and request id; and the two witnesses side by side.
function documentsOf(model, stampPlace) {
  const cached = model.documentsOf || (model.documentsOf = new Map());
  if (!cached.has(stampPlace)) {
    const own = model.stamps[stampPlace].documents || [];
    cached.set(stampPlace, new Map(own.map(([label, at, request]) => [label, { at: model.texts[at], request }])));
  }
  return cached.get(stampPlace);
}

/** A document of no stamp, or of another one: a listing may serve several. */
function anyDocument(model, label) {
  if (!model.anyDocument) {
    const all = [...model.stamps.flatMap((stamp) => stamp.documents || []), ...model.documents];
    model.anyDocument = new Map(all.map(([place, at, request]) => [place, { at: model.texts[at], request }]));
  }
  return model.anyDocument.get(label);
}

function proofOf(model, index) {
  const own = documentsOf(model, model.stamp[index]);
  return model.proofs[model.proof[index]].map((place) => {
    const [label, field, stale] = model.sources[place];
    const { at, request } = own.get(label) || anyDocument(model, label) || { at: "", request: "" };
    return { document: model.texts[label], field: model.texts[field], stale: stale === 1, at, request };
  });
}

function proofNode(sources) {
  const rows = sources.filter((source) => source.document || source.field).map((source) => el("li", {},
    el("p", { class: "proof-place" }, source.document ? el("code", {}, data(source.document)) : "",
      source.field ? el("span", { class: "field" }, data(source.field)) : "",
      source.stale ? el("span", { class: "tag" }, "stale") : ""),
    source.at || source.request ? el("p", { class: "muted proof-time" },
      source.at ? el("span", {}, "read ", el("time", {}, data(source.at, 40))) : "",
      source.request ? el("span", {}, "request ", el("code", {}, data(source.request, 100))) : "") : ""));
  return el("section", {}, el("h4", {}, rows.length > 1 ? `Proof: ${rows.length} places` : "Proof"),
    rows.length ? el("ul", { class: "proof" }, rows) : el("p", { class: "muted" }, "No document was read."));
}

/** What the finding's stamp and Azure tell differently, where the finding was read from both. */
function disagreementNodes(stamp, sources) {
  const isRead = (source) => sources.some((seen) => seen.document === source.document && seen.field === source.field);
  return (stamp.disagreements || [])
    .filter((one) => isRead(one.stamp_source) && isRead(one.azure_source))
    .map((one) => twoWitnesses(one));
}

function twoWitnesses(one) {
  const box = (title, says, other, source) => el("div", {}, el("h5", {}, title), el("p", { class: "said" }, besideNodes(says, other)),
    el("p", { class: "muted place" }, data(`${source.document} ${source.field}`)));
  return el("section", { class: "witnesses" }, el("h4", {}, `Two witnesses disagree: ${one.subject}`),
    el("div", { class: "witness" }, box("The stamp says", one.stamp_says, one.azure_says, one.stamp_source),
      box("Azure says", one.azure_says, one.stamp_says, one.azure_source)));
}

/** A text whose parts stand out where the other one differs, as of two paths. */
function besideNodes(text, other) {
  const partsOf = (words) => shown(words).slice(0, 600).match(/[^/]*\/|[^/]+/g) || [];
  const others = partsOf(other);
  return el("bdi", {}, partsOf(text).flatMap((part, place) => [place ? el("wbr") : "", part === others[place] ? part : el("b", {}, part)]));
}
