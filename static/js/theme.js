// Loaded before the first paint, so that a dark page never flashes white.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; }
  }
  function apply() {
    const theme = chosen();
    const root = document.documentElement;
    root.dataset.theme = theme;
    root.dataset.bsTheme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
  }
  window.nextTheme = function () {
    const next = { auto: "light", light: "dark", dark: "auto" }[chosen()];
    try { localStorage.setItem("theme", next); } catch { /* private mode: for this page only */ }
    apply();
  };
  dark.addEventListener("change", apply);
  apply();
})();
