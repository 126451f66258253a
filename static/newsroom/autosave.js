// No editor loses a word: what is in the form goes to the server while it is written, and into this browser's own
// store whenever the server does not answer. Without this script, words are saved by the buttons alone.
"use strict";
{
  const box = document.getElementById("autosave");
  const form = box.closest("form") || document.getElementById(box.dataset.form);
  const say = box.querySelector("[role=status]");
  const others = box.querySelector(".desk-others");
  const key = `autosave:${box.dataset.address}`;
  const pause = 1000 * Number(box.dataset.pause || 20);
  const left = () => { // what the form holds, as pairs of names and values
    const data = new FormData(form);
    return [...data].filter(([name, value]) => name !== "csrfmiddlewaretoken" && !name.startsWith("_") && typeof value === "string");
  };
  const written = () => JSON.stringify(left());
  const store = (value) => { // a full or forbidden store is no reason to stop
    try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value)); } catch { return false; }
    return true;
  };
  const stored = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };

  let last = "";
  let submitted = false;

  const send = async (pairs, keepalive = false) => {
    const body = new URLSearchParams(pairs);
    const token = form.elements.csrfmiddlewaretoken.value;
    const small = keepalive && body.toString().length < 60000; // browsers let no more outlive the page
    const answer = await fetch(box.dataset.address, { method: "POST", body, headers: { "X-CSRFToken": token }, keepalive: small, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const keep = async (leaving = false) => {
    const now = written();
    if (submitted || now === last) return;
    const pairs = left();
    store({ pairs, at: Date.now(), newest: box.dataset.newest }); // first of all here: it cannot fail
    try {
      const answer = await send(pairs, leaving);
      last = now;
      if (written() === now) store(null);
      if (answer.kept) say.textContent = box.dataset.kept.replace("%s", answer.at);
      show(answer);
    } catch {
      say.textContent = box.dataset.here;
    }
  };

  const show = (answer) => {
    const news = answer.newest > Number(box.dataset.newest) ? [box.dataset.newer] : [];
    if (answer.others.length) news.unshift(box.dataset.others.replace("%s", answer.others.join(", ")));
    if (others.textContent !== news.join(" ")) others.textContent = news.join(" ");
  };

  const begin = () => {
    forget();
    last = written();
    box.dataset.begun = "1";
    const kept = stored();
    if (kept && JSON.stringify(kept.pairs) !== last && kept.newest === box.dataset.newest) offer(kept);
    else store(null);
    const present = () => document.visibilityState === "visible" && send([["presence", "1"]]).then(show, () => {});
    if (box.dataset.has === "1") present();
    setInterval(() => { written() === last ? box.dataset.has === "1" && present() : keep(); }, pause);
    form.addEventListener("focusout", () => keep());
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep(true));
    window.addEventListener("pagehide", () => keep(true));
    form.addEventListener("submit", () => { // if the session has ended, the words are still here afterwards
      store({ pairs: left(), at: Date.now(), newest: box.dataset.newest, submitted: true });
      submitted = true;
    });
  };

  const forget = () => { // a new story that has just been saved has this page now, and needs nothing more
    try {
      const kept = JSON.parse(localStorage.getItem(`autosave:${box.dataset.new}`));
      if (box.dataset.has === "1" && kept?.submitted && Date.now() - kept.at < 60000) localStorage.removeItem(`autosave:${box.dataset.new}`);
    } catch { /* then it stays */ }
  };

  const offer = (kept) => {
    const bar = box.querySelector(".desk-lost");
    bar.hidden = false;
    bar.querySelector("span").textContent = box.dataset.lost.replace("%s", new Date(kept.at).toLocaleString(document.documentElement.lang));
    const [back, drop] = bar.querySelectorAll("button");
    back.addEventListener("click", async () => {
      try {
        const answer = await send(kept.pairs);
        store(null);
        submitted = true; // nothing more to keep of this page
        location.search = answer.kept ? `?autosave=${answer.kept}` : "";
      } catch { say.textContent = box.dataset.here; }
    });
    drop.addEventListener("click", () => { store(null); bar.hidden = true; });
  };

  // The rich text editor may tidy the body as it starts: what it makes of it is where we begin.
  window.addEventListener("load", () => setTimeout(begin, 500));
}
