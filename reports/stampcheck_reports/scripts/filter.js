// Filtering by verdict, stamp and text at once. A facet's counts show what choosing one of its
// values would bring, so they leave that facet's own choice out.
const STANDINGS = ["licensed", "expired", "in-violation", "not-proven", ""];
const TEXT_BIT = 1 << FACETS.length;

/** A severity weighs what fails or may fail; a pass has none. */
const hasSeverity = (verdict) => verdict.outcome === "fail" || verdict.outcome === "undetermined";

/** The values of a facet that a verdict has. */
const FACET_VALUES = {
  outcome: (verdict) => [verdict.outcome],
  severity: (verdict) => (hasSeverity(verdict) ? [verdict.severity] : []),
  risk: (verdict) => verdict.atRisk,
  rule: (verdict) => [verdict.rule],
  cause: (verdict) => verdict.causes,
  reason: (verdict) => (verdict.reason ? [verdict.reason] : []),
  waiver: (verdict) => (verdict.waived ? ["waived"] : ["not waived"]),
};
const VERDICT_FACETS = Object.keys(FACET_VALUES);

/** Which facets each verdict (or class of stamps) misses, as bits. */
function missesOf(items, facets, valuesOf, state) {
  return Int32Array.from(items, (item) => facets.reduce((bits, facet) => {
    const chosen = state[facet];
    const meets = !chosen.size || valuesOf(facet, item).some((value) => chosen.has(value));
    return meets ? bits : bits | (1 << FACETS.indexOf(facet));
  }, 0));
}

function filtered(model, state, hits) {
  const byVerdict = missesOf(model.verdicts, VERDICT_FACETS, (facet, verdict) => FACET_VALUES[facet](verdict), state);
  const byClass = missesOf(model.classes, STAMP_FACETS, (facet, values) => values[facet], state);
  const tallies = new Map();
  const tallyOf = (missed) => {
    const fresh = [new Int32Array(model.verdicts.length), new Int32Array(model.classes.length)];
    tallies.set(missed, fresh);
    return fresh;
  };
  const visible = new Uint8Array(model.count);
  let total = 0;
  for (let i = 0; i < model.count; i += 1) {
    const verdict = model.verdict[i];
    const place = model.classOf[model.stamp[i]];
    const missed = byVerdict[verdict] | byClass[place] | (hits && !hits[i] ? TEXT_BIT : 0);
    if (missed === 0) { visible[i] = 1; total += 1; }
    if ((missed & (missed - 1)) === 0) {
      const [verdicts, classes] = tallies.get(missed) || tallyOf(missed);
      verdicts[verdict] += 1;
      classes[place] += 1;
    }
  }
  return { visible, total, counts: countsOf(model, tallies) };
}

function countsOf(model, tallies) {
  const counts = {};
  FACETS.forEach((facet, place) => {
    counts[facet] = new Map();
    const isOfStamp = STAMP_FACETS.includes(facet);
    for (const bit of [0, 1 << place]) {
      const tally = tallies.get(bit);
      if (!tally) continue;
      if (isOfStamp) addTally(counts[facet], tally[1], (at) => model.classes[at][facet]);
      else addTally(counts[facet], tally[0], (at) => FACET_VALUES[facet](model.verdicts[at]));
    }
  });
  return counts;
}

function addTally(counts, tally, valuesAt) {
  tally.forEach((amount, at) => {
    if (!amount) return;
    for (const value of valuesAt(at)) counts.set(value, (counts.get(value) || 0) + amount);
  });
}
