// Drag a stop to another place; the move itself is the same form that the menu offers.
(function () {
  const form = document.getElementById("move-form");
  if (!form) return;
  let dragged = null;

  const clear = () => document.querySelectorAll(".drop-here, .drop-end").forEach((e) => e.classList.remove("drop-here", "drop-end"));
  const before = (list, y) => [...list.querySelectorAll(".route-stop")].filter((stop) => stop !== dragged)
    .find((stop) => { const box = stop.getBoundingClientRect(); return y < box.top + box.height / 2; });

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragend", () => { if (dragged) dragged.classList.remove("is-dragged"); dragged = null; clear(); });
  document.addEventListener("dragover", (event) => {
    const list = dragged && event.target.closest(".route-column")?.querySelector("[data-route]");
    if (!list) return;
    event.preventDefault();
    clear();
    const next = before(list, event.clientY);
    if (next) next.classList.add("drop-here"); else list.classList.add("drop-end");
  });
  document.addEventListener("drop", (event) => {
    const list = dragged && event.target.closest(".route-column")?.querySelector("[data-route]");
    if (!list) return;
    event.preventDefault();
    const others = [...list.querySelectorAll(".route-stop")].filter((stop) => stop !== dragged);
    const next = before(list, event.clientY);
    form.action = dragged.dataset.move;
    form.elements.route.value = list.dataset.route;
    form.elements.position.value = (next ? others.indexOf(next) : others.length) + 1;
    form.submit();
  });
})();
