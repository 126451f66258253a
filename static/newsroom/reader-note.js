// Why it asks what it asks: _reader_note.html
(async () => {
  await new Promise((resolve) => addEventListener("load", () => setTimeout(resolve, 100)));
  const note = document.getElementById("reader-note");
  const { days, scripts, share, tell } = note.dataset;
  const KEY = "reader-note";
  const SEEN = KEY + "-seen";
  const counts = tell && !navigator.globalPrivacyControl;
  let memory, silent;
  try {
    memory = localStorage;
    silent = Math.abs(Date.now() - memory[KEY]) < days * 864e5;
  } catch {
    return; // no memory, no notice
  }
  if (silent && !counts) return;
  const count = (body) =>
    counts && fetch(tell, { method: "POST", body, keepalive: true, credentials: "omit", referrer: "" }).catch(() => {});

  let blocked, open; // neither: not known
  const found = () => {
    blocked = true;
    if (silent || (memory[KEY + "-lot"] ??= Math.random() * 100) >= +share) return;
    note.hidden = false;
    if (counts) memory[SEEN] = 1;
  };
  let before; // what had the focus
  const close = () => {
    const hadFocus = note.contains(document.activeElement);
    note.hidden = silent = true;
    if (hadFocus) before?.focus({ preventScroll: true });
    memory[KEY] = Date.now();
    count("closed");
  };
  note.querySelector("button").onclick = close;
  note.querySelector("a").onclick = () => count("help");
  note.addEventListener("focusin", (event) => {
    if (!note.contains(event.relatedTarget)) before = event.relatedTarget;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !note.hidden) close();
  });
  addEventListener("storage", (event) => {
    if (event.key === KEY) note.hidden = silent = true;
  });

  const addresses = scripts.split(" "); // a plain one, then the baits
  const serves = async (address) => {
    const answer = await fetch(address);
    return answer.ok && (await answer.text()).includes("currentScript.dataset.ran");
  };
  const runs = (address) =>
    new Promise((resolve) => {
      const script = document.createElement("script");
      script.onload = script.onerror = () => resolve(script.dataset.ran);
      script.src = address;
      document.head.append(script);
    });
  let forbidden;
  addEventListener("securitypolicyviolation", (event) => {
    forbidden ||= addresses.some((address) => event.blockedURI.endsWith(address));
  });
  const tryScripts = async () => {
    for (const address of addresses) if (!(await serves(address))) return; // one by one: no long task
    for (const _time of "12") {
      const [plain, ...baits] = await Promise.all(addresses.map(runs));
      open = baits.includes("yes");
      if (open || !plain) return;
    }
    if (!forbidden) found();
  };

  const put = (className) => {
    const box = document.body.appendChild(document.createElement("div"));
    box.className = className;
    box.style.cssText = "display:block!important;position:fixed!important;top:-99px!important;min-height:9px!important";
    return box;
  };
  const plain = put("");
  const bait = put("ad-slot ad-wrapper ad-leaderboard top-ad banner-ad");
  let looks = 30;
  const timer = setInterval(() => {
    if (looks === 30) tryScripts().catch(() => {}); // offline, reset
    if (plain.offsetHeight && !bait.offsetHeight) found();
    if (--looks) return;
    clearInterval(timer);
    bait.remove();
    plain.remove();
    if (blocked) count("with");
    else if (open) {
      count("without");
      if (memory[SEEN]) {
        delete memory[SEEN];
        count("allowed");
      }
    }
  }, 100);
})();
