// The lines of a new order: an empty row is always waiting, and rows copied from a spreadsheet can be pasted.
(function () {
  const form = document.getElementById("entry");
  const body = document.querySelector("#lines tbody");
  if (!form || !body) return;
  const blank = body.rows[body.rows.length - 1].cloneNode(true);

  function addRow() {
    const row = blank.cloneNode(true);
    row.querySelectorAll("input").forEach((input) => { input.value = input.name === "quantity" ? "1" : ""; });
    body.append(row);
    window.htmx.process(row);
    return row;
  }

  function waiting() {
    const last = body.rows[body.rows.length - 1];
    if (last.querySelector("[name=sku]").value) addRow();
  }

  form.addEventListener("input", (event) => { if (event.target.name === "sku") waiting(); });

  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (event.target.name !== "sku" || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    let row = event.target.closest("tr");
    text.trim().split(/\r?\n/).forEach((line) => {
      const [sku, quantity, price] = line.split("\t").map((cell) => cell.trim());
      row = row || addRow();
      row.querySelector("[name=sku]").value = sku;
      if (quantity) row.querySelector("[name=quantity]").value = quantity;
      const cell = row.querySelector("[name=price]");
      if (price && cell) cell.value = price;
      row = row.nextElementSibling;
    });
    waiting();
    form.dispatchEvent(new Event("refresh"));
  });

  // Enter in the last filled cell must never send a half-typed order.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("#id_customer")) {
      event.preventDefault();
      event.target.dispatchEvent(new Event("change", { bubbles: true }));
      body.querySelector("[name=sku]").focus();
    }
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "address") form.dispatchEvent(new Event("refresh"));
  });
})();
