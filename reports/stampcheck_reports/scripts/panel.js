// The panel on the right. It leaves the list usable; Escape closes it and the focus goes back.
function panelOf(act) {
  const panel = byId("panel");
  let origin = null;
  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    document.documentElement.classList.remove("with-panel");
    act.closed(origin);
  };
  const open = ({ title, marks, body, steps }) => {
    if (panel.hidden) origin = document.activeElement;
    const heading = el("h3", { id: "panel-title", tabindex: "-1" }, title);
    panel.replaceChildren(
      el("div", { class: "panel-head" }, el("div", {}, el("div", { class: "marks" }, marks), heading),
        steps ? el("div", { class: "panel-steps" }, stepButton("Previous", -1, steps), stepButton("Next", 1, steps)) : "",
        el("button", { type: "button", class: "quiet close", "aria-label": "Close", onclick: close }, "Close")),
      el("div", { class: "panel-body" }, body));
    panel.hidden = false;
    panel.querySelector(".panel-body").scrollTop = 0;
    document.documentElement.classList.add("with-panel");
    heading.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  panel.addEventListener("keydown", (event) => {
    const button = { j: ".step-next", k: ".step-previous" }[event.key];
    if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
    const node = panel.querySelector(button);
    if (node && !node.disabled) node.click();
  });
  return { open, close, hide: () => { panel.hidden = true; document.documentElement.classList.remove("with-panel"); } };
}

/** `steps` gives the addresses of the findings before and after, empty where there is none. */
function stepButton(word, step, steps) {
  const address = steps(step);
  return el("button", { type: "button", class: `quiet step-${word.toLowerCase()}`, disabled: !address,
    onclick: () => { location.hash = address; } }, word);
}
