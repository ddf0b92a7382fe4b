// The order form: choices under a field, rows that grow, paste from a spreadsheet, and a preview that follows.
(function () {
  const form = document.getElementById("entry");
  if (!form) return;
  const options = document.getElementById("options");
  const preview = document.getElementById("preview");
  const customer = document.getElementById("id_customer");
  const body = form.querySelector("#lines tbody");
  const blank = body.rows[body.rows.length - 1].cloneNode(true);

  const draft = document.getElementById("draft");
  // what is typed is kept by itself, but not once it is being placed
  form.addEventListener("input", () => { if (!form.dataset.sent) draft.dispatchEvent(new Event("keep")); });
  form.addEventListener("change", () => { if (!form.dataset.sent) draft.dispatchEvent(new Event("keep")); });

  function refresh() { preview.dispatchEvent(new Event("refresh")); }
  function changed(input) { input.dispatchEvent(new Event("change", { bubbles: true })); }
  function cell(row, name) { return row.querySelector(`[name=${name}]`); }

  // ---- choices under a field: arrows move, Enter or a click takes, Escape closes
  const open = () => !options.hidden;
  const active = () => options.querySelector("[aria-selected=true]");

  function close() {
    options.hidden = true;
    form.querySelectorAll("[data-combo]").forEach((input) => {
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    });
  }

  function mark(option) {
    if (active()) active().removeAttribute("aria-selected");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    document.activeElement.setAttribute("aria-activedescendant", option.id);
  }

  function move(step) {
    const all = [...options.querySelectorAll("[role=option]")];
    mark(all[(all.indexOf(active()) + step + all.length) % all.length]);
  }

  function take(option, input) {
    input.value = option.dataset.value;
    close();
    changed(input);
  }

  options.addEventListener("htmx:afterSwap", () => {
    const input = document.activeElement;
    if (!input.matches("[data-combo]") || !input.value.trim()) { close(); return; }
    input.parentElement.append(options);
    options.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(options.querySelector("[role=option]"));
  });
  // the pointer must not take the focus away before the click arrives
  options.addEventListener("mousedown", (event) => event.preventDefault());
  options.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) { const input = document.activeElement; take(option, input); onwards(input); }
  });
  form.addEventListener("focusout", close);

  function onwards(input) {
    if (input === customer) { body.querySelector("[name=sku]").focus(); return; }
    const next = cell(input.closest("tr"), "quantity");
    next.focus();
    next.select();
  }

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); return; }
    if (!open() || !input.matches("[data-combo]")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if ((event.key === "Enter" || event.key === "Tab") && active()) {
      take(active(), input);
    }
  });

  // Enter never sends a half-typed order: it goes on, and from an empty last row to the button.
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.key !== "Enter" || event.defaultPrevented || !input.matches("input")) return;
    event.preventDefault();
    if (input === customer) { changed(customer); onwards(customer); }
    if (!input.closest("#lines")) return;
    const row = input.closest("tr");
    if (scanned(input, row)) { event.stopPropagation(); return; }
    if (input.name === "sku" && !input.value.trim()) { event.stopPropagation(); document.getElementById("place").focus(); }
    else if (!row.nextElementSibling) addRow();
  });

  // A scanner is a keyboard that does not look where it types: a code in the quantity's cell is the next product,
  // and a product that stands in another row already is one piece more there.
  const isCode = (text) => text.length > 7 || /[^0-9]/.test(text);

  function scanned(input, row) {
    const text = input.value.trim();
    if (input.name === "quantity" && isCode(text)) {
      input.value = input.defaultValue || "1";
      oneMore(text, null);
      return true;
    }
    if (input.name === "sku" && /^[0-9]{8,14}$/.test(text)) return oneMore(text, row);
    return false;
  }

  // Returns whether the code went to a row other than `row`.
  function oneMore(code, row) {
    const rows = [...body.rows];
    const same = rows.find((other) => other !== row && cell(other, "sku").value.trim() === code);
    if (!same && row) return false;
    const target = same || rows.find((other) => !cell(other, "sku").value.trim()) || addRow();
    if (same) cell(same, "quantity").value = Number(cell(same, "quantity").value || 0) + 1;
    else cell(target, "sku").value = code;
    if (row) cell(row, "sku").value = "";
    close();
    keepOneWaiting();
    changed(cell(target, "sku"));
    const next = row || (same ? rows.find((other) => !cell(other, "sku").value.trim()) : target);
    const goal = same ? cell(next || addRow(), "sku") : cell(target, "quantity");
    goal.focus();
    goal.select();
    return true;
  }

  // ---- rows
  function addRow() {
    const row = blank.cloneNode(true);
    body.append(row);
    window.htmx.process(row);
    return row;
  }

  function keepOneWaiting() {
    if (cell(body.rows[body.rows.length - 1], "sku").value) addRow();
  }

  body.addEventListener("click", (event) => {
    if (!event.target.closest("[data-remove]")) return;
    event.target.closest("tr").remove();
    if (!body.rows.length) addRow();
    keepOneWaiting();
    refresh();
  });

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\s+$/, "");
    if (event.target.name !== "sku" || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    close();
    let row = event.target.closest("tr");
    text.split(/\r?\n/).filter((line) => line.trim()).forEach((line) => {
      const [sku, quantity, price, discount] = line.split("\t").map((part) => part.trim());
      row = row || addRow();
      cell(row, "sku").value = sku;
      if (quantity) cell(row, "quantity").value = quantity.replace(/[\s,]/g, "");
      if (price && cell(row, "price")) cell(row, "price").value = price.replace(/[\s,]/g, "");
      if (discount && cell(row, "discount")) cell(row, "discount").value = discount.replace(/[\s%]/g, "");
      row = row.nextElementSibling;
    });
    draft.dispatchEvent(new Event("keep"));
    keepOneWaiting();
    refresh();
  });

  // ---- the preview follows what was typed and brings each row its facts
  form.addEventListener("input", (event) => {
    if (event.target.name === "sku") keepOneWaiting();
    if (["quantity", "price", "discount"].includes(event.target.name)) refresh();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "sku") keepOneWaiting();
    if (event.target !== customer && event.target.name !== "address") refresh();
  });
  preview.addEventListener("htmx:afterSwap", () => {
    body.querySelectorAll("[data-fact]").forEach((place) => { place.replaceChildren(); });
    preview.querySelectorAll("[data-row]").forEach((facts) => {
      const row = body.rows[Number(facts.dataset.row)];
      if (!row || !cell(row, "sku").value) return;
      facts.querySelectorAll("[data-fact]").forEach((fact) => {
        row.querySelector(`[data-fact=${fact.dataset.fact}]`).replaceChildren(...fact.childNodes);
      });
      cell(row, "sku").classList.toggle("is-invalid", Boolean(row.querySelector(".field-error")));
    });
  });

  // ---- the customer: her address arrives, or she was made in the dialog
  document.body.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "address") refresh(); });
  document.body.addEventListener("customer-made", (event) => {
    document.getElementById("dialog").close();
    customer.value = new URL(event.detail.address, location.href).searchParams.get("customer");
    changed(customer);
    body.querySelector("[name=sku]").focus();
  });
})();
