// What is folded stays a text inside noscript until it is opened, so that the page is light. It is
// the page's own markup, already escaped; nothing in it can run.
function unfold(details) {
  const folded = details.querySelector(":scope > noscript");
  if (!folded) return;
  const parsed = new DOMParser().parseFromString(folded.textContent, "text/html");
  folded.replaceWith(...[...parsed.body.childNodes].map((node) => document.adoptNode(node)));
}

function startFolds() {
  document.addEventListener("toggle", (event) => {
    // The pages of causes fill themselves, with buttons.
    if (event.target.open && event.target.matches("details:not([data-cause])")) unfold(event.target);
  }, true);
}
