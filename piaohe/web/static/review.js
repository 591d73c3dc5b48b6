// The review of one invoice: fields and boxes, corrections, decisions, all by keyboard.

import { ask, element, text } from "./common.js";
import { Typed } from "./review-typed.js";
import { Viewer } from "./viewer.js";

const desk = document.querySelector("#review");
const form = document.querySelector("#fields");
const message = document.querySelector("#message");
const button = (id) => document.querySelector(`#${id}`);
const api = `/v1/invoices/${desk.dataset.id}`;
const decided = !["open", "checked"].includes(desk.dataset.state);
const KEPT = "piaohe-after";
const REASON = `piaohe-reason-${desk.dataset.person}-${desk.dataset.id}`;
let version = desk.dataset.version;
let busy = false;

const numbers = (said) => (said ? said.split(",").map(Number) : null);
const viewer = new Viewer(document.querySelector("#view"), (field) => form.elements[field]?.focus());
const typed = new Typed(form, `piaohe-typed-${desk.dataset.person}-${desk.dataset.id}`, touched);

function say(said, kind = "", ...more) {
  if (!said) return message.replaceChildren();
  const told = element("p", said, `notice ${kind}`);
  told.append(...more);
  message.replaceChildren(told);
}

// what is typed

function mark() {
  typed.mark();
  if (button("save")) button("save").disabled = !typed.changed;
}

let soon = 0;
function touched() {
  mark();
  clearTimeout(soon);
  soon = setTimeout(hint, 250);
}

let asking = 0;
/** What others changed meanwhile, by field: stays beside what was typed, whatever else is said. */
const others = new Map();
async function hint(lines = typed.linesChanged) {
  const mine = ++asking;
  const body = typed.amendments();
  if (lines) body.items = typed.lines();
  const asked = Object.keys(body).length > 0;
  const answer = asked ? await ask("POST", `${api}/hints`, body) : { ok: true, body: { items: [] } };
  if (!answer.ok || mine !== asking) return;
  for (const place of form.querySelectorAll(".hint")) {
    place.replaceChildren(others.get(place.closest(".field")?.dataset.field) ?? "");
  }
  for (const one of answer.body.items) showHint(one);
  if (answer.body.sums) typed.showSums(answer.body.sums);
}

function showHint({ field, message: zh, message_en: en, suggestion }) {
  const place = document.querySelector(`#d-${field} .hint`);
  if (!place) return;
  place.append(document.documentElement.lang === "en" ? en : zh, " ");
  if (!suggestion) return;
  const offer = element("button", suggestion);
  offer.type = "button";
  offer.addEventListener("click", () => {
    form.elements[field].value = suggestion;
    form.elements[field].focus();
    touched();
  });
  place.append(offer);
}

form.addEventListener("input", touched);
form.addEventListener("focusin", (event) => {
  const field = event.target.closest(".field")?.dataset.field;
  if (field) viewer.light(field);
  if (event.target.dataset.column && !document.querySelector("#sums").firstChild) hint(true);
});
form.addEventListener("focusout", () => viewer.light(null));
form.addEventListener("submit", (event) => event.preventDefault());
for (const finding of document.querySelectorAll(".finding[data-field]")) {
  finding.addEventListener("click", () => form.elements[finding.dataset.field]?.focus());
}

// what is sent

const unanswered = new Map();

/** Send a change; gives the answer where it was done, else null. What was typed stays, whatever
    comes back. One whose answer was lost is sent again under its old key and so done once. */
async function change(path, body, to = `${api}/${path}`) {
  if (busy) return null;
  busy = true;
  const same = JSON.stringify([to, body, version]);
  const key = unanswered.get(same) ?? crypto.randomUUID?.() ?? String(Math.random());
  unanswered.set(same, key);
  const headers = { "If-Match": `"${version}"`, "Idempotency-Key": key };
  const answer = await ask("POST", to, body, headers);
  busy = false;
  if (answer.status !== 0) unanswered.delete(same);
  if (answer.ok) {
    version = answer.body.version ?? version;
    return answer.body;
  }
  if (answer.status === 412) stale(answer.body);
  else if (answer.status === 401 || answer.body?.code === "foreign_request") signedOut();
  else if (answer.status === 0) say(text("review.offline"), "bad");
  else say(answer.body?.detail ?? String(answer.status), "bad");
  return null;
}

function signedOut() {
  const door = element("a", text("review.signin"));
  door.href = `/login?to=${encodeURIComponent(location.pathname + location.search)}`;
  door.addEventListener("click", () => { leaving = true; });
  say(text("review.signedout"), "bad", " ", door);
  door.focus();
}

function stale({ version: now, theirs }) {
  version = now;
  say(text("review.stale"), "bad");
  for (const input of typed.inputs) {
    const value = theirs[input.name] ?? "";
    if (value === input.dataset.was) continue;
    const untouched = input.value === input.dataset.was;
    input.dataset.was = value;
    if (untouched) input.value = value;
    others.set(input.name, `${text("review.theirs", { value })} `);
    document.querySelector(`#d-${input.name} .hint`).replaceChildren(others.get(input.name));
  }
  if (typed.linesChanged) {
    const place = document.querySelector("#sums");
    place.replaceChildren(...theirs.items.map((line) => element("p", text("review.theirs", { value: line }))));
  }
  mark();
}

function reload(said, to = location.href) {
  sessionStorage.setItem(KEPT, said);
  if (to === location.href) location.reload();
  else location.assign(to);
}

async function save() {
  if (!typed.changed) return;
  if (!(await change("corrections", typed.amendments()))) return;
  typed.forget();
  reload(text("review.done"));
}

