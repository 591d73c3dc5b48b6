// What whoever handed a document in may correct: checked while it is typed, saved with its version.

import { ask, element, text } from "./common.js";

/** Check what is typed, and save it when the form is sent; `done` is called then. */
export function watch(form, done) {
  let timer = 0;
  form.addEventListener("input", () => {
    form.querySelector("[data-save]").hidden = !form.dataset.returned && !changed(form).length;
    clearTimeout(timer);
    timer = setTimeout(() => check(form), 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, done);
  });
}

function changed(form) {
  return [...form.querySelectorAll("input[name]")].filter((one) => one.value !== one.dataset.was);
}

// what is said of a field nobody touched stands among the findings already
async function check(form) {
  const touched = new Set(changed(form).map((one) => one.name));
  const body = { form: form.dataset.form || null };
  for (const input of form.querySelectorAll("input[name]")) body[input.name] = input.value;
  const answer = touched.size ? await ask("POST", "/v1/check-fields", body) : { body: { items: [] } };
  if (!answer.body?.items) return;
  const english = document.documentElement.lang === "en";
  for (const spot of form.querySelectorAll(".hint")) spot.replaceChildren();
  for (const input of form.querySelectorAll("input[name]")) input.removeAttribute("aria-invalid");
  for (const hint of answer.body.items) {
    const input = form.elements[hint.field];
    const spot = form.querySelector(`.hint[data-field="${hint.field}"]`);
    if (!spot || hint.severity === "info" || !touched.has(hint.field)) continue;
    if (hint.severity === "reject") input.setAttribute("aria-invalid", "true");
    spot.append(element("span", english ? hint.message_en : hint.message));
    if (hint.suggestion) {
      const use = element("button", text("fix.use", { value: hint.suggestion }), "small");
      use.type = "button";
      use.onclick = () => {
        input.value = hint.suggestion;
        form.dispatchEvent(new Event("input"));
      };
      spot.append(use);
    }
  }
}

async function save(form, done) {
  const fields = Object.fromEntries(changed(form).map((one) => [one.name, one.value]));
  if (!Object.keys(fields).length && !form.dataset.returned) return;
  const button = form.querySelector("[data-save]");
  const told = form.querySelector("[data-told]");
  button.disabled = true;
  const answer = await ask("POST", `/v1/invoices/${form.dataset.invoice}/own-corrections`, { fields }, {
    "If-Match": form.dataset.version,
  });
  button.disabled = false;
  if (answer.ok) {
    await done();
    return;
  }
  if (answer.status === 412) {
    // what was typed stays; the next time it is saved over what is said here
    form.dataset.version = answer.body.version;
    const others = Object.keys(fields).map((name) => answer.body.theirs[name]);
    told.textContent = text("fix.stale", { value: others.join("、") });
    return;
  }
  const why = { 0: text("out.unreached"), 401: text("out.signedout") }[answer.status];
  told.textContent = text("fix.failed", { why: why ?? answer.body?.detail ?? answer.status });
}
