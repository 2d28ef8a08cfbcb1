// Light or dark: the system's choice until the reader makes one.
const THEME = "stampcheck-theme";

function remembered() {
  try {
    return localStorage.getItem(THEME);
  } catch {
    return null; // a browser may refuse storage to a file
  }
}

function remember(theme) {
  try {
    localStorage.setItem(THEME, theme);
  } catch {
    // the choice then lasts as long as the page
  }
}

function startTheme() {
  const button = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  let theme = remembered();
  const show = () => {
    const dark = theme ? theme === "dark" : system.matches;
    if (theme) document.documentElement.dataset.theme = theme;
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    return dark;
  };
  button.addEventListener("click", () => {
    theme = show() ? "light" : "dark";
    remember(theme);
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}
