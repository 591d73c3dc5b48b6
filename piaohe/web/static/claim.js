// One claim: what is stated, its papers, handing it in, deciding on it; and its print view.

import { ask, csrf, element, text } from "./common.js";

const desk = document.querySelector("#claim");
const on = (id, action) => document.querySelector(`#${id}`)?.addEventListener("click", action);
on("print-now", () => print());
if (desk) start();

function start() {
  const api = `/v1/claims/${desk.dataset.id}`;
  const form = document.querySelector("#stated") ?? document.createElement("form");
  const message = document.querySelector("#message");
  const KEPT = "piaohe-claim";
  let version = desk.dataset.version;
  let busy = false;

  const say = (said, kind = "", ...more) => {
    message.replaceChildren(said ? element("p", said, `notice ${kind}`) : "");
    message.firstElementChild?.append(...more);
    if (kind === "bad") message.scrollIntoView({ block: "nearest" });
  };

  /** Send a change; gives whether it was done. What was typed stays, whatever comes back. */
  async function change(method, path, body) {
    if (busy) return false;
    busy = true;
    const key = crypto.randomUUID?.() ?? String(Math.random());
    const answer = await ask(method, api + path, body, { "If-Match": `"${version}"`, "Idempotency-Key": key });
    busy = false;
    if (answer.ok) {
      version = answer.body.version;
      return true;
    }
    if (answer.status === 412) stale(answer.body);
    else if (answer.status === 401 || answer.body?.code === "foreign_request") signedOut();
    else if (answer.status === 0) say(text("review.offline"), "bad");
    else say(answer.body?.detail ?? String(answer.status), "bad");
    return false;
  }

  /** Signing in elsewhere leaves what was typed here. */
  function signedOut() {
    const door = element("a", text("claim.signin"));
    Object.assign(door, { href: "/login", target: "_blank", rel: "noopener" });
    say(text("review.signedout"), "bad", " ", door);
  }

  /** Somebody else changed it: both versions are shown, and what was typed stays. */
  function stale(body) {
    version = body.version;
    say(text("claim.stale"), "bad");
    for (const input of fields) {
      const value = flat(body.theirs, input.name);
      if (value === undefined || value === input.dataset.was) continue;
      const untouched = read(input) === input.dataset.was;
      input.dataset.was = value;
      if (untouched) write(input, value);
      else input.closest("label").append(element("span", text("claim.theirs", { value }), "hint small"));
    }
    mark();
  }

  const again = (said) => {
    if (said) sessionStorage.setItem(KEPT, said);
    left = true;
    location.reload();
  };
  const go = () => {
    left = true;
    location.assign(desk.dataset.next);
  };

  // what is stated

  const fields = [...form.elements].filter((one) => one.name && one.name !== "has-trip");
  const hasTrip = form.elements["has-trip"] ?? { checked: false };
  const tripBox = document.querySelector("#trip");
  let left = false;
  const read = (input) => (input.type === "checkbox" ? String(input.checked) : input.value.trim());
  /** As the page came: somebody may type before this runs, and a browser restores what was typed. */
  const initial = (input) => {
    if (input.type === "checkbox") return String(input.defaultChecked);
    if (input.options) return [...input.options].find((one) => one.defaultSelected)?.value ?? "";
    return input.defaultValue.trim();
  };
  const write = (input, value) => {
    if (input.type === "checkbox") input.checked = value === "true";
    else input.value = value;
  };
  const LISTS = ["trip.cities", "trip.travellers"];
  const OPTIONAL = ["on_behalf", "category", "use", "department", "grade", "people"];

  function flat(stated, name) {
    const [first, second] = name.split(".");
    const value = second ? stated[first]?.[second] : stated[first];
    if (Array.isArray(value)) return value.join("、");
    return value === null || value === undefined ? "" : String(value);
  }

  function stated() {
    const told = { trip: hasTrip.checked ? {} : null };
    for (const input of fields) {
      const [name, part] = input.name.split(".");
      let value = input.type === "checkbox" ? input.checked : input.value.trim();
      if (LISTS.includes(input.name)) value = value.split(/[、,，;；]/).map((one) => one.trim()).filter(Boolean);
      else if (value === "" && (part || OPTIONAL.includes(name))) value = null;
      else if (name === "advance") value = value.replaceAll(",", "") || "0";
      if (part) { if (told.trip) told.trip[part] = value; } else told[name] = value;
    }
    return told;
  }

  const changed = () => !left && (hasTrip.checked !== hadTrip || fields.some((input) => read(input) !== input.dataset.was));
  const hadTrip = Boolean(hasTrip.defaultChecked);
  for (const input of fields) input.dataset.was = initial(input);
  function mark() {
    if (tripBox) tripBox.hidden = !hasTrip.checked;
    const save = document.querySelector("#save");
    if (save) save.disabled = !changed();
  }
  form.addEventListener("input", mark);
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });

  async function save() {
    if (!form.reportValidity()) return false;
    if (await change("PATCH", "", stated())) again(text("review.done"));
  }

  /** What is typed is kept before anything else is done. */
  const saved = async () => !changed() || (form.reportValidity() && change("PATCH", "", stated()));

  // papers

  const plain = (sha256) => ({ sha256 });
  async function put(paper) {
    if ((await saved()) && (await change("PUT", "/papers", paper))) again("");
  }
  for (const one of document.querySelectorAll("[data-put]")) one.addEventListener("click", () => put(plain(one.dataset.put)));
  for (const one of document.querySelectorAll("[data-out]")) {
    one.addEventListener("click", async () => (await saved()) && (await change("DELETE", `/papers/${one.dataset.out}`)) && again(""));
  }
  for (const one of document.querySelectorAll(".paper-form")) {
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      const { attachment, category, paid, currency, deduct } = one.elements;
      put({
        sha256: one.dataset.sha256,
        attachment: attachment.value.trim() || null,
        category: category.value || null,
        paid: paid.value.trim().replaceAll(",", "") || null,
        currency: currency.value.trim().toUpperCase() || "CNY",
        deduct: deduct.checked,
      });
    });
  }

  document.querySelector("#file")?.addEventListener("change", async (event) => {
    const files = [...event.target.files];
    if (!(await saved())) return;
    let done = 0;
    for (const file of files) {
      say(`${text("claim.sending")} ${file.name}`);
      const data = new FormData();
      data.append("file", file);
      let answer = null;
      try {
        answer = await fetch("/v1/documents", { method: "POST", headers: { "X-CSRF-Token": csrf }, body: data });
      } catch {
        say(text("review.offline"), "bad");
        return;
      }
      const body = await answer.json();
      if (!answer.ok) {
        say(`${file.name}: ${body.detail ?? text("claim.failed")}`, "bad");
        return;
      }
      if (!(await change("PUT", "/papers", plain(body.id)))) return;
      done += 1;
    }
    if (done) again("");
  });

  /** A document that is still being read is asked for again, and judged once it is there. */
  async function wait() {
    const { ok, body } = await ask("GET", api);
    if (ok && !body.papers.some((paper) => paper.state === "waiting")) {
      const judged = await ask("POST", `${api}/check`);
      const said = judged.ok ? "" : judged.body?.detail;
      if (!changed()) again(said);
      else if (judged.ok) version = judged.body.version;
      return;
    }
    setTimeout(wait, 2000);
  }
  if (desk.dataset.waiting) setTimeout(wait, 1500);

  // handing in and deciding

  const decide = (verdict, reason = "") => change("POST", "/decision", { verdict, reason });
  const why = document.querySelector("#why");
  const sure = document.querySelector("#sure");
  async function sendWhy() {
    const reason = document.querySelector("#reason").value.trim();
    const error = document.querySelector("#why-error");
    error.hidden = Boolean(reason);
    error.textContent = text("problem.reason_missing");
    if (!reason) return;
    const done = await decide("return", reason);
    why.close();
    if (done) go();
  }
  on("submit", async () => (await saved()) && (await change("POST", "/submit")) && again(""));
  on("withdraw", () => sure.showModal());
  on("sure-send", async () => {
    const done = await change("POST", "/withdraw");
    sure.close();
    if (done) again("");
  });
  on("accept", async () => (await decide("accept")) && go());
  on("return", () => { why.showModal(); document.querySelector("#reason").focus(); });
  on("why-send", sendWhy);
  on("pay", async () => (await decide("pay")) && again(""));
  on("export", async () => (await decide("export")) && again(""));

  // keys

  const KEYS = { a: "accept", b: "return", p: "print" };
  const papers = [...document.querySelectorAll(".paper")];
  function move(by) {
    const here = papers.indexOf(document.activeElement?.closest(".paper"));
    papers[Math.min(papers.length - 1, Math.max(0, here + by))]?.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && why.open) sendWhy();
      return;
    }
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (KEYS[event.key]) {
      const button = document.querySelector(`#${KEYS[event.key]}`);
      if (button) { event.preventDefault(); button.click(); }
    }
  });
  window.addEventListener("beforeunload", (event) => changed() && event.preventDefault());

  const kept = sessionStorage.getItem(KEPT);
  if (kept) {
    sessionStorage.removeItem(KEPT);
    say(kept, "good");
  }
  mark();
}
