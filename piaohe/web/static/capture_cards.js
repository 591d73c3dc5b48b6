// The cards of documents handed in: their way, what was read, and corrections at once.

import { element, text } from "./common.js";
import { file, get, remove, retry } from "./outbox.js";
import { watch } from "./own_fields.js";

const SOON = 700;
const cards = new Map();
const THUMB = 96;

/** Show an item where it stands; the newest card is on top. */
export async function show(list, item, { urgent } = {}) {
  let card = cards.get(item.key);
  if (!card) {
    card = made(item);
    cards.set(item.key, card);
    list.prepend(card.box);
    card.drawn = file(item.key).then((blob) => thumbnail(card, blob));
  }
  if (item.state !== card.stage) {
    card.stage = item.state;
    if (item.state === "sent") follow(card, item);
  }
  if (item.state !== "sent") say(card, item, urgent);
  await card.drawn;
  return card;
}

/** Forget the card of an item that is gone. */
export function drop(key) {
  cards.get(key)?.box.remove();
  cards.delete(key);
}

/** Say how much of an item has been sent. */
export function progress(key, share) {
  const card = cards.get(key);
  if (!card) return;
  card.bar.hidden = share >= 1;
  card.bar.value = share;
}

function made(item) {
  const box = element("li", "", "shot");
  const picture = document.createElement("canvas");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", item.name);
  const head = element("div", "", "shot-head");
  const name = element("bdi", item.name, "file");
  const state = element("p", "", "muted small");
  const bar = element("progress");
  bar.max = 1;
  bar.hidden = true;
  bar.setAttribute("aria-label", item.name);
  const about = element("div", "", "grow");
  about.append(name, state, bar);
  head.append(picture, about);
  const body = element("div", "", "shot-body");
  body.setAttribute("aria-live", "polite");
  box.append(head, body);
  return { box, name, picture, state, bar, body, key: item.key };
}

function say(card, item, urgent) {
  const refused = item.state === "refused";
  const why = item.why ? text(item.why) : item.said ?? "";
  card.state.className = refused ? "notice bad small" : "muted small";
  const waiting = urgent || (item.why ? text(item.why) : text("out.waiting"));
  card.state.textContent = refused ? `${text("out.refused")}：${why}` : waiting;
  card.body.replaceChildren();
  if (!refused) return;
  const buttons = element("div", "", "buttons");
  const again = element("button", text("out.retry"));
  again.onclick = () => retry(item.key);
  const away = element("button", text("out.remove"), "danger");
  away.onclick = () => remove(item.key);
  buttons.append(again, away);
  card.body.append(buttons);
}

// asked until it is read, less and less often
async function follow(card, item, after = SOON) {
  card.bar.hidden = true;
  card.state.className = "muted small";
  card.state.textContent = item.known ? text("out.known") : text("out.reading");
  const answer = await fetch(`/capture/results/${item.sha256}`).catch(() => null);
  if (!answer?.ok) {
    if (!answer) card.state.textContent = text("out.sent");
    if (answer?.status === 404) return;
    setTimeout(() => follow(card, item, Math.min(15_000, after * 2)), after);
    return;
  }
  // our own page's part, escaped by the server
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const result = part.querySelector(".result");
  if (!result || result.dataset.waiting) {
    setTimeout(() => follow(card, item, Math.min(4000, after * 1.15)), after);
    return;
  }
  card.state.textContent = item.known ? text("out.known") : "";
  card.body.replaceChildren(document.adoptNode(result));
  for (const form of result.querySelectorAll("form[data-invoice]")) watch(form, () => saved(card, item));
}

async function saved(card, item) {
  await follow(card, (await get(item.key)) ?? item);
  card.state.textContent = text("fix.saved");
}

async function thumbnail(card, blob) {
  const canvas = card.picture;
  try {
    const image = await createImageBitmap(blob);
    const share = THUMB / Math.min(image.width, image.height);
    canvas.width = canvas.height = THUMB;
    const [wide, high] = [image.width * share, image.height * share];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, (THUMB - wide) / 2, (THUMB - high) / 2, wide, high);
  } catch {
    // a file the browser cannot draw (PDF, HEIC) goes by its name
    const ending = /\.(\w{1,5})$/.exec(card.name.textContent)?.[1] ?? "";
    canvas.width = 0;
    canvas.replaceWith(element("span", ending, "shot-kind"));
  }
}
