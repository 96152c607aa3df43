// How a town is served, as an officer chooses it: what is typed is kept by itself, and what it looks like is drawn anew.
// Without this the button below the form does both.
const form = document.querySelector("form[data-live]");
const wrong = document.getElementById("wrong");
const kept = document.querySelectorAll("p[data-kept]");
const plain = [...kept].map((each) => each.textContent);
let timer = 0;
let isKeeping = false;
let isStale = false;

function body({ withFiles = true } = {}) {
  const filled = new FormData(form);
  if (!withFiles) for (const each of form.querySelectorAll("[type=file]")) filled.delete(each.name);
  return form.enctype === "multipart/form-data" ? filled : new URLSearchParams(filled);
}

function draw(revision) {
  for (const each of document.querySelectorAll("[data-drawn]")) {
    const address = new URL(each.dataset.drawn, location.href);
    address.searchParams.set("r", revision);
    // replaced, not visited: the way back leads to the page before, and not through all that was typed
    if (each.tagName === "IFRAME") each.contentWindow.location.replace(address);
    else each.src = address;
  }
}

function tellWhetherKept(isKept) {
  kept.forEach((each, number) => {
    each.textContent = isKept ? form.dataset.kept : plain[number];
    each.hidden = each.textContent === "";
  });
}

// Beside each field that somebody has left; of the one that is being filled in only the list says it.
function tellBeside() {
  for (const each of document.querySelectorAll("#summary, form .error")) each.remove();
  for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  for (const told of wrong.querySelectorAll("[data-of]")) {
    const field = document.getElementById(told.dataset.of);
    if (field && !field.contains(document.activeElement)) tellAt(field, told.cloneNode(true));
  }
}

function tellAt(field, said) {
  const error = document.createElement("p");
  error.className = "error";
  error.id = `${field.id}-error`;
  error.append(...said.childNodes);
  if (field.tagName === "FIELDSET") field.querySelector("legend").after(error);
  else (field.closest(".colour") ?? field).before(error);
  field.setAttribute("aria-invalid", "true");
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== error.id);
  field.setAttribute("aria-describedby", [error.id, ...others].join(" "));
}

function isTooLarge(input) {
  return [...(input.files ?? [])].some((each) => each.size > Number(input.dataset.most));
}

function refuse(input) {
  input.value = "";
  document.getElementById(`${input.id}-error`)?.remove();
  const said = document.createElement("span");
  said.textContent = input.dataset.tooLarge;
  tellAt(input, said);
}

async function keep() {
  timer = 0;
  if (isKeeping) return void (isStale = true);
  isKeeping = true;
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: body() });
    if (!answer.ok) throw new Error(answer.status);
    wrong.innerHTML = await answer.text();
    tellBeside();
    tellWhetherKept(!isStale && !timer);
    draw(wrong.firstElementChild.dataset.revision);
  } catch {
    wrong.textContent = form.dataset.unkept; // the button says what is the matter: a sign-in that is over, for one
  } finally {
    isKeeping = false;
    if (isStale) [isStale] = [false, keep()];
  }
}

form?.addEventListener("input", (event) => {
  const pair = event.target.closest(".colour")?.querySelectorAll("input");
  if (pair) for (const each of pair) if (each !== event.target && /^#[0-9a-f]{6}$/i.test(event.target.value)) each.value = event.target.value;
  if (event.target.dataset.most && isTooLarge(event.target)) return refuse(event.target);
  tellWhetherKept(false);
  clearTimeout(timer);
  timer = setTimeout(keep, 500);
});
form?.addEventListener("focusout", () => setTimeout(() => wrong.querySelector("[data-of]") && tellBeside()));
form?.addEventListener("submit", () => {
  clearTimeout(timer);
  [timer, isKeeping] = [0, false]; // the form itself says it now
});
addEventListener("pagehide", () => {
  if (form && (timer || isKeeping)) navigator.sendBeacon(form.dataset.live, body({ withFiles: false }));
});
for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
for (const each of document.querySelectorAll("[data-unscripted]")) each.hidden = true;
for (const notice of document.querySelectorAll("[data-undrawn]")) {
  const picture = document.getElementById(notice.dataset.undrawn);
  const tell = (isDrawn) => ([picture.hidden, notice.hidden] = [!isDrawn, isDrawn]);
  picture.addEventListener("load", () => tell(true));
  picture.addEventListener("error", () => tell(false));
  if (picture.complete) tell(picture.naturalWidth > 0); // it was there, or not, before this was
}
