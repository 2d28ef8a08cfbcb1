// Search looks at each distinct text once, not at each finding: a bit for each word of the query.
const MOST_WORDS = 16;
const ID_WORD = /^[0-9a-f]{6,16}$/;

function searcherOf(model) {
  let lower = null;
  const prepare = () => {
    if (lower) return lower;
    const low = (text) => text.toLowerCase();
    lower = {
      texts: model.texts.map(low),
      stamps: model.stamps.map((stamp) => low(stampText(stamp))),
      verdicts: model.verdicts.map((verdict) => low(verdictText(model, verdict))),
    };
    return lower;
  };
  return { prepare, find: (query) => found(model, prepare(), query) };
}

function stampText(stamp) {
  const { values, causes, pairs, ties, plan, documents, disagreements, ...words } = stamp;
  const requests = (documents || []).map(([, , request]) => request);
  const told = (disagreements || []).flatMap((one) => [one.subject, one.stamp_says, one.azure_says, "disagree"]);
  return [...Object.values(words), ...requests, ...told].filter(Boolean).join("\n");
}

function verdictText(model, verdict) {
  const titles = verdict.causes.map((id) => (model.causeBy.get(id) || { title: "" }).title);
  return [verdict.rule, ruleTitle(model, verdict.rule), verdict.outcome, verdict.severity,
    verdict.reason, verdict.settles, ...verdict.atRisk, ...verdict.causes, ...titles, ...verdict.missing,
    ...verdict.documents, verdict.waived ? "waived" : ""].join("\n");
}

/** One byte a finding, 1 where every word is somewhere in it; null where nothing is asked. */
function found(model, lower, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  if (!words.length) return null;
  const all = (1 << words.length) - 1;
  const texts = bitsOf(lower.texts, words);
  const stamps = bitsOf(lower.stamps, words);
  const verdicts = bitsOf(lower.verdicts, words);
  addUnclaimed(model, texts, words);
  const sources = model.sources.map(([document_, field]) => texts[document_] | texts[field]);
  const proofs = model.proofs.map((places) => places.reduce((bits, place) => bits | sources[place], 0));
  const hits = new Uint8Array(model.count);
  const idWords = words.map((word, place) => [word, 1 << place]).filter(([word]) => ID_WORD.test(word));
  for (let i = 0; i < model.count; i += 1) {
    let bits = stamps[model.stamp[i]] | verdicts[model.verdict[i]] | proofs[model.proof[i]]
      | texts[model.subject[i]] | texts[model.message[i]] | texts[model.expected[i]] | texts[model.actual[i]];
    for (const [word, bit] of idWords) if (model.ids[i].startsWith(word)) bits |= bit;
    hits[i] = bits === all ? 1 : 0;
  }
  return hits;
}

function bitsOf(texts, words) {
  const bits = new Int32Array(texts.length);
  words.forEach((word, place) => {
    const bit = 1 << place;
    for (let i = 0; i < texts.length; i += 1) if (texts[i].includes(word)) bits[i] |= bit;
  });
  return bits;
}

/** Unclaimed registrations have no stamp; their Cloud ID is found through their subject. */
function addUnclaimed(model, texts, words) {
  for (let i = model.starts[model.stamps.length - 1]; i < model.count; i += 1) {
    const seen = model.unclaimedBy.get(model.texts[model.subject[i]]);
    if (!seen) continue;
    const [bits] = bitsOf([Object.values(seen).join("\n").toLowerCase()], words);
    texts[model.subject[i]] |= bits;
  }
}
