// An application's page, live: the part of it that changes comes as a server-sent event, written by the server. The
// browser connects anew by itself, says what it has seen, and stops where there is nothing more (204). What somebody
// has unfolded stays as it is, and the focus in it.
function show(part, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const kept = part.querySelector("details");
  const again = fresh.content.querySelector("details");
  if (!kept || !again) return part.replaceChildren(fresh.content);
  again.remove();
  for (const each of [...part.children]) if (each !== kept) each.remove();
  kept.before(fresh.content);
}

for (const part of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(part.dataset.live);
  source.addEventListener("message", (event) => {
    show(part, event.data);
    document.getElementById("told").textContent = part.querySelector(".lead").textContent;
  });
  source.addEventListener("settled", () => source.close());
}
