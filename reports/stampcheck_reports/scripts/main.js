// The page: state in, list, filters and panel out.
function explore(model) {
  const searcher = searcherOf(model);
  const orders = new Map();
  const flips = new Set();
  let state = parsedState(location.hash) || emptyState();
  let hits = null;
  let hitsFor = "";
  let result = null;
  let groups = [];

  const link = (changes) => `#${hashOf({ ...state, ...changes })}`;
  const change = (edit, keep) => { edit(); flips.clear(); save(); show(keep); };
  const save = () => history.replaceState(null, "", `#${hashOf(state)}` === "#" ? location.pathname + location.search : `#${hashOf(state)}`);
  const toggle = (facet, value) => change(() => {
    if (!state[facet].delete(value)) state[facet].add(value);
  });
  const clear = () => change(() => { state = { ...emptyState(), view: state.view, sort: state.sort }; byId("search").value = ""; panel.hide(); });
  const showFacets = facetsOf(model, { toggle });
  const panel = panelOf({
    closed: (origin) => {
      const index = model.ids.indexOf(state.finding);
      state.finding = "";
      state.stamp = "";
      save();
      list.choose(-1);
      if (origin && origin.isConnected && origin !== document.body) origin.focus({ preventScroll: true });
      else if (index >= 0) list.focus(index);
    },
  });
  const list = listOf(model, {
    open: (index) => { location.hash = link({ finding: model.ids[index], stamp: "" }); },
    flip: (name, place) => {
      if (!flips.delete(name)) flips.add(name);
      lines(true);
      list.focusLine(place);
    },
  });

  function lines(keep) {
    list.show(linesOf(groups, state, flips), keep);
    byId("fold").textContent = groups.some((group) => !group.open) ? "Expand all" : "Collapse all";
  }

  function show(keep) {
    const query = state.q.trim();
    if (query !== hitsFor) { hits = searcher.find(query); hitsFor = query; }
    if (!orders.has(state.sort)) orders.set(state.sort, sorted(model, state.sort));
    result = filtered(model, state, hits);
    groups = groupsOf(model, state.view, orders.get(state.sort), result.visible);
    showFacets(state, result.counts);
    showChips(model, state, { toggle, clear });
    byId("count").textContent = isFiltered(state)
      ? `${number(result.total)} of ${plural(model.count, "finding")}` : plural(model.count, "finding");
    for (const button of document.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
    }
    byId("sort").value = state.sort;
    lines(keep);
  }

  function showPanel() {
    const index = state.finding ? model.ids.indexOf(state.finding) : -1;
    list.choose(index);
    if (index >= 0) return panel.open(findingPanel(model, index, link));
    const place = model.stampBy.get(state.stamp);
    if (state.stamp && place !== undefined && state.stamp !== UNCLAIMED) return panel.open(stampPanel(model, place, link));
    return panel.hide();
  }

  function follow() {
    const next = parsedState(location.hash);
    if (!next) return revealAnchor();
    const before = hashOf({ ...state, finding: "", stamp: "" });
    state = next;
    if (byId("search").value !== state.q) byId("search").value = state.q;
    const moved = before !== hashOf({ ...state, finding: "", stamp: "" });
    if (moved) { flips.clear(); show(false); byId("findings").scrollIntoView(); }
    return showPanel();
  }

  byId("search").value = state.q;
  byId("search").addEventListener("input", (event) => change(() => { state.q = event.target.value; }));
  byId("sort").addEventListener("change", (event) => change(() => { state.sort = event.target.value; }));
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => change(() => { state.view = button.dataset.view; }));
  }
  byId("fold").addEventListener("click", () => {
    const open = groups.some((group) => !group.open);
    for (const group of groups) if (group.open !== open && !flips.delete(group.name)) flips.add(group.name);
    lines(false);
  });
  addEventListener("hashchange", follow);
  printOf(model, () => result);
  byId("loading").hidden = true;
  byId("explorer").hidden = false;
  byId("filters").open = matchMedia("(min-width: 60rem)").matches;
  show(false);
  if (parsedState(location.hash)) { byId("findings").scrollIntoView(); showPanel(); }
  (window.requestIdleCallback || setTimeout)(searcher.prepare);
}

/** Opens the rule that an address points to. */
function revealAnchor() {
  const target = byId(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  if (target && byId("panel")) { byId("panel").hidden = true; document.documentElement.classList.remove("with-panel"); }
}

async function start() {
  startTheme();
  const block = byId("data");
  if (!block) { revealAnchor(); addEventListener("hashchange", revealAnchor); return; }
  byId("loading").hidden = false;
  if (!("DecompressionStream" in window)) {
    byId("loading").textContent = "This browser cannot unpack the findings; a newer one can, and findings.csv holds them all.";
    return;
  }
  try {
    const raw = await unpack(block.textContent);
    block.remove();
    explore(modelOf(raw));
    if (!parsedState(location.hash)) revealAnchor();
  } catch (error) {
    byId("loading").textContent = "The findings in this file cannot be read; findings.csv holds them all.";
    throw error;
  }
}

start();
