// One tick for a whole supplier; a changed quantity ticks its row.
(function () {
  const form = document.querySelector("[data-to-order]");
  if (!form) return;
  form.addEventListener("change", (event) => {
    const group = event.target.closest("[data-tick-group]");
    if (group) {
      group.closest("table").querySelectorAll("[name=pick]").forEach((box) => { box.checked = group.checked; });
    } else if (event.target.name.startsWith("quantity_")) {
      event.target.closest("tr").querySelector("[name=pick]").checked = true;
    }
  });
})();
