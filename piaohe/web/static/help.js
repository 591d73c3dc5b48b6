// Help in a panel over the page, and the hint of a first visit, which one click puts away for good.

const link = document.querySelector("#guide-link");
const panel = document.querySelector("#guide");
const tip = document.querySelector("#tip");

// on a phone the row of pages is wider than the screen
const row = document.querySelector(".top nav");
const here = row?.querySelector("[aria-current]");
if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;

function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // a browser may keep nothing at all
  }
}

async function open() {
  const place = panel.querySelector("#guide-text");
  if (!place.childElementCount) {
    const answer = await fetch(`${link.href}?panel=true`).catch(() => null);
    if (!answer?.ok || answer.redirected) {
      location.assign(link.href);
      return;
    }
    // our own page, escaped by its template
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  }
  panel.showModal();
}

link?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
});

panel?.addEventListener("click", (event) => {
  if (event.target === panel) panel.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || !panel) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.defaultPrevented) return;
  if (panel.open) panel.close();
  else if (!document.querySelector("dialog[open], #sheet-help")) {
    event.preventDefault();
    open();
  }
});

if (tip && !kept(tip.dataset.key)) {
  tip.hidden = false;
  tip.querySelector("button").addEventListener("click", () => {
    tip.hidden = true;
    document.querySelector("#main").focus({ preventScroll: true });
    try {
      localStorage.setItem(tip.dataset.key, "1");
    } catch {
      // it will be there again
    }
  });
}
