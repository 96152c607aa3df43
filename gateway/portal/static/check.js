// The check of a certificate: a file may be dropped anywhere on the page, or pasted, and so may a code or an address.
// Without this the two fields do it all.
const file = document.getElementById("file");
const code = document.getElementById("code");
const isTyped = (event) => event.target.closest?.("input:not([type='file'])") && !event.dataTransfer?.types.includes("Files");
const mark = (on) => document.body.classList.toggle("dropping", on);

function take(data) {
  const text = data.getData("text/plain").trim();
  if (data.files.length) {
    file.files = data.files;
    file.form.requestSubmit();
  } else if (text && code) {
    code.value = text;
    code.focus();
  }
  return data.files.length > 0 || Boolean(text && code);
}

addEventListener("dragover", (event) => {
  if (isTyped(event)) return;
  event.preventDefault();
  mark(event.dataTransfer.types.includes("Files"));
});
addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
addEventListener("drop", (event) => {
  mark(false);
  if (isTyped(event)) return;
  event.preventDefault();
  take(event.dataTransfer);
});
addEventListener("paste", (event) => {
  const isInField = event.target.closest?.("input") && !event.clipboardData.files.length;
  if (!isInField && take(event.clipboardData)) event.preventDefault();
});
for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
document.querySelector("[data-print]")?.addEventListener("click", () => print());
