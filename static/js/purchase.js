// The lines of a purchase order: rows grow as they are filled, and a spreadsheet's cells can be pasted.
(function () {
  const body = document.querySelector("[data-lines] tbody");
  if (!body) return;
  const blank = body.rows[body.rows.length - 1].cloneNode(true);

  function addRow() {
    const row = blank.cloneNode(true);
    body.append(row);
    return row;
  }
  function keepOneWaiting() {
    if (body.rows[body.rows.length - 1].querySelector("[name=sku]").value) addRow();
  }
  function fill(row, cells) {
    row.querySelectorAll("input").forEach((input, place) => {
      if (cells[place]) input.value = place ? cells[place].replace(/[\s,]/g, "") : cells[place].trim();
    });
  }

  body.addEventListener("input", keepOneWaiting);
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\s+$/, "");
    if (event.target.name !== "sku" || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    let row = event.target.closest("tr");
    text.split(/\r?\n/).filter((line) => line.trim()).forEach((line) => {
      row = row || addRow();
      fill(row, line.split("\t"));
      row = row.nextElementSibling;
    });
    keepOneWaiting();
  });
  // Enter in an empty last row never sends the order by accident.
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.defaultPrevented) event.preventDefault();
  });
})();
