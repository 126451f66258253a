// Drives real browsers, each started once, and prints one line of JSON for each load. Started by bench/notice.py.
// Real uBlock Origin in Firefox, an MV3 blocker in Chromium, and browsers without a blocker in all sorts of trouble.
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";

const { values: given } = parseArgs({
  options: {
    url: { type: "string" },
    kit: { type: "string" }, // the folder with node_modules and mv3
    pages: { type: "string" }, // paths, separated by commas
    shown: { type: "string", default: "20" }, // loads of each page with a blocker
    silent: { type: "string", default: "23" }, // loads of each page in each condition without one
    only: { type: "string", default: "" }, // conditions whose name contains this
    at_once: { type: "string", default: "6" },
  },
});
const puppeteer = createRequire(path.resolve(given.kit, "x.js"))("puppeteer-core");
const PAGES = given.pages.split(",");
const UBO = fs.globSync?.("/usr/share/mozilla/extensions/*/uBlock0@raymondhill.net")[0] ??
  "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/uBlock0@raymondhill.net";
const WATCH = 3600; // ms after load: the script looks for 3 s
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const chosen = (name) => name.includes(given.only);
const say = (what) => console.log(JSON.stringify(what));

// --- Browsers ----------------------------------------------------------------------------------

const CHROMIUM = {
  browser: "chrome",
  executablePath: process.env.CHROMIUM || "/usr/lib/chromium/chromium",
  headless: true,
  pipe: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP *.test 127.0.0.1"],
};
const firefox = (protection) => ({
  browser: "firefox",
  executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr",
  headless: true,
  extraPrefsFirefox: {
    "extensions.enabledScopes": 5, // not the machine's own add-ons: "none" is none
    "network.dns.localDomains": "news.test,canary.test",
    "browser.contentblocking.category": protection,
  },
});

// A page that every blocker acts on says when it is ready, and that there is none where there should be none.
const canary = http.createServer((request, answer) => {
  const isScript = request.url.startsWith("/ads/show.js");
  answer.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html", connection: "close" });
  answer.end(isScript ? "window.__ran=1" : '<!doctype html><div class="ad-slot" id="c">x</div><script src="/ads/show.js"></script>');
});
await new Promise((resolve) => canary.listen(0, "127.0.0.1", resolve));

async function isBlocking(context) {
  const page = await context.newPage();
  await page.goto(`http://canary.test:${canary.address().port}/`);
  await sleep(1500);
  const found = await page.evaluate(() => !window.__ran && !document.getElementById("c").offsetHeight);
  await page.close();
  return found;
}

async function start(how, extension) {
  const browser = await puppeteer.launch({ ...how, enableExtensions: Boolean(extension) });
  if (extension) await browser.installExtension(extension);
  const end = Date.now() + 90_000;
  let found = await isBlocking(browser);
  while (extension && !found && Date.now() < end) found = await isBlocking(browser);
  if (found !== Boolean(extension)) throw new Error(`The canary says blocking: ${found}`);
  return browser;
}

// --- One load ----------------------------------------------------------------------------------

function remember() {
  window.__shown = null;
  new MutationObserver(() => {
    const note = document.getElementById("reader-note");
    if (note && !note.hidden) window.__shown ??= performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["hidden"] });
}

function look() {
  const note = document.getElementById("reader-note");
  return {
    is_there: Boolean(note),
    shown: Boolean(note?.offsetHeight) && getComputedStyle(note).visibility === "visible",
    ms: window.__shown == null ? null : Math.round(window.__shown),
    visibility: document.visibilityState,
  };
}

async function load(context, address, { prepare, watch = WATCH, front } = {}) {
  const page = await context.newPage();
  try {
    await page.evaluateOnNewDocument(remember);
    await page.setCacheEnabled?.(false);
    await prepare?.(page);
    if (front) await front.bringToFront();
    await page.goto(address, { waitUntil: front ? "domcontentloaded" : "load", timeout: 120_000 });
    if (front) await front.bringToFront();
    const end = Date.now() + watch;
    while (Date.now() < end && !(await page.evaluate(look)).shown) await sleep(250);
    return await page.evaluate(look);
  } finally {
    await page.close();
  }
}

// --- With a blocker ----------------------------------------------------------------------------

