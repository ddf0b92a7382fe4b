// Keeps the driver's pages readable without a network. It serves nothing outside its scope and answers no form.
const PAGES = "drive-pages";
const ASSETS = "drive-assets";
const PATIENCE = 4000;
let visits = 0;  // what was asked for before somebody left is not kept after it

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data !== "leave") return;
  visits += 1;
  event.waitUntil(caches.delete(PAGES));
});

async function fresh(request, name) {
  const visit = visits;
  const answer = await fetch(request);
  // a redirect leads to the log-in: whoever was here is gone, and so are the addresses she visited
  if (answer.type === "opaqueredirect" || answer.redirected) await caches.delete(PAGES);
  else if (answer.ok && visit === visits) await (await caches.open(name)).put(new URL(request.url).pathname, answer.clone());
  return answer;
}
async function kept(request, name) {
  const cache = await caches.open(name);
  return cache.match(new URL(request.url).pathname, { ignoreVary: true });
}
function late() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE));
}

async function page(request) {
  const coming = fresh(request, PAGES);
  coming.catch(() => {});  // it may fail after the kept page was given
  const old = await kept(request, PAGES);
  try {
    return (old ? await Promise.race([coming, late()]) : await coming) || old;
  } catch {
    return old || (request.mode === "navigate" && await kept(new Request("{% url 'my-deliveries' %}"), PAGES)) || Response.error();
  }
}
async function asset(request) {
  const coming = fresh(request, ASSETS);
  coming.catch(() => {});
  const old = await kept(request, ASSETS);
  return old || coming;
}

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (pathname === "{% url 'drive-hello' %}" || pathname.startsWith("/drive/proofs/")) return;
  if (pathname.startsWith("{% url 'my-deliveries' %}")) event.respondWith(page(event.request));
  else if (pathname.startsWith("{{ assets }}") || pathname === "{% url 'accent' %}") event.respondWith(asset(event.request));
});
