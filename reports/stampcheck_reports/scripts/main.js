// The page begins: theme and print at once, the explorer as soon as its data are unpacked.
/** The place on the page that an address names; anybody can write an address that cannot be read. */
function anchorOf(hash) {
  try {
    return byId(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/** Opens the rule that an address points to, and goes there: what is above has grown since. */
function revealAnchor() {
  const target = anchorOf(location.hash);
  if (target && target.tagName === "DETAILS") { target.open = true; if (!target.dataset.cause) unfold(target); }
  if (target) target.scrollIntoView();
  if (target && byId("panel")) { byId("panel").hidden = true; document.documentElement.classList.remove("with-panel"); }
}

async function start() {
  document.documentElement.classList.add("scripted");
  startTheme();
  startPrint();
  startFolds();
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
