// What every page's script shares: texts, the token against foreign requests, requests.

const pass = document.querySelector('meta[name="csrf"]');
export let csrf = pass.content;

/** Who signed in again in another tab has another token: take it, where it is the same person. */
async function renewed() {
  const page = new DOMParser().parseFromString(await (await fetch("/help/account")).text(), "text/html");
  const now = page.querySelector('meta[name="csrf"]');
  if (!now?.content || now.content === csrf || now.dataset.person !== pass.dataset.person) return false;
  csrf = now.content;
  return true;
}

const kept = new Map();
for (const span of document.querySelector("#texts")?.content.children ?? []) {
  kept.set(span.dataset.key, span.textContent);
}

/** What stands under a key, its {names} filled in. */
export function text(key, values = {}) {
  let said = kept.get(key) ?? key;
  for (const [name, value] of Object.entries(values)) said = said.replace(`{${name}}`, value);
  return said;
}

/** Ask the API; gives {status, body, ok}. Status 0 is no connection. */
export async function ask(method, path, body, headers = {}) {
  const answer = await send(method, path, body, headers);
  const other = answer.body?.code === "foreign_request";
  return other && (await renewed().catch(() => false)) ? send(method, path, body, headers) : answer;
}

async function send(method, path, body, headers) {
  try {
    const answer = await fetch(path, {
      method,
      headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const json = (answer.headers.get("Content-Type") ?? "").includes("json");
    return { status: answer.status, ok: answer.ok, body: json ? await answer.json() : null };
  } catch {
    return { status: 0, ok: false, body: null };
  }
}

/** An element with text in it; text is never read as HTML. */
export function element(name, said = "", className = "") {
  const made = document.createElement(name);
  made.textContent = said;
  if (className) made.className = className;
  return made;
}
