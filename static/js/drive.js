// The driver's phone: what she taps is kept on the phone first and sent in order, at once or when there is a network.
(function () {
  const box = document.getElementById("drive");
  const driver = Number(box.dataset.driver);
  const home = box.dataset.home;
  let timer;
  let pause = 5000;
  let sending = false;
  let leaving = false;

  // ---- the queue, in IndexedDB because it keeps photos
  function database() {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open("drive", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
  }
  async function queue(mode, work) {
    const db = await database();
    return new Promise((resolve, reject) => {
      const change = db.transaction("queue", mode);
      const asked = work(change.objectStore("queue"));
      change.oncomplete = () => { db.close(); resolve(asked.result); };
      change.onerror = change.onabort = () => { db.close(); reject(change.error); };
    });
  }
  async function mine() {
    return (await queue("readonly", (store) => store.getAll())).filter((entry) => entry.driver === driver);
  }

  // crypto.randomUUID needs https, and a depot's own network may have none.
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // ---- what is shown
  function say(text, tone) {
    const line = document.createElement("p");
    line.className = `alert alert-${tone}`;
    line.textContent = text;
    box.append(line);
    return line;
  }
  async function draw(loggedOut) {
    const entries = await mine();
    const waiting = entries.filter((entry) => !entry.refused);
    box.replaceChildren();
    box.hidden = entries.length === 0;
    if (waiting.length) {
      const text = waiting.length === 1 ? box.dataset.one : box.dataset.many.replace("%n", waiting.length);
      say(loggedOut ? `${text} ${box.dataset.login}` : text, "warning").id = "drive-waiting";
    }
    for (const entry of entries.filter((one) => one.refused)) {
      const line = say(`${entry.label}: ${entry.refused}`, "danger");
      line.setAttribute("role", "alert");
      const seen = document.createElement("button");
      seen.className = "btn btn-sm btn-secondary";
      seen.textContent = box.dataset.seen;
      seen.addEventListener("click", async () => {
        await queue("readwrite", (store) => store.delete(entry.id));
        draw();
      });
      line.append(" ", seen);
    }
    const told = new Map(waiting.filter((entry) => entry.told).map((entry) => [entry.stop, entry.told]));
    document.querySelectorAll("[data-stop]").forEach((stop) => {
      stop.classList.toggle("is-told", told.has(stop.dataset.stop));
      stop.querySelectorAll("[data-told-here]").forEach((place) => { place.textContent = told.get(stop.dataset.stop) || ""; });
    });
  }

  // ---- sending
  async function send(entry, token) {
    const body = new FormData();
    entry.fields.forEach(([name, value]) => body.append(name, value));
    const answer = await fetch(entry.url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token } });
    if (answer.ok) return queue("readwrite", (store) => store.delete(entry.id));
    if (answer.status >= 500 || answer.status === 429) throw new Error("later");
    const said = await answer.json().catch(() => ({}));
    return queue("readwrite", (store) => store.put({ ...entry, refused: said.error || box.dataset.refused }));
  }
  async function sendAll() {
    const entries = (await mine()).filter((entry) => !entry.refused);
    if (!entries.length) return false;
    const hello = await fetch(box.dataset.hello, { headers: { Accept: "application/json" } });
    const who = hello.ok && !hello.redirected ? await hello.json() : {};
    if (who.driver !== driver) { await draw(true); return false; }
    for (const entry of entries) {
      await send(entry, who.token);
      await draw();
    }
    pause = 5000;
    return true;
  }
  // Two open pages must not send the same entry; the server would count it once, but the second would be refused.
  async function flush() {
    clearTimeout(timer);
    if (sending) return false;
    sending = true;
    try {
      return await (navigator.locks ? navigator.locks.request("drive-queue", sendAll) : sendAll());
    } catch {
      pause = Math.min(pause * 2, 120000);
      timer = setTimeout(() => flush().then(renew), pause);
      return false;
    } finally {
      sending = false;
      await draw();
    }
  }
  function renew(sent) {
    if (sent && location.pathname === home) location.reload();
  }

  // ---- forms
  async function small(file) {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return await new Promise((resolve) => canvas.toBlob((made) => resolve(made || file), "image/jpeg", 0.8));
    } catch {
      return file;
    }
  }
  async function fieldsOf(form) {
    const fields = [];
    for (const [name, value] of new FormData(form)) {
      if (["csrfmiddlewaretoken", "submission", "at"].includes(name)) continue;
      if (!(value instanceof File)) fields.push([name, value]);
      else if (value.size) fields.push([name, new File([await small(value)], "photo.jpg", { type: "image/jpeg" })]);
    }
    return [...fields, ["at", new Date().toISOString()], ["submission", newKey()]];
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-queue]")) return;
    event.preventDefault();
    if (form.dataset.kept) return;
    form.dataset.kept = "1";
    form.classList.add("sending");
    const { stop, label, told = "" } = form.dataset;
    const entry = { driver, stop, label, told, url: form.getAttribute("action"), fields: await fieldsOf(form) };
    try {
      await queue("readwrite", (store) => store.add(entry));
    } catch {
      form.submit();  // this phone keeps nothing; then it is the browser's to send
      return;
    }
    await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, 6000))]);
    if (form.dataset.stay === undefined) location.assign(home); else { form.hidden = true; draw(); }
  });

  // ---- signature
  document.querySelectorAll("[data-sign]").forEach((pad) => {
    const canvas = pad.querySelector("canvas");
    const pen = canvas.getContext("2d");
    const field = pad.querySelector("input[type=hidden]");
    let drawing = false;
    pad.hidden = false;
    pen.lineWidth = 2.5;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    const place = (event) => {
      const frame = canvas.getBoundingClientRect();
      const within = (value, size) => Math.min(size, Math.max(0, value * size));
      return [within((event.clientX - frame.left) / frame.width, 300), within((event.clientY - frame.top) / frame.height, 120)];
    };
    const move = (event, letter) => {
      const [x, y] = place(event);
      if (field.value.length < 19900) field.value += `${letter}${x.toFixed(1)} ${y.toFixed(1)}`;
      const scale = canvas.width / 300;
      if (letter === "M") { pen.beginPath(); pen.moveTo(x * scale, y * scale); } else { pen.lineTo(x * scale, y * scale); pen.stroke(); }
    };
    canvas.addEventListener("pointerdown", (event) => { drawing = true; canvas.setPointerCapture(event.pointerId); move(event, "M"); });
    canvas.addEventListener("pointermove", (event) => { if (drawing) move(event, "L"); });
    canvas.addEventListener("pointerup", () => { drawing = false; });
    canvas.addEventListener("pointercancel", () => { drawing = false; });
    pad.querySelector("[data-sign-clear]").addEventListener("click", () => {
      field.value = "";
      pen.clearRect(0, 0, canvas.width, canvas.height);
    });
  });

  // ---- leaving: what waits would be lost for the customer, so she stays until it is sent
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!new URL(form.action).pathname.endsWith("/logout/") || form.dataset.empty) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if ((await mine()).some((entry) => !entry.refused)) { await draw(); box.scrollIntoView(); return; }
    form.dataset.empty = "1";
    leaving = true;
    if (navigator.serviceWorker && navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage("leave");
    form.requestSubmit();
  }, true);

  // ---- reading without a network
  async function keepPages() {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(box.dataset.worker, { scope: home });
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
    }
    if (location.pathname !== home) return;
    const assets = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    const stops = [...document.querySelectorAll("[data-stop] a.stop")].map((one) => one.pathname);
    for (const address of [...assets, home, ...stops]) {
      if (leaving) return;
      await fetch(address);
    }
    const pages = await caches.open("drive-pages");
    for (const old of await pages.keys()) {
      if (![home, ...stops].includes(new URL(old.url).pathname)) await pages.delete(old);
    }
    box.dataset.kept = "1";
  }

  window.addEventListener("online", () => flush().then(renew));
  draw();
  flush().then(renew);
  keepPages().catch(() => {});
})();
