// Comfort on top of pages that work without it: menus, dialogs, toasts, shortcuts, ticks, paste and scan.
(function () {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

  function closeMenus(except) {
    $$("details.menu[open]").forEach((menu) => { if (menu !== except && !menu.contains(except)) menu.open = false; });
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    closeMenus(target.closest("details.menu"));
    const opener = target.closest("[data-open]");
    if (opener) { closeMenus(); $(opener.dataset.open).showModal(); }
    if (target.closest("[data-close]") || target.matches("dialog")) target.closest("dialog").close();
    if (target.closest("[data-dismiss]")) target.closest("[data-toast]").remove();
    if (target.closest("[data-theme-toggle]")) window.nextTheme();
    openRow(event);
  });

  // A click on a row opens its record, unless it was on a control or selects text.
  function openRow(event) {
    const row = event.target.closest(".list-table tbody tr");
    if (!row || event.target.closest("a, button, input, label, details") || String(getSelection())) return;
    const link = $("a[href]", row);
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href); else link.click();
  }

  // A form that is being sent is not sent again; the submission key guards what this misses.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-filters]")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.matches("[data-once]")) {
      form.dataset.sent = "1";
      form.classList.add("sending");
      setTimeout(() => { delete form.dataset.sent; form.classList.remove("sending"); }, 8000);
    }
  });
  window.addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.classList.remove("sending");
  }));

  // Whoever logs out leaves no page behind on this device.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !window.caches || form.dataset.cleared || !form.action.endsWith("/logout/")) return;
    event.preventDefault();
    form.dataset.cleared = "1";
    caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))).finally(() => form.submit());
  });

  // ---- htmx: dialogs open when they are filled; menus stay open while their list is redrawn
  let openMenus = [];
  document.addEventListener("htmx:beforeSwap", () => {
    openMenus = $$("#chips details[open], #tabs details[open]").map((menu) => menu.id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    openMenus.forEach((id) => { const menu = document.getElementById(id); if (menu) menu.open = true; });
    const dialog = event.target.closest && event.target.closest("dialog");
    if (dialog && dialog.id === "palette") return;
    if (dialog && !dialog.open) dialog.showModal();
    const first = dialog && ($(".error-summary", dialog) || $("input:not([type=hidden]), select, textarea", dialog));
    if (first) first.focus();
    count();
    fit();
  });
  // What htmx cannot place is shown as a whole page: an expired session, a refusal, an error.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const page = new URL(event.detail.xhr.responseURL || location.href).pathname;
    if (page.endsWith("/login/")) { event.detail.shouldSwap = false; location.reload(); }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { verb, path } = event.detail.requestConfig;
    if (verb === "get") location.href = path; else location.reload();
  });
  document.addEventListener("htmx:sendError", () => {
    const offline = $("#offline");
    offline.hidden = false;
    setTimeout(() => { offline.hidden = true; }, 6000);
  });

  // ---- filters: search as you type, every choice at once
  let timer;
  function refilter(form) { clearTimeout(timer); timer = setTimeout(() => form.requestSubmit(), 250); }
  document.addEventListener("input", (event) => {
    const form = event.target.closest("[data-filters]");
    if (form && event.target.type === "search") refilter(form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-filters]");
    if (form && event.target.type !== "search") refilter(form);
    if (event.target.matches("[data-tick-all]")) {
      $$(".list-table tbody .tick input").forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.closest(".tick")) count();
  });

  function count() {
    const ticked = $$(".list-table tbody .tick input:checked").length;
    const shown = $("[data-count]");
    if (shown) shown.textContent = ticked;
    const all = $("[data-tick-all]");
    if (all) all.indeterminate = ticked > 0 && ticked < $$(".list-table tbody .tick input").length;
  }

  // ---- keyboard
  function moveRow(step) {
    const rows = $$(".list-table tbody tr");
    const at = rows.findIndex((row) => row.classList.contains("here"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    rows.forEach((row) => row.classList.remove("here"));
    if (next) { next.classList.add("here"); next.scrollIntoView({ block: "nearest" }); }
  }
  const keys = {
    "/": () => window.openPalette ? window.openPalette() : ($("#search:not([hidden])") || $("#list-search") || document.body).focus(),
    "?": () => $("#shortcuts").showModal(),
    f: () => $("#list-search") && $("#list-search").focus(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    x: () => { const box = $(".list-table tr.here .tick input"); if (box) { box.click(); } },
    o: () => { const button = $(".list-table tr.here .peek button"); if (button) button.click(); },
    n: () => { const button = $(".page-head .btn-primary"); if (button) button.click(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { closeMenus(); if (typing(event.target)) event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
    if (event.key === "Enter" && $(".list-table tr.here a") && event.target === document.body) {
      $(".list-table tr.here a").click();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // Enter goes to the next cell of a grid of inputs, so that a scanner or a keypad can fill a column.
  document.addEventListener("keydown", (event) => {
    const grid = event.target.closest("[data-grid]");
    if (event.key !== "Enter" || !grid || event.target.matches("textarea, button, a")) return;
    const cells = $$("input:not([type=hidden]):not([type=checkbox]):not([readonly]), select", grid);
    const next = cells[cells.indexOf(event.target) + 1];
    if (next) { event.preventDefault(); next.focus(); if (next.select) next.select(); }
  });

  // ---- a table that fits keeps its head in view; one that does not scrolls sideways under its first column
  function fit() {
    $$(".list .table-wrap").forEach((wrap) => {
      wrap.classList.remove("fits");
      wrap.classList.toggle("fits", wrap.scrollWidth <= wrap.clientWidth);
    });
  }
  window.addEventListener("resize", fit);

  // ---- start
  fit();
  $$("[data-toast]").forEach((toast) => setTimeout(() => toast.remove(), 6000));
  const wrong = $("[data-focus]");
  if (wrong) wrong.focus();
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu.matches && menu.matches("details.menu[open]")) {
      closeMenus(menu);
      const box = $(".menu-panel input:not([type=hidden])", menu);
      if (box && menu.matches(".chip-menu")) box.focus();
    }
  }, true);
})();
