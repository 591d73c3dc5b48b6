// Files on their way: kept in IndexedDB until the server has them, one sent after the other.
// Pages and the service worker share it, so it touches no document. A file's key is its owner and
// its SHA-256, so the same content never waits twice, and the server takes it once.

import { sha256 } from "./sha256.js";

const LEASE = 60_000; // who sends has an item for so long, or until some of it went out
const SLOWEST = 120_000;
const news = new BroadcastChannel("piaohe-outbox");
const listeners = new Set();
const memory = new Map(); // what the device has no room for
let opened = null;

news.onmessage = ({ data }) => listeners.forEach((hear) => hear(data));

/** Hear of changes, in whichever tab they are made: {key} or {pause, seconds}. */
export function listen(hear) {
  listeners.add(hear);
}

/** Whose files are sent now, and with which token; nobody's after signing out. */
export async function signIn(owner, csrf) {
  await write(["about"], ({ about }) => about.put({ key: "pass", owner, csrf }));
}

/** {owner, csrf} of who is signed in on this device, null where nobody is. */
export async function signedIn() {
  return (await read("about", (about) => about.get("pass"))) ?? null;
}

/** Forget who was signed in; what waits stays theirs. */
export async function signOut() {
  await write(["about"], ({ about }) => about.delete("pass"));
}

/** Keep a file until it is sent; gives its item. What was refused before gets another chance. */
export async function add(file, { owner, name, note = "", batch = false }) {
  const digest = await sha256(file);
  const key = `${owner}:${digest}`;
  const known = await get(key);
  if (known?.state === "sent") {
    const again = { ...known, added: Date.now(), batch, seen: true };
    await put(again);
    return again;
  }
  const item = {
    key,
    owner,
    sha256: digest,
    name,
    note,
    batch,
    size: file.size,
    type: file.type,
    state: "waiting",
    added: known?.added ?? Date.now(),
    after: 0,
    lease: 0,
    tries: 0,
  };
  try {
    await write(["items", "files"], ({ items, files }) => {
      items.put(item);
      files.put(file, key);
    });
  } catch {
    memory.set(key, file);
    item.here = true;
    await put(item).catch(() => {});
  }
  tell({ key });
  return item;
}

/** Somebody's items, the oldest first. */
export async function items(owner) {
  const found = await read("items", (store) => store.index("owner").getAll(owner));
  return found.sort((a, b) => a.added - b.added);
}

/** One item, undefined where there is none. */
export function get(key) {
  return read("items", (store) => store.get(key));
}

/** The bytes of an item, undefined once they are sent. */
export async function file(key) {
  return memory.get(key) ?? (await read("files", (store) => store.get(key)));
}

/** Send an item once more that was not taken. */
export async function retry(key) {
  const item = await get(key);
  if (item && item.state !== "sent") {
    await put({ ...item, state: "waiting", after: 0, tries: 0, lease: 0, why: "" });
  }
}

/** Forget an item and its file. */
export async function remove(key) {
  memory.delete(key);
  await write(["items", "files"], ({ items, files }) => {
    items.delete(key);
    files.delete(key);
  });
  tell({ key });
}

/**
 * Send what is ready of whoever is signed in. Gives what remains: {left, pause, seconds}, where
 * pause is "" | "offline" | "signedout" | "foreign" | "wait", and seconds when to come again.
 */
export async function drain(progress = () => {}) {
  for (;;) {
    const pass = await signedIn();
    if (!pass) return done(pass, "signedout");
    const hold = (await read("about", (about) => about.get("hold")))?.until ?? 0;
    if (hold > Date.now()) return done(pass, "wait", (hold - Date.now()) / 1000);
    const item = await next(pass.owner);
    if (!item) return done(pass, "");
    const answer = await deliver(item, pass, progress);
    const pause = await settle(item, answer);
    if (pause) return done(pass, pause, answer.wait);
  }
}

async function done(pass, pause, seconds = 0) {
  const left = pass ? (await items(pass.owner)).filter((one) => one.state === "waiting") : [];
  const times = left.map((one) => Math.max(one.after, one.lease) - Date.now());
  const soonest = times.length ? Math.max(1, Math.min(...times) / 1000) : 0;
  const told = { left: left.length, pause, seconds: Math.ceil(seconds || soonest) };
  tell(told);
  return told;
}

