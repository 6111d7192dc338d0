// The theme is the system's unless the person chose one here. The choice is a cookie, so the server writes it
// into the page before the first paint.
const YEAR_SECONDS = 31536000;
const NEXT = { system: "light", light: "dark", dark: "system" };

function current() {
  return document.documentElement.dataset.theme ?? "system";
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    const label = button.dataset[`label${current()[0].toUpperCase()}${current().slice(1)}`];
    button.querySelector("[data-theme-label]").textContent = label;
    button.title = label;
  }
}

function choose(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    document.cookie = `theme=; Path=/; Max-Age=0; SameSite=Lax${secure}`;
  } else {
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
  }
  show();
}

export function wireTheme() {
  show();
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) choose(NEXT[current()]);
  });
}
