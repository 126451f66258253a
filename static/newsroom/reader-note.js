// Why it asks what it asks: templates/newsroom/_reader_note.html
(() => {
  const note = document.getElementById("reader-note");
  const KEY = "reader-note";
  const SILENCE = 30 * 24 * 3600 * 1000; // ms after closing

  try {
    if (Math.abs(Date.now() - localStorage.getItem(KEY)) < SILENCE) return;
  } catch {
    return; // closing could not be remembered
  }

  let settled = false; // shown once, or closed in another tab
  const show = () => {
    if (!settled) note.hidden = false;
    settled = true;
  };
  let before; // what had the focus
  const close = () => {
    const hadFocus = note.contains(document.activeElement);
    note.hidden = true;
    if (hadFocus) before?.focus({ preventScroll: true });
    localStorage.setItem(KEY, Date.now());
  };
  note.querySelector("button").addEventListener("click", close);
  note.addEventListener("focusin", (event) => {
    if (!note.contains(event.relatedTarget)) before = event.relatedTarget;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !note.hidden) close();
  });
  addEventListener("storage", (event) => {
    if (event.key === KEY) note.hidden = settled = true;
  });

  const scripts = note.dataset.scripts.split(" "); // a plain one, then the baits
  const serves = async (address) => {
    const answer = await fetch(address);
    return answer.ok && (await answer.text()).includes("currentScript.dataset.ran");
  };
  const runs = (address) =>
    new Promise((resolve) => {
      const script = document.createElement("script");
      script.onload = script.onerror = () => resolve("ran" in script.dataset);
      script.src = address;
      document.head.append(script);
    });
  const each = (ask) => Promise.all(scripts.map(ask));
  let forbidden = false;
  addEventListener("securitypolicyviolation", (event) => {
    forbidden ||= scripts.some((address) => event.blockedURI.endsWith(address));
  });
  const tryScripts = async () => {
    if ((await each(serves)).includes(false)) return;
    const answers = [await each(runs), await each(runs)];
    if (answers.every(([plain, ...baits]) => plain && !baits.includes(true)) && !forbidden) show();
  };
  tryScripts().catch(() => {}); // offline, reset

  const [bait, plain] = ["ad-slot ad-wrapper ad-leaderboard top-ad banner-ad", ""].map((names) => {
    const box = document.createElement("div");
    box.className = names;
    for (const rule of ["display:block", "position:fixed", "top:-99px", "min-height:9px"])
      box.style.setProperty(...rule.split(":"), "important");
    return document.body.appendChild(box);
  });
  let looks = 30;
  const timer = setInterval(() => {
    if (plain.offsetHeight && !bait.offsetHeight) show();
    if (--looks && !settled) return;
    clearInterval(timer);
    bait.remove();
    plain.remove();
  }, 100);
})();
