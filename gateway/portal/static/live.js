// An application's page, live: the part of it that changes comes as a server-sent event, written by the server. The
// browser connects anew by itself, says what it has seen, and stops where there is nothing more (204).
for (const part of document.querySelectorAll("[data-live]")) {
  const source = new EventSource(part.dataset.live);
  source.addEventListener("message", (event) => { part.innerHTML = event.data; });
  source.addEventListener("settled", () => source.close());
}
