// How a town is served, as an officer chooses it: what is typed is kept by itself, and what it looks like is drawn anew.
// Without this the button below the form does both.
const form = document.querySelector("form[data-live]");
const wrong = document.getElementById("wrong");
let timer;
let isKeeping = false;
let isStale = false;

function body() {
  const filled = new FormData(form);
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

async function keep() {
  if (isKeeping) return void (isStale = true);
  isKeeping = true;
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: body() });
    if (!answer.ok) throw new Error(answer.status);
    wrong.innerHTML = await answer.text();
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
  clearTimeout(timer);
  timer = setTimeout(keep, 500);
});
for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
for (const notice of document.querySelectorAll("[data-undrawn]")) {
  const picture = document.getElementById(notice.dataset.undrawn);
  const tell = (isDrawn) => ([picture.hidden, notice.hidden] = [!isDrawn, isDrawn]);
  picture.addEventListener("load", () => tell(true));
  picture.addEventListener("error", () => tell(false));
  if (picture.complete) tell(picture.naturalWidth > 0); // it was there, or not, before this was
}
