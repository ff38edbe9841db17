// What pages do beyond links and forms: keys, drafts as people type, questions before what cannot be undone, live news.
"use strict";

const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

// Every request that htmx sends carries the session's own word.
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF"] = csrf();
});

// Keys: `?` lists them; single letters act only where nobody is writing.
const writing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.querySelector("dialog[open]")?.close();
  if (writing(event.target)) return;
  if (event.key === "?") document.querySelector("#keys")?.showModal();
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) {
    event.preventDefault();
    if (target.matches("details")) target.open = true;
    const field = target.matches("details, fieldset, form") ? target.querySelector("input:not([type=hidden]), select, textarea, button") : target;
    field?.focus();
    if (field?.matches("a, button") && target === field) field.click();
  }
});

function step(by) {
  const lines = [...document.querySelectorAll(".queue a")];
  const here = lines.indexOf(document.activeElement);
  lines[Math.max(0, Math.min(lines.length - 1, here < 0 ? 0 : here + by))]?.focus();
}

// Drafts: half a second after the last stroke the form is kept on the server.
let waiting;
document.addEventListener("input", (event) => {
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

// The picked line of a queue stays marked when its need is loaded beside it.
document.addEventListener("click", (event) => {
  const line = event.target.closest(".queue a");
  if (!line) return;
  document.querySelectorAll(".queue a[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  line.setAttribute("aria-current", "true");
});
