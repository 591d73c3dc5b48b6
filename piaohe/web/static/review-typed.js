// What is typed on the review page: fields, lines and the rest; kept in the tab until it is saved.

import { element, text } from "./common.js";

const columnsOf = (row) => Object.fromEntries(
  [...row.querySelectorAll("[data-column]")].map((input) => [input.dataset.column, input.value]),
);
const moneyOff = (value) => (value === null ? "?" : value);

export class Typed {
  /** `key` is where it is kept; `told` is called after every change. */
  constructor(form, key, told) {
    this.form = form;
    this.key = key;
    this.told = told;
    this.inputs = [...form.querySelectorAll(".field input")];
    this.mores = [...form.querySelectorAll("[data-more]")];
    this.extras = [...form.querySelectorAll("[data-extra]")];
    this.body = form.querySelector("#lines");
    this.wasLines = JSON.stringify(this.lines());
    form.addEventListener("click", (event) => this.#clicked(event));
  }

  lines() {
    return [...this.body.children].map(columnsOf);
  }

  get #named() {
    return [...this.inputs, ...this.mores, ...this.extras];
  }

  get linesChanged() {
    return JSON.stringify(this.lines()) !== this.wasLines;
  }

  get changed() {
    return this.linesChanged || this.#named.some((one) => one.value !== one.dataset.was);
  }

  /** What was changed, as the API takes it. */
  amendments() {
    const altered = (ones) => ones.filter((one) => one.value !== one.dataset.was);
    const made = {};
    const fields = altered(this.inputs).map((one) => [one.name, one.value]);
    if (fields.length) made.fields = Object.fromEntries(fields);
    const extra = altered(this.extras).map((one) => [one.dataset.extra, one.value]);
    if (extra.length) made.extra = Object.fromEntries(extra);
    for (const one of altered(this.mores)) if (one.value) made[one.dataset.more] = one.value;
    if (this.linesChanged) made.items = this.lines();
    return made;
  }

  mark() {
    for (const one of this.#named) one.classList.toggle("changed", one.value !== one.dataset.was);
    this.body.closest("fieldset").classList.toggle("changed", this.linesChanged);
    if (!this.changed) sessionStorage.removeItem(this.key);
    else {
      const values = Object.fromEntries(
        this.#named.filter((one) => one.value !== one.dataset.was).map((one) => [one.name, one.value]),
      );
      const lines = this.linesChanged ? this.lines() : null;
      sessionStorage.setItem(this.key, JSON.stringify({ values, lines }));
    }
  }

  /** Bring back what was typed and not saved; gives whether there was any. */
  restore() {
    const kept = sessionStorage.getItem(this.key);
    if (!kept) return false;
    const { values, lines } = JSON.parse(kept);
    for (const one of this.#named) if (one.name in values) one.value = values[one.name];
    if (lines) {
      this.body.replaceChildren();
      for (const line of lines) this.add(line);
    }
    return this.changed;
  }

  /** It was saved, or is not wanted any more. */
  forget() {
    sessionStorage.removeItem(this.key);
    for (const one of this.#named) one.dataset.was = one.value;
    this.wasLines = JSON.stringify(this.lines());
  }

  add(line = {}) {
    const row = this.form.querySelector("#line").content.firstElementChild.cloneNode(true);
    for (const input of row.querySelectorAll("[data-column]")) input.value = line[input.dataset.column] ?? "";
    this.body.append(row);
    return row.querySelector("input");
  }

  #clicked(event) {
    const what = event.target.closest("[data-line]")?.dataset.line;
    if (!what) return;
    const row = event.target.closest("tr");
    if (what === "remove") {
      const near = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (near?.querySelector("input") ?? document.querySelector("#line-add")).focus();
    } else if (row.previousElementSibling) {
      row.previousElementSibling.before(row);
      event.target.focus();
    }
    this.told();
  }

  /** Show how the lines add up. */
  showSums(sums) {
    const place = document.querySelector("#sums");
    place.replaceChildren();
    const off = [sums.amount_off, sums.tax_off].some((value) => value !== null && Number(value) !== 0);
    const values = { ...sums, amount_off: moneyOff(sums.amount_off), tax_off: moneyOff(sums.tax_off) };
    place.append(element("p", text(off ? "sums.off" : "sums.fit", values), off ? "off" : "fit"));
    for (const input of this.body.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    for (const { row, column, expected } of sums.doubts) {
      const key = expected === null ? "sums.figure" : "sums.tax";
      place.append(element("p", text(key, { row: row + 1, expected }), "off"));
      this.body.children[row]?.querySelector(`[data-column=${column}]`)?.setAttribute("aria-invalid", "true");
    }
  }
}
