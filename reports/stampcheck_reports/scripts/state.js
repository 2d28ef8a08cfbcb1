// What the reader chose, kept in the address so that it can be sent to a colleague.
const FACETS = ["outcome", "severity", "risk", "rule", "cause", "reason", "waiver", "standing", "expires", "tag"];
const VIEWS = ["outcome", "stamp", "rule", "cause", "risk", "matrix"];
const SORTS = ["severity", "risk", "stamp", "rule"];

function emptyState() {
  const state = { q: "", view: "outcome", sort: "severity", finding: "", stamp: "" };
  for (const facet of FACETS) state[facet] = new Set();
  return state;
}

/** The state of an address, or null where it names a place on the page instead. */
function parsedState(hash) {
  const text = hash.replace(/^#\/?/, "");
  if (!text.includes("=")) return null;
  const words = new URLSearchParams(text);
  const state = emptyState();
  for (const facet of FACETS) for (const word of words.getAll(facet)) state[facet].add(word);
  for (const name of ["q", "finding", "stamp"]) state[name] = words.get(name) || "";
  if (VIEWS.includes(words.get("view"))) state.view = words.get("view");
  if (SORTS.includes(words.get("sort"))) state.sort = words.get("sort");
  return state;
}

function hashOf(state) {
  const words = new URLSearchParams();
  if (state.q) words.set("q", state.q);
  if (state.view !== "outcome") words.set("view", state.view);
  if (state.sort !== "severity") words.set("sort", state.sort);
  for (const facet of FACETS) for (const word of state[facet]) words.append(facet, word);
  for (const name of ["stamp", "finding"]) if (state[name]) words.set(name, state[name]);
  return words.toString();
}

function isFiltered(state) {
  return state.q.trim() !== "" || FACETS.some((facet) => state[facet].size > 0);
}