// in one transaction, so that two tabs never take the same one
async function next(owner) {
  let taken = null;
  await write(["items"], ({ items }) => {
    items.index("owner").openCursor(owner).onsuccess = ({ target }) => {
      const cursor = target.result;
      if (!cursor) return;
      const now = Date.now();
      const item = cursor.value;
      if (item.state === "waiting" && item.after <= now && item.lease <= now) {
        taken = { ...item, lease: now + LEASE };
        cursor.update(taken);
      } else {
        cursor.continue();
      }
    };
  });
  return taken;
}

async function deliver(item, pass, progress) {
  const bytes = item.received ? null : await file(item.key);
  if (!item.received && !bytes) return { status: -1 };
  if (bytes) {
    tell({ key: item.key, sending: true });
    const body = new FormData();
    body.append("file", bytes, item.name);
    const headers = { "X-CSRF-Token": pass.csrf, "Idempotency-Key": item.sha256 };
    let told = Date.now();
    const answer = await post(body, headers, (share) => {
      progress(item.key, share);
      if (Date.now() - told < LEASE / 4) return;
      told = Date.now();
      put({ ...item, lease: told + LEASE }, false);
    });
    if (answer.status !== 200 && answer.status !== 202) return answer;
    item.received = true;
    item.known = answer.status === 200;
    if (!item.note) return answer;
    await put(item, false);
  }
  return noted(item, pass);
}

// fetch does not tell how much was sent; a service worker has nothing else
function post(body, headers, progress) {
  const url = "/v1/documents";
  if (!self.XMLHttpRequest) return answered(() => fetch(url, { method: "POST", body, headers }));
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      const wait = Number(request.getResponseHeader("Retry-After")) || 0;
      resolve({ status: request.status, body: request.response, wait });
    };
    request.onerror = () => resolve({ status: 0 });
    request.send(body);
  });
}

function noted(item, pass) {
  return answered(() =>
    fetch(`/v1/documents/${item.sha256}/note`, {
      method: "PUT",
      headers: { "X-CSRF-Token": pass.csrf, "Content-Type": "application/json" },
      body: JSON.stringify({ note: item.note }),
    }),
  );
}

async function answered(asked) {
  try {
    const answer = await asked();
    const wait = Number(answer.headers.get("Retry-After")) || 0;
    return { status: answer.status, body: await answer.json().catch(() => null), wait };
  } catch {
    return { status: 0 };
  }
}

// what an answer means for the item; gives why nothing more can be sent for now, if so
async function settle(item, { status, body, wait = 0 }) {
  const free = { ...item, lease: 0 };
  if (status === 200 || status === 202) {
    await write(["items", "files"], ({ items, files }) => {
      items.put({ ...free, state: "sent" });
      files.delete(item.key);
    });
    memory.delete(item.key);
    tell({ key: item.key });
    return "";
  }
  const code = body?.code ?? "";
  if (status === 0 || status === 401 || code === "foreign_request") {
    await put(free);
    return { 0: "offline", 401: "signedout" }[status] ?? "foreign";
  }
  if (status === 429) {
    const until = Date.now() + 1000 * Math.max(1, wait);
    await put(free);
    await write(["about"], ({ about }) => about.put({ key: "hold", until }));
    return "wait";
  }
  const tries = item.tries + 1;
  if (status >= 500) {
    const pause = Math.max(1000 * wait, Math.min(SLOWEST, 1000 * 2 ** tries));
    await put({ ...free, tries, after: Date.now() + pause, why: "out.broken" });
    return "";
  }
  const why = status < 0 ? "out.gone" : "";
  await put({ ...free, tries, state: "refused", why, said: body?.detail ?? String(status) });
  return "";
}

async function put(item, aloud = true) {
  await write(["items"], ({ items }) => items.put(item));
  if (aloud) tell({ key: item.key });
}

function tell(what) {
  listeners.forEach((hear) => hear(what));
  news.postMessage(what);
}

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("piaohe", 1);
    request.onupgradeneeded = () => {
      const items = request.result.createObjectStore("items", { keyPath: "key" });
      items.createIndex("owner", "owner");
      request.result.createObjectStore("files");
      request.result.createObjectStore("about", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function read(name, asked) {
  const store = (await open()).transaction(name).objectStore(name);
  return new Promise((resolve, reject) => {
    const request = asked(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function write(names, work) {
  const transaction = (await open()).transaction(names, "readwrite");
  const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    work(stores);
  });
}
