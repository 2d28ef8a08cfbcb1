// Filtering by verdict, standing and text at once. A facet's counts show what choosing one of its
// values would bring, so they leave that facet's own choice out.
const STANDINGS = ["licensed", "expired", "in-violation", "not-proven", ""];
const TEXT_BIT = 1 << FACETS.length;

/** A severity weighs what fails or may fail; a pass has none. */
const hasSeverity = (verdict) => verdict.outcome === "fail" || verdict.outcome === "undetermined";

/** The values of a facet that a verdict has; the standing belongs to the stamp. */
const FACET_VALUES = {
  outcome: (verdict) => [verdict.outcome],
  severity: (verdict) => (hasSeverity(verdict) ? [verdict.severity] : []),
  risk: (verdict) => verdict.atRisk,
  rule: (verdict) => [verdict.rule],
  cause: (verdict) => verdict.causes,
  reason: (verdict) => (verdict.reason ? [verdict.reason] : []),
  waiver: (verdict) => (verdict.waived ? ["waived"] : ["not waived"]),
};

/** Which facets each verdict (or standing) misses, as bits. */
function missesOf(items, facets, valuesOf, state) {
  return Int32Array.from(items, (item) => facets.reduce((bits, facet) => {
    const chosen = state[facet];
    const meets = !chosen.size || valuesOf(facet, item).some((value) => chosen.has(value));
    return meets ? bits : bits | (1 << FACETS.indexOf(facet));
  }, 0));
}

function filtered(model, state, hits) {
  const facets = FACETS.filter((facet) => facet !== "standing");
  const byVerdict = missesOf(model.verdicts, facets, (facet, verdict) => FACET_VALUES[facet](verdict), state);
  const byStanding = missesOf(STANDINGS, ["standing"], (_, word) => [word], state);
  const standing = model.standings || (model.standings = Int32Array.from(
    model.stamps, (stamp) => Math.max(0, STANDINGS.indexOf(stamp.licence_standing))));
  const width = STANDINGS.length;
  const tallies = new Map();
  const visible = new Uint8Array(model.count);
  let total = 0;
  for (let i = 0; i < model.count; i += 1) {
    const verdict = model.verdict[i];
    const word = standing[model.stamp[i]];
    const missed = byVerdict[verdict] | byStanding[word] | (hits && !hits[i] ? TEXT_BIT : 0);
    if (missed === 0) { visible[i] = 1; total += 1; }
    if ((missed & (missed - 1)) === 0) {
      let tally = tallies.get(missed);
      if (!tally) tallies.set(missed, tally = new Int32Array(model.verdicts.length * width));
      tally[verdict * width + word] += 1;
    }
  }
  return { visible, total, counts: countsOf(model, tallies) };
}

function countsOf(model, tallies) {
  const counts = {};
  FACETS.forEach((facet, place) => {
    counts[facet] = new Map();
    for (const bit of [0, 1 << place]) addTally(model, counts[facet], facet, tallies.get(bit));
  });
  return counts;
}

function addTally(model, counts, facet, tally) {
  if (!tally) return;
  tally.forEach((amount, cell) => {
    if (!amount) return;
    const verdict = model.verdicts[Math.floor(cell / STANDINGS.length)];
    const word = STANDINGS[cell % STANDINGS.length];
    const values = facet === "standing" ? [word] : FACET_VALUES[facet](verdict);
    for (const value of values) counts.set(value, (counts.get(value) || 0) + amount);
  });
}
