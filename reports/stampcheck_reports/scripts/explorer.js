// The explorer: state in; list, matrix, filters and panel out.
function explore(model) {
  const searcher = searcherOf(model);
  const orders = new Map();
  const flips = new Set();
  let state = parsedState(location.hash) || emptyState();
  let hits = null;
  let hitsFor = "";
  let result = null;
  let groups = [];

  const link = (changes) => `#/${hashOf({ ...state, ...changes })}`;
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
      else if (index >= 0) (state.view === "matrix" ? matrix : list).focus(index);
    },
  });
  const openFinding = (index) => { location.hash = link({ finding: model.ids[index], stamp: "" }); };
  const matrix = matrixOf(model, {
    open: openFinding,
    stamp: (place) => { if (model.stamps[place].state) location.hash = link({ stamp: model.stamps[place].stamp, finding: "" }); },
    rule: (rule) => toggle("rule", rule),
  });
  const list = listOf(model, {
    open: openFinding,
    flip: (name, place) => {
      if (!flips.delete(name)) flips.add(name);
      lines(true);
      list.focusLine(place);
    },
  });

  function lines(keep) {
    const isMatrix = state.view === "matrix";
    byId("list").hidden = isMatrix;
    for (const id of ["matrix", "matrix-words"]) byId(id).hidden = !isMatrix;
    byId("fold").hidden = isMatrix;
    if (isMatrix) { matrix.show(matrixCells(model, state, orders.get(state.sort), result.visible), keep); return; }
    matrix.hide();
    list.show(linesOf(groups, state, flips), keep);
    byId("fold").textContent = groups.some((group) => !group.open) ? "Expand all" : "Collapse all";
  }

  function show(keep) {
    const query = state.q.trim();
    if (query !== hitsFor) { hits = searcher.find(query); hitsFor = query; }
    if (!orders.has(state.sort)) orders.set(state.sort, sorted(model, state.sort));
    result = filtered(model, state, hits);
    groups = state.view === "matrix" ? [] : groupsOf(model, state.view, orders.get(state.sort), result.visible);
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
    if (index >= 0) return panel.open({ ...findingPanel(model, index, link), steps: (step) => stepFrom(index, step) });
    const place = model.stampBy.get(state.stamp);
    if (state.stamp && place !== undefined && state.stamp !== UNCLAIMED) return panel.open(stampPanel(model, place, link));
    return panel.hide();
  }

  /** The address of the finding before or after, in the order of the list. */
  function stepFrom(index, step) {
    const own = list.findings();
    const among = own.includes(index) && state.view !== "matrix" ? own : [...orders.get(state.sort)].filter((i) => result.visible[i]);
    const next = among[among.indexOf(index) + step];
    return next === undefined ? "" : link({ finding: model.ids[next], stamp: "" });
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
  addEventListener("keydown", (event) => {
    const isText = event.target.closest && event.target.closest("input, select, textarea");
    if (event.key !== "/" || isText || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byId("search").focus();
  });
  byId("matrix-words").replaceChildren(...matrixWords());
  causePages(model);
  printOf(model, () => result);
  byId("loading").hidden = true;
  byId("explorer").hidden = false;
  byId("filters").open = matchMedia("(min-width: 60rem)").matches;
  show(false);
  if (parsedState(location.hash)) { byId("findings").scrollIntoView(); showPanel(); }
  (window.requestIdleCallback || setTimeout)(searcher.prepare);
}