async function accept() {
  if (typed.changed) {
    say(text("review.unsaved"), "bad");
    return;
  }
  if (await change("decision", { verdict: "accept" })) go();
}

const why = document.querySelector("#why");
let verdict = "";
function askWhy(kind, reason = "") {
  verdict = kind;
  document.querySelector("#why-title").textContent = button(kind).firstChild.textContent.trim();
  document.querySelector("#why-error").hidden = true;
  const unsent = JSON.parse(sessionStorage.getItem(REASON) ?? "{}");
  document.querySelector("#reason").value = reason || (unsent[kind] ?? "");
  why.showModal();
  document.querySelector("#reason").focus();
}

async function sendWhy() {
  const reason = document.querySelector("#reason").value.trim();
  const error = document.querySelector("#why-error");
  error.hidden = Boolean(reason);
  error.textContent = text("problem.reason_missing");
  if (!reason) return;
  sessionStorage.setItem(REASON, JSON.stringify({ [verdict]: reason }));
  const done = await change("decision", { verdict, reason });
  if (done) sessionStorage.removeItem(REASON);
  why.close();
  if (done) go();
}

function go() {
  typed.forget();
  location.assign(desk.dataset.next);
}

async function undo() {
  const { step, stepSaid } = desk.dataset;
  if (!step) return;
  const done = await change("", undefined, `/v1/steps/${step}/undo`);
  if (done) reload(text("review.undone", { what: stepSaid }), `/review/${done.invoice}`);
}

// two that are one, and one that is two

const beside = new Viewer(document.querySelector("#twin-view"), () => {});
async function showBeside(chosen) {
  const shown = chosen.getAttribute("aria-pressed") === "true";
  for (const each of document.querySelectorAll("[data-beside]")) each.setAttribute("aria-pressed", "false");
  beside.view.hidden = shown;
  desk.classList.toggle("paired", !shown);
  viewer.fit();
  if (shown) return;
  chosen.setAttribute("aria-pressed", "true");
  try {
    await beside.open(chosen.dataset.beside, null, []);
  } catch {
    beside.note.textContent = text("review.broken");
  }
}

for (const twin of document.querySelectorAll(".twin[data-other]")) {
  twin.addEventListener("click", async ({ target }) => {
    if (target.dataset.beside) showBeside(target);
    const said = target.dataset.say;
    if (said === "reject") askWhy("reject", text("review.as_duplicate", { name: twin.dataset.name }));
    else if (said && (await change("twins", { other: twin.dataset.other, said }))) reload(text("review.done"));
  });
}

async function split() {
  say(text("review.draw"));
  const region = await viewer.frame();
  say("");
  if (region === undefined) return;
  const done = await change("split", { region });
  if (done) location.assign(`/review/${done.made}`);
}

async function merge() {
  const into = document.querySelector("#merge-main").value;
  const done = await change("merge", { into });
  document.querySelector("#merge-into").close();
  if (done) reload(text("review.done"), `/review/${into}`);
}

for (const entry of document.querySelectorAll(".entry")) {
  entry.addEventListener("click", async ({ target }) => {
    const said = target.dataset.link;
    if (said && (await change("ledger", { entry: entry.dataset.entry, said }))) reload(text("review.done"));
  });
}

const actions = {
  accept, save, undo, split,
  return: () => askWhy("return"),
  reject: () => askWhy("reject"),
  reopen: async () => (await change("decision", { verdict: "reopen" })) && location.reload(),
  help: () => document.querySelector("#sheet-help").showModal(),
  merge: () => document.querySelector("#merge-into").showModal(),
  "merge-send": merge,
  "why-send": sendWhy,
  "line-add": () => { typed.add().focus(); touched(); },
};
for (const [id, action] of Object.entries(actions)) button(id)?.addEventListener("click", action);
const tools = { in: () => viewer.zoom(1.3), out: () => viewer.zoom(1 / 1.3), fit: () => viewer.fit(), turn: () => viewer.turn() };
for (const tool of document.querySelectorAll("[data-tool]")) {
  tool.addEventListener("click", tools[tool.dataset.tool]);
}

// keys

const KEYS = {
  a: "accept", b: "return", x: "reject", u: "undo", l: "line-add", "?": "help",
  "+": "in", "=": "in", "-": "out", 0: "fit", r: "turn",
};

function edit() {
  const first = form.querySelector(".doubted input") ?? form.querySelector(".unsure input") ?? typed.inputs[0];
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
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "n") button("next").click();
  else if (event.key === "e") { event.preventDefault(); edit(); }
  else if (tools[KEYS[event.key]]) tools[KEYS[event.key]]();
  else if (KEYS[event.key] && button(KEYS[event.key])) { event.preventDefault(); actions[KEYS[event.key]](); }
});

let leaving = false;
window.addEventListener("beforeunload", (event) => !leaving && typed.changed && event.preventDefault());

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
sessionStorage.removeItem(KEPT);
if (kept) say(kept, "good");
if (!decided && typed.restore()) {
  say(text("review.restored"));
  touched();
}
mark();
if (desk.dataset.picture) {
  const fields = typed.inputs.map((input) => ({
    name: input.name,
    box: numbers(input.dataset.box),
    doubted: input.closest(".field").classList.contains("doubted"),
  }));
  viewer.open(desk.dataset.picture, numbers(desk.dataset.region), fields).then(preload, () => {
    viewer.note.textContent = text("review.broken");
  });
}

/** Draw the next one's picture while this one is looked at. */
async function preload() {
  if (!desk.dataset.nextPicture) return;
  const { ok, body } = await ask("GET", desk.dataset.nextPicture);
  if (ok) new Image().src = body.picture;
}
