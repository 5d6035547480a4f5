
(() => {
  "use strict";
  // The theme, remembered where that is allowed.
  const root = document.documentElement;
  const THEME = "confident-docs-theme";
  const remembered = () => {
    try { return localStorage.getItem(THEME) || ""; } catch { return ""; }
  };
  const remember = (theme) => {
    try { theme ? localStorage.setItem(THEME, theme) : localStorage.removeItem(THEME); } catch { /* not allowed */ }
  };
  const paint = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  paint(remembered());

  document.addEventListener("DOMContentLoaded", () => {
    const theme = document.querySelector("#theme");
    document.querySelector(".theme").hidden = false;
    theme.value = root.dataset.theme || "";
    theme.addEventListener("change", () => { paint(theme.value); remember(theme.value); });
  });
})();