async function withBlocker(name, how, extension) {
  if (!chosen(name)) return;
  const browser = await start(how, extension);
  const version = await browser.version();
  const front = await browser.newPage();
  for (const place of ["in front", "in a background tab"])
    for (const page of PAGES)
      for (let time = 0; time < Number(given.shown); time++) {
        // Firefox gives each context a store and a cache of its own; in Chromium the extension is in one only.
        const context = how === CHROMIUM ? browser : await browser.createBrowserContext();
        const found = await load(context, given.url + page, { watch: 10_000, front: place === "in front" ? null : front });
        if (context !== browser) await context.close();
        say({ kind: "blocker", name, version, place, page, ...found });
      }
  await browser.close();
}

// --- Without one -------------------------------------------------------------------------------

const BAITS = /\/(ads\/show|adserver)\.[\w.]+$/;
const baits = (happen) => async (page) => {
  await page.setRequestInterception(true);
  page.on("request", (request) => (BAITS.test(request.url()) ? happen(request) : request.continue()));
};
const inPage = (script) => (page) => page.evaluateOnNewDocument(script);

function hideBySheet() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".ad-slot { display: none !important; max-height: 0 !important }");
  document.addEventListener("readystatechange", () => document.adoptedStyleSheets.push(sheet), { once: true });
}

function forbidByPolicy() {
  document.addEventListener("readystatechange", () => {
    const plain = document.getElementById("reader-note").dataset.scripts.split(" ")[0];
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = `script-src ${new URL(plain, location).href} ${document.querySelector("script[src*=reader-note]").src}`;
    document.head.append(policy);
  }, { once: true });
}

async function cutOffAfterTheDocument(page) {
  await page.setRequestInterception(true);
  page.on("request", (request) =>
    request.resourceType() === "document" || /\/(site|reader-note)\.[\w.]+$/.test(request.url())
      ? request.continue()
      : request.abort("internetdisconnected"));
}

const CONDITIONS = {
  plain: {},
  "baits 404": { prepare: baits((request) => request.respond({ status: 404, body: "Not found" })) },
  "baits 500": { prepare: baits((request) => request.respond({ status: 500, body: "Sorry" })) },
  "baits slow (2.5 s)": { prepare: baits((request) => setTimeout(() => request.continue().catch(() => {}), 2500)), watch: 12_000 },
  "baits never": { prepare: baits(() => {}) },
  "baits reset": { prepare: baits((request) => request.abort("connectionreset")) },
  "baits HTML (captive portal)": {
    prepare: baits((request) => request.respond({ status: 200, contentType: "text/html", body: "<!doctype html><p>Log in</p>" })),
  },
  "site CSS hides .ad-slot": { prepare: inPage(hideBySheet) },
  "policy forbids the baits": { prepare: inPage(forbidByPolicy) },
  "offline after load": { prepare: cutOffAfterTheDocument },
  "very slow network": {
    prepare: (page) => page.emulateNetworkConditions({ download: 50_000, upload: 20_000, latency: 500 }),
    watch: 6000,
  },
  print: { prepare: (page) => page.emulateMediaType("print") },
  "no JavaScript": { prepare: (page) => page.setJavaScriptEnabled(false) },
};

async function withoutBlocker(browserName, how, conditions, atOnce) {
  const names = Object.keys(conditions).filter((name) => chosen(`${browserName}, ${name}`));
  if (!names.length) return;
  const browser = await start(how, null);
  const version = await browser.version();
  const jobs = names.flatMap((name) =>
    PAGES.flatMap((page) => Array.from({ length: Number(given.silent) }, () => ({ name, page }))));
  const work = async () => {
    // One window for each, kept open: without a blocker nothing is remembered, and a window costs seconds.
    const context = await browser.createBrowserContext();
    await context.newPage();
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const found = await load(context, given.url + job.page, conditions[job.name]).catch((error) => ({ error: String(error) }));
      say({ kind: "none", name: `${browserName}, ${job.name}`, version, page: job.page, ...found });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await browser.close();
}

const atOnce = Number(given.at_once);
try {
  await withBlocker("uBlock Origin in Firefox", firefox("standard"), UBO);
  await withBlocker("MV3 blocker in Chromium", CHROMIUM, path.join(given.kit, "mv3"));
  await Promise.all([
    withoutBlocker("Chromium", CHROMIUM, CONDITIONS, atOnce),
    (async () => {
      await withoutBlocker("Firefox", firefox("standard"), { plain: {} }, Math.ceil(atOnce / 2));
      await withoutBlocker("Firefox", firefox("strict"), { "strict protection": {} }, Math.ceil(atOnce / 2));
    })(),
  ]);
} finally {
  canary.closeAllConnections();
  canary.close();
}
