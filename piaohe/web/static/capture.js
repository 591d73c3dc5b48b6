// The page for a phone: camera, pictures in a row, what they are for, and what became of them.

import { Camera, fault, grayFrom, lendable } from "./camera.js";
import { drop, progress, show } from "./capture_cards.js";
import { csrf, element, text } from "./common.js";
import { add, drain, get, items, listen, signIn, signedIn } from "./outbox.js";
import { outline } from "./outline.js";

const page = document.querySelector("#capture");
const at = (id) => document.querySelector(`#${id}`);
const [list, said, net, note] = ["results", "said", "net", "note"].map(at);
const camera = new Camera(at("video"), see);
const session = Date.now();
let owner = page.dataset.owner;
let held = null;
let shooting = false;
let timer = 0;

async function begin() {
  try {
    if (owner) await signIn(owner, csrf);
    else owner = (await signedIn())?.owner ?? "";
    listen(heard);
    for (const item of await items(owner)) {
      if (!item.batch && (item.state !== "sent" || item.added > session - 3_600_000)) await display(item);
    }
  } catch {
    tell(text("out.nostore"));
  }
  if (!lendable) page.classList.add("plain");
  send();
  navigator.serviceWorker?.register("/sw.js", { type: "module", scope: "/" }).catch(() => {});
}

// ---- the camera

async function open(how = () => camera.open()) {
  try {
    const can = await how();
    page.classList.add("live");
    at("torch").hidden = !can.torch;
    at("turn").hidden = !can.turn;
    at("torch").setAttribute("aria-pressed", "false");
    at("shoot").focus();
  } catch (error) {
    close();
    page.classList.add("plain");
    const why = { NotAllowedError: "cam.refused", NotReadableError: "cam.busy" }[error.name];
    tell(text(why ?? "cam.none"));
  }
}

function close() {
  camera.close();
  page.classList.remove("live");
  at("open").focus();
}

function see({ corners, hint, ready }) {
  const view = at("outline");
  const { videoWidth: wide, videoHeight: high } = at("video");
  view.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  const points = corners?.map(([x, y]) => `${x * wide},${y * high}`).join(" ") ?? "";
  at("edge").setAttribute("points", points);
  view.classList.toggle("good", hint === "cam.hold");
  const told = text(hint);
  if (at("hint").textContent !== told) at("hint").textContent = told;
  const auto = at("auto").getAttribute("aria-pressed") === "true";
  if (ready && auto && !shooting && !held) shoot();
}

async function shoot() {
  if (shooting || held || !camera.on) return;
  shooting = true;
  try {
    page.classList.add("flash");
    setTimeout(() => page.classList.remove("flash"), 180);
    navigator.vibrate?.(30);
    const shot = await camera.shoot();
    const stamp = new Date(Date.now() - 60_000 * new Date().getTimezoneOffset());
    const name = `IMG_${stamp.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_")}.jpg`;
    await weigh(new File([shot.blob], name, { type: "image/jpeg" }), shot.fault);
  } finally {
    shooting = false;
  }
}

// ---- a picture is looked at before it is sent

async function weigh(file, wrong) {
  if (!wrong) {
    await keep(file);
    return;
  }
  held = file;
  at("verdict").textContent = text({ blurred: "cam.blurred", shiny: "cam.shiny", dim: "cam.dim" }[wrong]);
  at("doubt").hidden = false;
  at("again").focus();
}

function decide(use) {
  const file = held;
  held = null;
  at("doubt").hidden = true;
  if (use) {
    keep(file);
  } else {
    camera.again();
    if (!camera.on) at("photo").click();
  }
}

async function chosen(input, isPhoto) {
  const files = [...input.files];
  input.value = "";
  for (const file of files) {
    if (file.size > Number(page.dataset.most)) {
      tell(`${file.name}：${at("kinds").textContent}`);
      continue;
    }
    const gray = isPhoto ? await grayFrom(file) : null;
    await weigh(file, gray ? fault(gray, outline(gray)?.corners) : "");
  }
}

async function keep(file) {
  const item = await add(file, { owner, name: file.name, note: note.value.trim() });
  if (item.here) tell(text("out.full"));
  await display(item);
  send();
}

// ---- on the way

