// How a town is served, as an officer chooses it: what is typed is kept by itself, and what it looks like is drawn anew.
// Without this the button below the form does both.
const QUIET_MS = 500;
const DRAWN_ON_PAPER_MS = 2_000; // a certificate and a mail are asked of other services, which count how often
const AGAIN_MS = 15_000;
const PATIENCE_MS = 10_000; // a logo takes a while to be cleaned
const form = document.querySelector("form[data-live]");
const wrong = document.getElementById("wrong");
const kept = document.querySelectorAll("p[data-kept]");
let timer = 0;
let drawing = 0;
let keeping = null; // the promise of what is being kept
let isQueued = false;
let isUnkept = false; // the last time failed

function isPending() {
  return Boolean(timer || keeping || isUnkept);
}

function body({ withFiles = true } = {}) {
  const filled = new FormData(form);
  if (!withFiles) for (const each of form.querySelectorAll("[type=file]")) filled.delete(each.name);
  return form.enctype === "multipart/form-data" ? filled : new URLSearchParams(filled);
}

function draw(what, revision) {
  for (const each of what) {
    const address = new URL(each.dataset.drawn, location.href);
    address.searchParams.set("r", revision);
    // replaced, not visited: the way back leads to the page before, and not through all that was typed
    if (each.tagName === "IFRAME") each.contentWindow.location.replace(address);
    else each.src = address;
  }
}

function drawAll(revision) {
  const of = (selector) => document.querySelectorAll(`[data-drawn]${selector}`);
  draw(of(":not([data-slow])"), revision);
  clearTimeout(drawing);
  drawing = setTimeout(() => draw(of("[data-slow]"), revision), DRAWN_ON_PAPER_MS);
}

function tellWhetherKept(isKept) {
  for (const each of kept) each.textContent = isKept ? form.dataset.kept : "";
}

// Beside each field that somebody has left; of the one that is being filled in only the list says it.
function tellBeside() {
  const told = new Map([...wrong.querySelectorAll("[data-of]")].map((each) => [each.dataset.of, each]));
  document.getElementById("summary")?.remove();
  for (const error of form.querySelectorAll(".error:not([data-own])")) {
    const path = error.id.replace(/-error$/, "");
    const said = told.get(path);
    if (said?.textContent.trim() === error.textContent.trim()) told.delete(path); // it stays: perhaps somebody is at its button
    else forget(error);
  }
  for (const [path, said] of told) {
    const field = document.getElementById(path);
    if (field && !field.contains(document.activeElement)) tellAt(field, said.cloneNode(true).childNodes);
  }
}

function tellAt(field, said) {
  const error = document.createElement("p");
  error.className = "error";
  error.id = `${field.id}-error`;
  error.append(...said);
  if (field.tagName === "FIELDSET") field.querySelector("legend").after(error);
  else (field.closest(".colour") ?? field).before(error);
  if (field.tagName !== "FIELDSET") field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", [error.id, ...describing(field, error.id)].join(" "));
  field.closest("details")?.setAttribute("open", "");
  return error;
}

function forget(error) {
  const field = document.getElementById(error.id.replace(/-error$/, ""));
  error.remove();
  if (!field) return;
  const left = describing(field, error.id);
  field.removeAttribute("aria-invalid");
  if (left.length) field.setAttribute("aria-describedby", left.join(" "));
  else field.removeAttribute("aria-describedby");
}

function describing(field, without) {
  return (field.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== without);
}

function isTooLarge(input) {
  return [...input.files].some((each) => each.size > Number(input.dataset.most));
}

function refuse(input) {
  input.value = "";
  tellAt(input, [input.dataset.tooLarge]).dataset.own = "";
}

async function send() {
  isQueued = false;
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: body(), signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    const said = fresh.content.firstElementChild;
    // what says the same is not read out again
    if (wrong.firstElementChild?.innerHTML !== said.innerHTML) wrong.replaceChildren(said);
    isUnkept = false;
    tellBeside();
    tellWhetherKept(!timer && !isQueued);
    drawAll(said.dataset.revision);
  } catch {
    isUnkept = true;
    wrong.textContent = form.dataset.unkept; // the button says what is the matter: a sign-in that is over, for one
  }
}

// One after the other: what was typed first is never kept last.
function keep() {
  timer = 0;
  if (isQueued) return;
  isQueued = true;
  keeping = (keeping ?? Promise.resolve()).then(send);
  const own = keeping;
  own.then(() => { if (keeping === own) keeping = null; });
}

async function keepAll() {
  if (timer) {
    clearTimeout(timer);
    keep();
  }
  while (keeping) await keeping;
}

function leave(event, go) {
  if (!isPending() || event.defaultPrevented) return;
  event.preventDefault();
  keepAll().then(go);
}

form?.addEventListener("input", (event) => {
  const pair = event.target.closest(".colour")?.querySelectorAll("input");
  if (pair) for (const each of pair) if (each !== event.target && /^#[0-9a-f]{6}$/i.test(event.target.value)) each.value = event.target.value;
  if (event.target.type === "file") {
    const own = document.getElementById(`${event.target.id}-error`);
    if (own) forget(own);
    if (isTooLarge(event.target)) return refuse(event.target);
  }
  tellWhetherKept(false);
  clearTimeout(timer);
  timer = setTimeout(keep, QUIET_MS);
});
form?.addEventListener("focusout", () => setTimeout(() => wrong.querySelector("[data-of]") && tellBeside()));
if (form) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const isElsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || link.target || link.hash || isElsewhere) return;
    leave(event, () => location.assign(link.href));
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form) return leave(event, () => event.target.submit());
    clearTimeout(timer);
    [timer, keeping, isQueued, isUnkept] = [0, null, false, false]; // the form itself says it now
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keepAll(); });
  addEventListener("beforeunload", (event) => {
    const isSent = !isPending() || (!isUnkept && navigator.sendBeacon(form.dataset.live, body({ withFiles: false })));
    if (!isSent) event.preventDefault();
  });
}
for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
for (const each of document.querySelectorAll("[data-unscripted]")) each.hidden = true;
for (const notice of document.querySelectorAll("[data-undrawn]")) {
  const picture = document.getElementById(notice.dataset.undrawn);
  const tell = (isDrawn) => {
    [picture.hidden, notice.hidden] = [!isDrawn, isDrawn];
    if (!isDrawn) setTimeout(() => { picture.src = picture.src; }, AGAIN_MS);
  };
  picture.addEventListener("load", () => tell(true));
  picture.addEventListener("error", () => tell(false));
  if (picture.complete) tell(picture.naturalWidth > 0); // it was there, or not, before this was
}
