// Files, folders and ZIPs dropped or chosen: kept on this device until the server has them, so that
// closing the page loses nothing; each with its progress, all with one bar.

import { csrf, element, text } from "./common.js";
import { add, drain, file, items, listen, remove, retry, signIn } from "./outbox.js";
import { unzipped } from "./unzip.js";

const MOST_ROWS = 60;
const form = document.querySelector("#upload");
const list = document.querySelector("#progress");
const batch = document.querySelector("#batch");
const owner = form?.dataset.owner;
const shares = new Map();
let queue = Promise.resolve();
let sending = false;
let timer = 0;
let pause = null;
let drawing = 0;

// ---- in

function take(files) {
  for (const one of files) {
    queue = queue.then(() => put(one)).catch(() => say(text("out.nostore")));
  }
  queue = queue.then(send);
}

async function put(one) {
  if (/\.zip$/i.test(one.name)) {
    say(text("batch.opening", { name: one.name }));
    const inside = await unzipped(one, Number(form.dataset.most)).catch(() => null);
    say("");
    if (inside) {
      for (const each of inside) await put(each);
      return;
    }
  }
  const item = await add(one, { owner, name: one.name, batch: true });
  if (item.here) say(text("out.full"));
  if (pause?.pause !== "offline") send();
}

async function* walk(entry) {
  if (entry.isFile) {
    yield await new Promise((resolve, reject) => entry.file(resolve, reject));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // a reader gives a hundred at a time, then nothing
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const one of some) yield* walk(one);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) {
    take([...transfer.files]);
    return;
  }
  for (const entry of entries) {
    const found = [];
    for await (const one of walk(entry)) if (wanted(one)) found.push(one);
    take(found);
  }
}

// what systems leave in folders is no document
function wanted(one) {
  return !/^(\.|Thumbs\.db$|desktop\.ini$|~\$)/i.test(one.name);
}

// ---- out

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  let sent = false;
  try {
    pause = await drain((key, share) => {
      shares.set(key, share);
      sent ||= share === 1;
      draw();
    });
    if (pause.left && pause.pause !== "signedout" && pause.pause !== "foreign") {
      const wait = pause.pause === "offline" ? 20 : pause.seconds || 5;
      timer = setTimeout(send, 1000 * wait);
    }
  } catch {
    say(text("out.nostore"));
  } finally {
    sending = false;
    draw();
    if (sent) document.body.dispatchEvent(new Event("refresh"));
  }
}

// ---- shown

function say(what) {
  const place = document.querySelector("#batch-said");
  place.textContent = what;
  place.hidden = !what;
}

function draw() {
  drawing ||= setTimeout(async () => {
    drawing = 0;
    const all = (await items(owner)).filter((item) => item.batch);
    total(all);
    rows(all);
  }, 120);
}

function total(all) {
  const count = (state) => all.filter((item) => item.state === state).length;
  const [done, failed, waiting] = [count("sent"), count("refused"), count("waiting")];
  batch.hidden = !all.length;
  const bar = batch.querySelector("progress");
  bar.max = Math.max(1, all.length);
  bar.value = done + failed;
  const said = text("batch.total", { done, all: all.length, failed });
  batch.querySelector("#batch-total").textContent = said;
  batch.querySelector("#retry").hidden = !failed;
  batch.querySelector("#clear").hidden = Boolean(waiting);
  const why = { offline: "out.offline", signedout: "out.signedout", foreign: "out.foreign" };
  if (!waiting || !pause?.pause) say("");
  else if (pause.pause === "wait") say(text("out.wait", { s: pause.seconds }));
  else say(text(why[pause.pause]));
}

// what failed first, then what is on its way; a line each would be thousands of elements
function rows(all) {
  const order = { refused: 0, waiting: 1 };
  const open = all.filter((item) => item.state in order);
  open.sort((a, b) => order[a.state] - order[b.state] || (shares.get(b.key) ?? 0) - (shares.get(a.key) ?? 0));
  const lines = open.slice(0, MOST_ROWS).map(row);
  if (open.length > MOST_ROWS) {
    lines.push(element("li", text("batch.many", { n: open.length - MOST_ROWS }), "muted small"));
  }
  list.replaceChildren(...lines);
}

function row(item) {
  const line = element("li");
  line.append(element("bdi", item.name));
  const lost = item.here && item.state === "waiting" && !shares.has(item.key);
  if (item.state === "waiting" && shares.has(item.key)) {
    const bar = element("progress");
    bar.value = shares.get(item.key);
    bar.setAttribute("aria-label", item.name);
    line.append(bar, element("span", text("out.sending"), "muted small"));
  } else if (item.state === "waiting" && !lost) {
    line.append(element("span", text(item.why || "out.waiting"), "muted small"));
  } else {
    const why = item.why ? text(item.why) : item.said;
    line.append(element("span", `${text("out.refused")}：${why}`, "bad-text small"));
    line.append(button("out.retry", () => retry(item.key).then(send)));
    line.append(button("out.remove", () => remove(item.key)));
  }
  return line;
}

function button(key, done) {
  const made = element("button", text(key), "small");
  made.type = "button";
  made.onclick = done;
  return made;
}

async function again() {
  for (const item of await items(owner)) {
    if (item.batch && item.state === "refused") await retry(item.key);
  }
  send();
}

async function clear() {
  for (const item of await items(owner)) {
    if (item.batch && item.state !== "waiting") await remove(item.key);
  }
  shares.clear();
}

async function begin() {
  try {
    await signIn(owner, csrf);
    // what an earlier visit finished is not shown again
    for (const item of await items(owner)) {
      if (item.batch && item.state === "sent") await remove(item.key);
      if (item.here && !(await file(item.key))) await remove(item.key);
    }
  } catch {
    say(text("out.nostore"));
  }
  listen((news) => {
    if (news.key) draw();
  });
  draw();
  send();
}

if (form) {
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      take([...input.files].filter(wanted));
      input.value = "";
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["dragover", "dragenter"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    dropped(event.dataTransfer);
  });
  document.querySelector("#retry").addEventListener("click", again);
  document.querySelector("#clear").addEventListener("click", clear);
  window.addEventListener("online", send);
  begin();
}
// a file that misses the field must not replace the page
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
