// Scanning: a scanner is a keyboard that ends with Enter. Scans wait in line, none is lost or counted twice,
// and each is answered by colour, sentence and sound.
(function () {
  const work = document.getElementById("work");
  const form = document.querySelector("form.scan[data-scan]");
  const field = document.getElementById("scan-code");
  const quantity = document.getElementById("scan-quantity");
  const each = document.getElementById("scan-each"); // counting: ticked, every scan is a piece
  const asks = form.hasAttribute("data-asks"); // the quantity is typed after the scan
  const waiting = [];
  let asked = ""; // the scan that was a question for the product's name, as long as its number is not typed
  let busy = false;
  let sound;

  // crypto.randomUUID needs https, and many a warehouse network has none.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function tone(frequency, start, seconds, shape) {
    const voice = sound.createOscillator();
    const volume = sound.createGain();
    voice.type = shape;
    voice.frequency.value = frequency;
    volume.gain.setValueAtTime(0.2, sound.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + start + seconds);
    voice.connect(volume).connect(sound.destination);
    voice.start(sound.currentTime + start);
    voice.stop(sound.currentTime + start + seconds);
  }
  function beep(good) {
    try {
      sound = sound || new AudioContext();
      if (good) tone(1320, 0, 0.09, "sine"); else { tone(180, 0, 0.22, "square"); tone(140, 0.26, 0.32, "square"); }
    } catch { /* a browser without sound shows colour and sentence */ }
    if (!good && navigator.vibrate) navigator.vibrate([120, 60, 120]);
  }

  async function run() {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const scan = waiting.shift();
      try {
        await htmx.ajax("POST", window.location.pathname, { target: "#work", swap: "innerHTML", values: scan });
      } catch {
        waiting.length = 0;
        away();
        break;
      }
      const result = work.querySelector("[data-result]");
      if (result && result.dataset.result) beep(result.dataset.result === "good");
      // a product that was looked up waits for its number; what is no product does not
      if (scan.submission === asked && result && !("asks" in result.dataset)) {
        field.value = quantity.value = "";
        field.focus();
      }
    }
    busy = false;
  }
  function away() {
    const head = work.querySelector(".scan-head");
    head.className = "scan-head is-bad";
    head.querySelectorAll(".said").forEach((old) => old.remove());
    const said = document.createElement("p");
    said.className = "said";
    said.setAttribute("role", "alert");
    said.textContent = form.dataset.away;
    head.prepend(said);
    beep(false);
  }
  work.addEventListener("htmx:sendError", away);

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!sent.matches("form[data-scan]")) return;
    event.preventDefault();
    const values = Object.fromEntries(new FormData(sent));
    if (sent === form && !values.code.trim()) return;
    waiting.push({ ...values, submission: newKey() });
    asked = "";
    if (sent === form && asks && !each.checked && values.quantity === "") {
      asked = waiting.at(-1).submission;
      quantity.focus();
    } else if (sent === form) {
      field.value = "";
      quantity.value = asks ? "" : "1";
      field.focus();
    }
    run();
  });

  // What a scanner types while nothing has the focus belongs into the field.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || document.querySelector("dialog[open]")) return;
    const own = event.target.closest("input, textarea, select, button, a, summary");
    if (own && (own !== each || event.key === " ")) return;
    event.stopImmediatePropagation();
    field.focus();
  }, true);
})();
