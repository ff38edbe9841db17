// What pages do beyond links and forms: keys, drafts as people type, questions before what cannot be undone, live news.
"use strict";

const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

// Every request that htmx sends carries the session's own word.
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF"] = csrf();
  // What is fetched because of news is not somebody at work: it keeps nobody signed in.
  if (["news", "stale"].includes(event.detail.ctx.sourceEvent?.type)) event.detail.ctx.request.headers["X-By-Itself"] = "news";
});

// Keys: `?` lists them; single letters act only where nobody is writing.
const writing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form")?.requestSubmit();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") escape(event.target);
  if (writing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") document.querySelector("#keys")?.showModal();
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) {
    event.preventDefault();
    if (target.matches("details")) { target.open = true; target.dataset.touched = ""; }
    const field = target.matches("a, button") ? target : target.querySelector("input:not([type=hidden]), select, textarea, button");
    field?.focus();
    if (field?.matches("a, button") && target === field) field.click();
  }
});

function escape(element) {
  document.querySelector("dialog[open]")?.close();
  if (writing(element)) element.blur();
}

function step(by) {
  const lines = [...document.querySelectorAll(".queue a")];
  const focused = lines.indexOf(document.activeElement);
  const here = focused < 0 ? lines.findIndex((line) => line.ariaCurrent === "true") : focused;
  lines[Math.max(0, Math.min(lines.length - 1, here < 0 ? 0 : here + by))]?.focus();
}

// Drafts: half a second after the last stroke the form is kept on the server.
let waiting;
document.addEventListener("input", (event) => {
  const written = event.target.closest("form");
  if (written) written.dataset.dirty = "";
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), 500);
});

async function keep(form) {
  const fields = new URLSearchParams(new FormData(form));
  fields.set("form", form.dataset.draft);
  const mark = form.querySelector("[data-kept]");
  try {
    const answer = await fetch("/desk/drafts", { method: "POST", body: fields, headers: { "X-CSRF": csrf() } });
    if (mark) mark.textContent = answer.ok ? "草稿已保存" : "草稿未能保存，请尽快提交";
  } catch {
    if (mark) mark.textContent = "网络已断开，恢复后会自动保存";
    waiting = setTimeout(() => keep(form), 5000);
  }
}

// What cannot be undone is asked for once more.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
}, true);

document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) document.querySelector(opens.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});

// The picked line of a queue stays marked when its need is loaded beside it, and on a narrow screen that comes into view.
let picked = false;
document.addEventListener("click", (event) => {
  const summary = event.target.closest("summary");
  if (summary) summary.parentElement.dataset.touched = "";
  const line = event.target.closest(".queue a");
  if (!line) return;
  picked = true;
  document.querySelector("#changed").hidden = true;
  (line.dataset.of ?? "").split(" ").forEach((id) => fresh.delete(id));
  line.classList.remove("fresh");
  mark(line);
});

function mark(line) {
  document.querySelectorAll(".queue a[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  line?.setAttribute("aria-current", "true");
}

// A picked line that lies further down its list is brought into sight there; the page itself stays where it is.
function reveal() {
  const line = document.querySelector(".queue a[aria-current]");
  const list = line?.closest(".queue-card");
  if (list && line.offsetTop + line.offsetHeight > list.offsetTop + list.clientHeight) {
    list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 2;
  }
}
reveal();

document.addEventListener("htmx:after:swap", () => {
  const lines = [...document.querySelectorAll(".queue a")];
  const here = lines.find((line) => line.href === window.location.href);
  if (here) mark(here);
  for (const line of lines) line.classList.toggle("fresh", line !== here && isFresh(line));
  if (picked && window.matchMedia("(max-width: 60rem)").matches) window.scrollTo(0, 0);
  picked = false;
});

// Live: the console says that something changed; the lists ask for themselves anew, and so does what is picked, unless
// somebody is reading or writing there: then they are told, and decide.
const fresh = new Set();
const isFresh = (line) => (line.dataset.of ?? "").split(" ").some((id) => fresh.has(id));
let soon;
let sentAt = 0;
let later;
document.addEventListener("submit", () => {
  sentAt = Date.now();
  // What is sent needs no draft any more.
  clearTimeout(waiting);
});

function listen() {
  const source = new EventSource("/desk/news");
  let wasLost = false;
  source.addEventListener("error", () => { wasLost = true; });
  source.addEventListener("open", () => { if (wasLost) ask(); wasLost = false; });
  source.addEventListener("news", (event) => {
    event.data.split(" ").forEach((id) => fresh.add(id));
    ask();
  });
  source.addEventListener("over", () => {
    source.close();
    clearTimeout(soon);
    clearTimeout(later);
    document.querySelector("#over").hidden = false;
  });
  window.addEventListener("pagehide", () => source.close());
}

function ask() {
  clearTimeout(soon);
  soon = setTimeout(() => {
    document.body.dispatchEvent(new CustomEvent("news"));
    document.querySelectorAll("[data-about]").forEach(askFor);
  }, 300);
}

// What somebody reads, writes or has just asked for; what is on its way must find its place when it arrives.
const BUSY = "form[data-dirty], details[data-touched], #words:not(:empty), #files:not(:empty), #card:not(:empty), .asked:not(:empty), .htmx-request";
const placeOf = (part) => part.closest("#need, #order, #case, #county") ?? part;
const isBusy = (part) => [...placeOf(part).querySelectorAll(BUSY)].some((each) => each !== part);

function askFor(part) {
  const about = part.dataset.about.split(" ").filter((id) => fresh.has(id));
  if (!about.length || !part.isConnected) return;
  // What somebody just did themselves makes news too: they read what came of it first.
  if (Date.now() - sentAt < 8000) {
    clearTimeout(later);
    later = setTimeout(() => askFor(part), 8000);
    return;
  }
  about.forEach((id) => fresh.delete(id));
  if (!isBusy(part)) part.dispatchEvent(new CustomEvent("stale"));
  else document.querySelector("#changed").hidden = false;
}

document.addEventListener("htmx:before:swap", (event) => {
  const part = event.detail.ctx?.sourceElement;
  if (!part?.matches?.("[data-about]")) return;
  // An answer that was asked for before somebody acted is older than what they have been told since.
  if (!part.isConnected || Date.now() - sentAt < 8000 || isBusy(part)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-refreshes]")) window.location.reload();
});

if (csrf() && document.querySelector("[data-about], [hx-trigger^=news]")) listen();
