// Cancelling a document on its way, and trying one again.

import { ask, text } from "./common.js";

const said = document.querySelector("#said");

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-act]");
  if (!button) return;
  button.disabled = true;
  const { ok, status, body } = await ask("POST", `/v1/documents/${button.dataset.document}/${button.dataset.act}`);
  said.hidden = ok;
  if (!ok) said.textContent = status ? (body?.detail ?? String(status)) : text("out.unreached");
  button.disabled = false;
  document.body.dispatchEvent(new Event("refresh"));
});
