// Counting a delivery: each scan adds to the line that the code belongs to; nothing is sent before all is counted.
(function () {
  const form = document.getElementById("delivery");
  if (!form) return;
  const field = document.getElementById("scan-code");
  const said = document.getElementById("said");
  const rows = [...form.querySelectorAll("[data-codes]")];
  const codes = new Map();
  rows.forEach((row) => row.dataset.codes.split("|").forEach((entry) => {
    const at = entry.lastIndexOf(" ");
    codes.set(entry.slice(0, at).toLowerCase(), { row, pieces: Number(entry.slice(at + 1)) });
  }));

  const input = (row) => row.querySelector("[data-pieces]");
  function draw(row) { row.classList.toggle("is-done", Number(input(row).value) === Number(row.dataset.open)); }

  function say(text, good) {
    said.hidden = false;
    said.className = `scan-head ${good ? "is-good" : "is-bad"}`;
    said.firstElementChild.textContent = text;
    if (!good && navigator.vibrate) navigator.vibrate([120, 60, 120]);
  }

  function count(code) {
    const found = codes.get(code.toLowerCase());
    if (!found) { say(`${form.dataset.unknown} ${code}`, false); return; }
    const cell = input(found.row);
    cell.value = String((Number(cell.value) || 0) + found.pieces);
    draw(found.row);
    found.row.scrollIntoView({ block: "nearest" });
    say(`${found.row.querySelector("strong").textContent}: ${cell.value} / ${found.row.dataset.open} ${form.dataset.counted}`, Number(cell.value) <= Number(found.row.dataset.open));
  }

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    if (event.target === field) {
      if (field.value.trim()) count(field.value.trim());
      field.value = "";
      return;
    }
    const cells = rows.map(input);
    (cells[cells.indexOf(event.target) + 1] || form.querySelector("[name=paper]")).focus();
  });
  form.querySelector("[name=count]").addEventListener("click", (event) => {
    event.preventDefault();
    if (field.value.trim()) count(field.value.trim());
    field.value = "";
    field.focus();
  });
  form.addEventListener("input", (event) => { const row = event.target.closest("[data-codes]"); if (row) draw(row); });

  // What a scanner types while nothing has the focus belongs into the field.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, button, a, summary")) return;
    event.stopImmediatePropagation();
    field.focus();
  }, true);

  const all = form.querySelector("[data-all]");
  all.hidden = false;
  all.addEventListener("click", () => rows.forEach((row) => { input(row).value = row.dataset.open; draw(row); }));
  rows.forEach(draw);
})();
