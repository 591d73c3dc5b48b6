(() => {
  const all = (query, within) => Array.from((within || document).querySelectorAll(query));
  const one = (query, within) => (within || document).querySelector(query);

  // A field's row and its box light up together.
  const light = (target, on) => {
    const holder = target.closest && target.closest("[data-field]");
    const card = holder && holder.closest(".card");
    if (!card) return;
    const name = CSS.escape(holder.dataset.field);
    all(`[data-field="${name}"]`, card).forEach((node) => node.classList.toggle("lit", on));
    const tip = one(".tip", card);
    const box = one(`rect[data-field="${name}"]`, card);
    if (!tip || !box) return;
    tip.hidden = !on;
    if (!on) return;
    const label = one(`tr[data-field="${name}"] th`, card);
    tip.textContent = label ? label.innerText : "";
    const place = box.getBoundingClientRect();
    const frame = box.ownerSVGElement.getBoundingClientRect();
    tip.style.left = `${place.left - frame.left}px`;
    tip.style.top = `${place.top - frame.top}px`;
  };
  ["mouseover", "focusin"].forEach((kind) => document.addEventListener(kind, (e) => light(e.target, true)));
  ["mouseout", "focusout"].forEach((kind) => document.addEventListener(kind, (e) => light(e.target, false)));

  // Filters and search.
  const cards = all("details.card");
  const fits = {
    all: () => true,
    open: (d) => d.status !== "accepted" || d.match === "different" || d.match === "missing",
    rejected: (d) => d.status === "rejected",
    ledger: (d) => d.match === "different" || d.match === "missing",
    done: (d) => !fits.open(d),
  };
  let chosen = "all";
  const search = one("#search");
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    cards.forEach((card) => {
      const fit = fits[chosen](card.dataset) && words.every((word) => card.dataset.text.includes(word));
      card.hidden = !fit;
      shown += fit;
    });
    one("#nothing").hidden = shown > 0;
  };
  one(".filters").hidden = cards.length === 0;
  all("[data-filter]").forEach((chip) => {
    const count = cards.filter((card) => fits[chip.dataset.filter](card.dataset)).length;
    const number = document.createElement("i");
    number.textContent = count;
    chip.append(number);
    chip.addEventListener("click", () => {
      chosen = chip.dataset.filter;
      all("[data-filter]").forEach((other) => other.setAttribute("aria-pressed", String(other === chip)));
      show();
    });
  });
  search.addEventListener("input", show);
  one("#fold").addEventListener("click", () => cards.forEach((card) => { card.open = false; }));
})();
