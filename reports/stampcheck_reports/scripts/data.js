// The data block: base64 of gzipped JSON, findings as columns of numbers into tables of texts.
const UNCLAIMED = "(unclaimed)";

async function unpack(text) {
  const packed = atob(text);
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i += 1) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** What the page works on; made once from the unpacked block. */
function modelOf(raw) {
  placeholderWords = raw.placeholders || {};
  const columns = {};
  for (const [name, values] of Object.entries(raw.columns)) columns[name] = Int32Array.from(values);
  const nobody = { stamp: UNCLAIMED, licence_standing: "", values: {} };
  const stamps = [...raw.stamps.map((stamp) => stampOfPacked(raw, stamp)), nobody];
  return {
    ...raw,
    ...columns,
    count: columns.verdict.length,
    ids: raw.ids.split("\n"),
    stamps,
    ...stampColumn(raw.stamp_sizes, columns.verdict.length, stamps.length),
    ...stampClasses(stamps),
    verdicts: verdictsOf(raw),
    factBy: keyed(raw.facts, "name"),
    causeBy: keyed(raw.causes, "id"),
    ruleBy: keyed(raw.rules, "id"),
    runbookBy: keyed(raw.runbooks, "id"),
    unclaimedBy: keyed(raw.unclaimed, "registration_id"),
    stampBy: new Map(stamps.map((stamp, place) => [stamp.stamp, place])),
  };
}

/** A stamp with its causes in words; they come as places in the tables of causes and rules. */
function stampOfPacked(raw, stamp) {
  const causes = (stamp.causes || []).map(([cause, rules, against]) => ({
    cause: typeof cause === "number" ? raw.causes[cause].id : cause,
    explains: rules.map((rule) => (typeof rule === "number" ? raw.rule_ids[rule] : rule)),
    against: against.map((place) => raw.predicates[place]),
  }));
  const idOf = (table, key) => (place) => (typeof place === "number" ? key(table[place]) : place);
  const causeId = idOf(raw.causes, (cause) => cause.id);
  const ties = (stamp.ties || []).map(([rules, rivals, question]) => ({
    rules: rules.map(idOf(raw.rule_ids, (id) => id)),
    causes: rivals.map(causeId),
    asked: causeId(question),
  }));
  return { ...stamp, causes, ties, month: raw.months[stamp.expires || ""], plan: (stamp.plan || []).map(causeId) };
}

const keyed = (list, key) => new Map(list.map((item) => [item[key], item]));

/** The stamp of each finding, and where the findings of each stamp begin. */
function stampColumn(sizes, count, stamps) {
  const stamp = new Int32Array(count);
  const starts = new Int32Array(stamps + 1);
  let place = 0;
  for (let index = 0; index < stamps; index += 1) {
    starts[index] = place;
    const end = place + (sizes[index] || 0);
    stamp.fill(index, place, end);
    place = end;
  }
  starts[stamps] = place;
  return { stamp, starts };
}

function verdictsOf(raw) {
  const documents = new Map(raw.facts.map((fact) => [fact.name, fact.documents || []]));
  return raw.verdicts.map((packed) => {
    const causes = packed.causes || [];
    const missing = packed.missing || [];
    const answers = [...new Set(missing.flatMap((name) => documents.get(name) || []))];
    return {
      causes,
      missing,
      atRisk: (packed.at_risk || []).map((place) => raw.consequences[place]),
      riskPlace: (packed.at_risk || [raw.consequences.length])[0],
      reason: packed.reason || "",
      waived: Boolean(packed.waived),
      rule: raw.rule_ids[packed.rule],
      rulePlace: packed.rule,
      outcome: raw.outcomes[packed.outcome],
      outcomePlace: packed.outcome,
      severity: raw.severities[packed.severity],
      severityPlace: packed.severity,
      settles: raw.settles[packed.reason] || packed.reason || "",
      documents: answers,
    };
  });
}

const verdictOf = (model, index) => model.verdicts[model.verdict[index]];
const stampOf = (model, index) => model.stamps[model.stamp[index]];
const ruleTitle = (model, id) => (model.ruleBy.get(id) || { title: "" }).title;
