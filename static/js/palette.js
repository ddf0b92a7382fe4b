// The keyboard palette: Ctrl-K, ⌘-K or / finds a page, an action of this page, or a record.
(function () {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const text = document.getElementById("palette-text");
  const list = document.getElementById("palette-options");
  const here = document.getElementById("palette-here");
  const found = document.getElementById("palette-found");
  const search = document.getElementById("search");
  let hurried = false;
  let asked = "";  // for which text the records shown were found
  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");

  function open() {
    if (document.querySelector("dialog[open]")) return;
    text.value = search.value;
    palette.showModal();
    text.focus();
    text.select();
    actions();
    text.dispatchEvent(new Event("open"));
  }

  function mark(option) {
    if (active()) active().removeAttribute("aria-selected");
    if (!option) { text.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", option.id);
  }

  // The buttons of the open page, which the server drew for this person and this record's state.
  function actions() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const controls = [...document.querySelectorAll(".page-head-actions a[href], .page-head-actions button")];
    const fitting = controls.filter((control) => {
      const label = control.textContent.trim().toLowerCase();
      return label && words.every((word) => label.includes(word));
    });
    here.replaceChildren();
    if (!fitting.length) return;
    const group = document.createElement("div");
    const title = document.createElement("h3");
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", "palette-actions");
    title.id = "palette-actions";
    title.textContent = palette.dataset.here;
    group.append(title, ...fitting.map(asOption));
    here.append(group);
  }

  function asOption(control, index) {
    const option = document.createElement("div");
    const label = document.createElement("span");
    const icon = control.querySelector("svg");
    option.setAttribute("role", "option");
    option.id = `palette-action-${index}`;
    label.textContent = control.textContent.trim();
    option.append(...(icon ? [icon.cloneNode(true)] : []), label);
    option.addEventListener("click", () => { palette.close(); control.click(); });
    return option;
  }

  function settle() {
    document.getElementById("palette-none").hidden = options().length > 0;
    mark(list.querySelector("[data-exact]") || options()[0]);
  }

  found.addEventListener("htmx:afterSwap", () => {
    settle();
    if (hurried && text.value === asked && active()) active().click();
  });
  found.addEventListener("htmx:beforeSwap", (event) => { asked = event.detail.requestConfig.parameters.q; });
  text.addEventListener("input", () => { hurried = false; actions(); settle(); });
  palette.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      mark(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Escape") {
      // the browser would only empty the field
      event.preventDefault();
      palette.close();
    } else if (event.key === "Enter" && event.target === text) {
      event.preventDefault();
      // a scanner is faster than the look-up: what it typed is opened as soon as it is found
      hurried = text.value !== asked && !(active() && active().id.startsWith("palette-action"));
      if (!hurried && active()) active().click();
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close(); else open();
    }
  });
  search.addEventListener("click", open);
  window.openPalette = open;
})();
