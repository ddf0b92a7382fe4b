// The page of an order looks for news: often while things happen, ever more rarely while nothing does, never unseen.
(function () {
  const live = document.getElementById("live");
  const SHORTEST = 15000;
  const LONGEST = 300000;
  let pause = SHORTEST;
  let stamp = live.dataset.stamp;
  let timer;

  function plan() {
    clearTimeout(timer);
    timer = setTimeout(() => { if (document.hidden) plan(); else htmx.trigger(live, "look"); }, pause);
  }
  live.addEventListener("htmx:configRequest", (event) => { event.detail.headers["If-None-Match"] = `"${stamp}"`; });
  live.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    const fresh = status === 200;
    event.detail.shouldSwap = fresh;
    event.detail.isError = false;
    if (fresh) stamp = event.detail.xhr.getResponseHeader("ETag").replaceAll('"', "");
    pause = fresh ? SHORTEST : Math.min(pause * 1.5, LONGEST);
  });
  live.addEventListener("htmx:afterRequest", plan);
  // nobody is told twice that there is no network: the next look will show it
  live.addEventListener("htmx:sendError", (event) => {
    event.stopPropagation();
    pause = Math.min(pause * 2, LONGEST);
    if (live.querySelector(".old-news")) return;
    const line = document.createElement("p");
    line.className = "old-news";
    line.setAttribute("role", "status");
    line.textContent = live.dataset.away;
    live.prepend(line);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { pause = SHORTEST; htmx.trigger(live, "look"); } });
  plan();
})();