async function display(item) {
  at("empty").hidden = true;
  const card = await show(list, item, { urgent: navigator.onLine ? "" : text("out.offline") });
  inStrip(item, card);
}

// small copies under the viewfinder; each leads to its card
function inStrip(item, { picture, box }) {
  const known = document.getElementById(`s-${item.sha256}`);
  if (known) {
    known.dataset.state = item.state;
    return;
  }
  const button = element("button");
  button.id = `s-${item.sha256}`;
  button.dataset.state = item.state;
  button.setAttribute("aria-label", item.name);
  const copy = element("canvas");
  copy.width = copy.height = picture.width;
  if (picture.width) copy.getContext("2d").drawImage(picture, 0, 0);
  button.append(copy);
  button.onclick = () => box.scrollIntoView({ block: "start" });
  const spot = element("li");
  spot.append(button);
  at("strip").prepend(spot);
}

async function heard(news) {
  if (!news.key) return;
  const item = await get(news.key);
  if (!item) {
    drop(news.key);
    document.getElementById(`s-${news.key.split(":").pop()}`)?.parentElement.remove();
  } else if (item.owner === owner && !item.batch) {
    await display(item);
  }
  if (item?.state === "waiting" && !news.sending && !timer) soon(1);
}

async function send() {
  clearTimeout(timer);
  timer = 0;
  const { left, pause, seconds } = await drain(progress);
  net.hidden = !left;
  if (!left) return;
  const why = { offline: "out.offline", signedout: "out.signedout", foreign: "out.foreign" }[pause];
  const busy = pause === "wait" ? text("out.wait", { s: seconds }) : text("out.left", { n: left });
  at("net-said").textContent = why ? text(why) : busy;
  at("signin").hidden = pause !== "signedout";
  for (const item of await items(owner)) if (!item.batch && item.state === "waiting") await display(item);
  if (pause === "offline") later();
  if (pause !== "signedout" && pause !== "foreign") soon(pause === "offline" ? 20 : seconds || 5);
}

function soon(seconds) {
  clearTimeout(timer);
  timer = setTimeout(send, 1000 * seconds);
}

// the browser sends it even when the page is closed, where it can
async function later() {
  const worker = await navigator.serviceWorker?.ready;
  await worker?.sync?.register("outbox").catch(() => {});
}

function tell(what) {
  said.textContent = what;
  said.hidden = !what;
}

// ---- dictation, only where speech stays on the device

async function dictation() {
  const Recognition = globalThis.SpeechRecognition;
  const lang = document.documentElement.lang === "en" ? "en-US" : "zh-CN";
  const local = { langs: [lang], processLocally: true };
  if ((await Recognition?.available?.(local).catch(() => "")) !== "available") return;
  const button = at("dictate");
  button.hidden = false;
  button.addEventListener("click", () => {
    const hears = new Recognition();
    hears.lang = lang;
    hears.processLocally = true;
    hears.onresult = (event) => {
      note.value = `${note.value} ${event.results[0][0].transcript}`.trim().slice(0, note.maxLength);
    };
    hears.onend = () => button.setAttribute("aria-pressed", "false");
    hears.start();
    button.setAttribute("aria-pressed", "true");
    tell(text("dict.listening"));
  });
}

function pressed(button) {
  const now = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(now));
  return now;
}

at("open").addEventListener("click", () => open());
at("shoot").addEventListener("click", shoot);
at("close").addEventListener("click", close);
at("turn").addEventListener("click", () => open(() => camera.turn()));
at("torch").addEventListener("click", () => camera.light(pressed(at("torch"))).catch(() => {}));
at("auto").addEventListener("click", () => pressed(at("auto")));
at("again").addEventListener("click", () => decide(false));
at("use").addEventListener("click", () => decide(true));
at("photo").addEventListener("change", () => chosen(at("photo"), true));
at("choose").addEventListener("change", () => chosen(at("choose"), false));
document.addEventListener("visibilitychange", () => {
  if (document.hidden && camera.on) close();
  else if (!document.hidden) send();
});
window.addEventListener("online", () => {
  // the page kept on the device has no token to save corrections with
  if (!page.dataset.owner && !camera.on && !note.value) location.reload();
  else send();
});
window.addEventListener("offline", send);
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && camera.on) close();
});
dictation();
begin();
