// Finding: suggestions while typing, saved views, and the way through the lines by keyboard.
import { ask } from "./common.js";

const box = document.querySelector("#q");
const list = document.querySelector("#suggested");
let timer = 0;

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const { ok, body } = await ask("GET", `/v1/search/suggestions?q=${encodeURIComponent(box.value)}`);
    if (!ok) return;
    list.replaceChildren(...body.items.map((item) => Object.assign(document.createElement("option"), { value: item })));
  }, 150);
});

document.querySelector("#keep")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = { name: form.elements.name.value, query: form.dataset.query, shared: form.elements.shared.checked };
  if ((await ask("POST", "/v1/views", body)).ok) location.reload();
});

for (const button of document.querySelectorAll("[data-drop]")) {
  button.addEventListener("click", async () => {
    if ((await ask("DELETE", `/v1/views/${button.dataset.drop}`)).ok) button.closest("li").remove();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    box.select();
    box.focus();
    return;
  }
  if (event.key === "Escape" && event.target === box) box.blur();
  if (typing && event.target !== box) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || (event.target === box && list.childElementCount && box.value)) return;
  const links = [...document.querySelectorAll("#lines td a.to")];
  const next = links[links.indexOf(document.activeElement) + step];
  if (!next && step < 0) box.focus();
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// open beside the lines; on a phone, where they would push the lines away, closed until asked for
const wide = matchMedia("(min-width: 861px)");
let opened = wide.matches;
function unfold() {
  const facets = document.querySelector(".facets");
  if (facets?.dataset.from) facets.open = opened;
}
// the lines do not wait for them
async function fill(facets) {
  const from = facets.dataset.from;
  if (!from) return;
  delete facets.dataset.from;
  const inner = facets.querySelector("div");
  const link = inner.firstElementChild;
  link.hidden = true;
  await htmx.ajax("get", from, { source: facets, target: inner, swap: "innerHTML" }).catch(() => {});
  if (!link.isConnected) return;
  // what did not come is asked for again the next time it is opened, or by its link
  link.hidden = false;
  facets.dataset.from = from;
}
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches(".facets")) return;
  opened = target.open;
  if (opened) fill(target);
}, true);
document.addEventListener("htmx:afterSwap", unfold);
unfold();
