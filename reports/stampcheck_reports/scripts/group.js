// From visible findings to the lines of the list: heads of groups, and findings below open heads.
const FEW = 60;

/** All findings in an order, as a counting sort by a small number; the order of the record stays. */
function sorted(model, sort) {
  const key = {
    severity: (i) => verdictOf(model, i).severityPlace,
    risk: (i) => verdictOf(model, i).riskPlace,
    rule: (i) => verdictOf(model, i).rulePlace,
    stamp: () => 0,
  }[sort];
  const buckets = [];
  for (let i = 0; i < model.count; i += 1) (buckets[key(i)] ||= []).push(i);
  return Int32Array.from(buckets.flat());
}

function settleKey(verdict) {
  return `${verdict.reason}\n${verdict.documents.join("\n")}`;
}

/** The groups that each verdict belongs to in a view that is not by stamp. */
function groupsByVerdict(model, view, make) {
  return model.verdicts.map((verdict) => {
    if (view === "rule") return [make(verdict.rule, "rule", verdict)];
    if (view === "cause") {
      if (!verdict.causes.length) return [make("", "cause", verdict)];
      return verdict.causes.map((cause) => make(cause, "cause", verdict));
    }
    if (view === "risk") {
      if (!verdict.atRisk.length) return [make("", "risk", verdict)];
      return verdict.atRisk.map((word) => make(word, "risk", verdict));
    }
    if (verdict.waived && verdict.outcome === "fail") return [make("waived", "waived", verdict)];
    if (verdict.outcome === "undetermined") return [make(settleKey(verdict), "settle", verdict)];
    return [make(verdict.outcome, "outcome", verdict)];
  });
}

function groupsOf(model, view, order, visible) {
  const groups = new Map();
  const make = (key, kind, verdict) => {
    const name = `${kind}:${key}`;
    if (!groups.has(name)) groups.set(name, { name, key, kind, verdict, lists: [[], [], [], []], total: 0 });
    return groups.get(name);
  };
  const byVerdict = view === "stamp" ? null : groupsByVerdict(model, view, make);
  const byStamp = view === "stamp" ? model.stamps.map((stamp) => [make(stamp.stamp, "stamp")]) : null;
  for (let place = 0; place < order.length; place += 1) {
    const i = order[place];
    if (!visible[i]) continue;
    const outcome = verdictOf(model, i).outcomePlace;
    for (const group of byStamp ? byStamp[model.stamp[i]] : byVerdict[model.verdict[i]]) {
      group.lists[outcome].push(i);
      group.total += 1;
    }
  }
  const filled = [...groups.values()].filter((group) => group.total);
  if (view !== "risk") return filled.sort(worstFirst);
  const place = (group) => (group.key ? model.consequences.indexOf(group.key) : model.consequences.length);
  return filled.sort((one, other) => place(one) - place(other));
}

/** What is waived comes after what is open, and before what passes. */
const isWaivedGroup = (group) => (group.kind === "waived" ? 1 : 0);

function worstFirst(one, other) {
  if (isWaivedGroup(one) !== isWaivedGroup(other)) {
    const rest = isWaivedGroup(one) ? other : one;
    const isOpen = rest.lists[0].length || rest.lists[1].length;
    return (isWaivedGroup(one) ? 1 : -1) * (isOpen ? 1 : -1);
  }
  if (one.kind === "cause" && (one.key === "") !== (other.key === "")) return one.key === "" ? 1 : -1;
  for (let place = 0; place < 4; place += 1) {
    const difference = other.lists[place].length - one.lists[place].length;
    if (difference) return difference;
  }
  return 0;
}

/** Groups of one outcome, which are listed as they are. */
const isFlat = (group) => ["outcome", "settle", "waived"].includes(group.kind);

/** Lines: a finding's index, or a head. `flips` holds the names of heads that the reader turned. */
function linesOf(groups, state, flips) {
  const lines = [];
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  const wanted = (outcome) => state.outcome.has(outcome);
  for (const group of groups) {
    const flat = isFlat(group);
    const isRest = flat && (group.key === "pass" || group.key === "not-applicable");
    const usual = flat ? !isRest || wanted(group.key) : total <= FEW || groups.length === 1;
    group.open = usual !== flips.has(group.name);
    lines.push(group);
    if (!group.open) continue;
    if (flat) { for (const list of group.lists) for (const i of list) lines.push(i); continue; }
    pushGroup(lines, group, flips, wanted("pass") || wanted("not-applicable"));
  }
  return lines;
}

function pushGroup(lines, group, flips, restWanted) {
  const [failed, open, passed, rest] = group.lists;
  for (const i of failed) lines.push(i);
  for (const i of open) lines.push(i);
  if (!passed.length && !rest.length) return;
  const name = `${group.name}/rest`;
  const head = { name, kind: "rest", passed, rest, open: restWanted !== flips.has(name) };
  lines.push(head);
  if (!head.open) return;
  for (const i of passed) lines.push(i);
  for (const i of rest) lines.push(i);
}
