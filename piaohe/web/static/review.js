// The review of one invoice: fields and boxes, corrections, decisions, all by keyboard.

import { ask, element, text } from "./common.js";
import { Viewer } from "./viewer.js";

const desk = document.querySelector("#review");
const form = document.querySelector("#fields");
const message = document.querySelector("#message");
const inputs = [...form.querySelectorAll("input")];
const button = (id) => document.querySelector(`#${id}`);
const api = `/v1/invoices/${desk.dataset.id}`;
const decided = !["open", "checked"].includes(desk.dataset.state);
const KEPT = "piaohe-after";
let version = desk.dataset.version;
let busy = false;

const numbers = (said) => (said ? said.split(",").map(Number) : null);
const viewer = new Viewer(desk, (field) => form.elements[field]?.focus());

function say(said, kind = "") {
  message.replaceChildren(said ? element("p", said, `notice ${kind}`) : "");
}

// what is typed

const changed = () => inputs.filter((input) => input.value !== input.dataset.was);

function mark() {
  for (const input of inputs) input.classList.toggle("changed", input.value !== input.dataset.was);
  if (button("save")) button("save").disabled = changed().length === 0;
}

function typed() {
  return Object.fromEntries(changed().map((input) => [input.name, input.value]));
}

let asking = 0;
async function hint() {
  const mine = ++asking;
  const fields = typed();
  const { ok, body } = Object.keys(fields).length
    ? await ask("POST", `${api}/hints`, { fields })
    : { ok: true, body: { items: [] } };
  if (!ok || mine !== asking) return;
  for (const place of form.querySelectorAll(".hint")) place.replaceChildren();
  for (const one of body.items) {
    const place = document.querySelector(`#d-${one.field} .hint`);
    if (!place) continue;
    place.append(document.documentElement.lang === "en" ? one.message_en : one.message, " ");
    if (one.suggestion) {
      const offer = element("button", one.suggestion);
      offer.type = "button";
      offer.addEventListener("click", () => {
        form.elements[one.field].value = one.suggestion;
        mark();
        hint();
      });
      place.append(offer);
    }
  }
}

let soon = 0;
form.addEventListener("input", () => {
  mark();
  clearTimeout(soon);
  soon = setTimeout(hint, 250);
});
form.addEventListener("focusin", (event) => event.target.name && viewer.light(event.target.name));
form.addEventListener("focusout", () => viewer.light(null));
form.addEventListener("submit", (event) => event.preventDefault());
for (const finding of document.querySelectorAll(".finding[data-field]")) {
  finding.addEventListener("click", () => form.elements[finding.dataset.field]?.focus());
}

// what is sent

/** Send a change; gives whether it was done. What was typed stays, whatever comes back. */
async function change(path, body) {
  if (busy) return false;
  busy = true;
  const key = crypto.randomUUID?.() ?? String(Math.random());
  const headers = { "If-Match": `"${version}"`, "Idempotency-Key": key };
  const answer = await ask("POST", `${api}/${path}`, body, headers);
  busy = false;
  if (answer.ok) {
    version = answer.body.version;
    return true;
  }
  if (answer.status === 412) stale(answer.body);
  else if (answer.status === 401 || answer.body?.code === "foreign_request") say(text("review.signedout"), "bad");
  else if (answer.status === 0) say(text("review.offline"), "bad");
  else say(answer.body?.detail ?? String(answer.status), "bad");
  return false;
}

function stale({ version: now, theirs }) {
  version = now;
  say(text("review.stale"), "bad");
  for (const input of inputs) {
    const value = theirs[input.name] ?? "";
    if (value === input.dataset.was) continue;
    const untouched = input.value === input.dataset.was;
    input.dataset.was = value;
    if (untouched) input.value = value;
    const place = document.querySelector(`#d-${input.name} .hint`);
    place.replaceChildren(text("review.theirs", { value }));
  }
  mark();
}

async function save() {
  if (!changed().length) return true;
  const field = document.activeElement?.name;
  if (!(await change("corrections", { fields: typed() }))) return false;
  sessionStorage.setItem(KEPT, JSON.stringify({ field, said: text("review.done") }));
  for (const input of inputs) input.dataset.was = input.value;
  location.reload();
  return true;
}

async function accept() {
  if (changed().length) {
    say(text("review.unsaved"), "bad");
    return;
  }
  if (await change("decision", { verdict: "accept" })) go();
}

const why = document.querySelector("#why");
let verdict = "";
function askWhy(kind) {
  verdict = kind;
  document.querySelector("#why-title").textContent = button(kind).firstChild.textContent.trim();
  document.querySelector("#why-error").hidden = true;
  why.showModal();
  document.querySelector("#reason").focus();
}

async function sendWhy() {
  const reason = document.querySelector("#reason").value.trim();
  const error = document.querySelector("#why-error");
  error.hidden = Boolean(reason);
  error.textContent = text("problem.reason_missing");
  if (!reason) return;
  const done = await change("decision", { verdict, reason });
  why.close();
  if (done) go();
}

function go() {
  for (const input of inputs) input.value = input.dataset.was;
  location.assign(desk.dataset.next);
}

const actions = {
  accept, save,
  return: () => askWhy("return"),
  reject: () => askWhy("reject"),
  reopen: async () => (await change("decision", { verdict: "reopen" })) && location.reload(),
  help: () => document.querySelector("#sheet-help").showModal(),
  "why-send": sendWhy,
};
for (const [id, action] of Object.entries(actions)) button(id)?.addEventListener("click", action);
const tools = { in: () => viewer.zoom(1.3), out: () => viewer.zoom(1 / 1.3), fit: () => viewer.fit(), turn: () => viewer.turn() };
for (const tool of document.querySelectorAll("[data-tool]")) {
  tool.addEventListener("click", tools[tool.dataset.tool]);
}

// keys

const KEYS = {
  a: "accept", b: "return", x: "reject", "?": "help",
  "+": "in", "=": "in", "-": "out", 0: "fit", r: "turn",
};

function edit() {
  const first = form.querySelector(".doubted input") ?? form.querySelector(".unsure input") ?? inputs[0];
  first?.focus();
  first?.select();
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && why.open) sendWhy();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!decided) save();
    return;
  }
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "n") button("next").click();
  else if (event.key === "e") { event.preventDefault(); edit(); }
  else if (tools[KEYS[event.key]]) tools[KEYS[event.key]]();
  else if (KEYS[event.key] && button(KEYS[event.key])) { event.preventDefault(); actions[KEYS[event.key]](); }
});

window.addEventListener("beforeunload", (event) => changed().length && event.preventDefault());

// the lease: kept while the page is open

async function hold() {
  const { status, body } = await ask("POST", `${api}/claim`);
  if (status === 409 && body?.code === "held") say(`${body.detail}（${body.holder}）`, "bad");
}
if (!decided) {
  hold();
  setInterval(hold, 120_000);
}

// the beginning

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  sessionStorage.removeItem(KEPT);
  say(JSON.parse(kept).said, "good");
}
mark();
if (desk.dataset.picture) {
  const fields = inputs.map((input) => ({
    name: input.name,
    box: numbers(input.dataset.box),
    doubted: input.closest(".field").classList.contains("doubted"),
  }));
  viewer.open(desk.dataset.picture, numbers(desk.dataset.region), fields).then(preload, () => {
    document.querySelector("#stage-note").textContent = text("review.broken");
  });
}

/** Draw the next one's picture while this one is looked at. */
async function preload() {
  if (!desk.dataset.nextPicture) return;
  const { ok, body } = await ask("GET", desk.dataset.nextPicture);
  if (ok) new Image().src = body.picture;
}
