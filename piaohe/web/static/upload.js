// Files dropped or chosen are sent one after the other, each with its progress.

import { csrf, element, text } from "./common.js";

const form = document.querySelector("#upload");
const list = document.querySelector("#progress");
const queue = [];
let sending = false;

function add(files) {
  for (const file of files) {
    const row = element("li");
    const bar = element("progress");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    const name = element("bdi", file.name);
    bar.setAttribute("aria-label", file.name);
    const state = element("span", text("js.sending"), "muted small");
    row.append(name, bar, state);
    list.append(row);
    queue.push({ file, row, bar, state });
  }
  if (!sending) next();
}

async function next() {
  sending = queue.length > 0;
  if (!sending) return;
  const job = queue[0];
  const { status, body, wait } = await send(job);
  if (status === 429 && wait) {
    job.state.textContent = text("js.wait", { s: wait });
    setTimeout(next, wait * 1000);
    return;
  }
  queue.shift();
  job.bar.hidden = true;
  const ok = status === 200 || status === 202;
  job.state.className = ok ? "chip state-ok" : "chip state-failed";
  const said = status === 200 ? text("js.known") : text("js.sent");
  job.state.textContent = ok ? said : `${text("js.failed")}：${body?.detail ?? text("review.offline")}`;
  if (ok) setTimeout(() => job.row.remove(), 4000);
  document.body.dispatchEvent(new Event("refresh"));
  next();
}

// XMLHttpRequest, because fetch does not tell how much was sent
function send({ file, bar, state }) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/documents");
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      bar.value = event.loaded;
      bar.max = event.total;
    };
    request.onload = () => {
      const wait = Number(request.getResponseHeader("Retry-After"));
      done({ status: request.status, body: request.response, wait });
    };
    request.onerror = () => done({ status: 0, body: null, wait: 0 });
    state.textContent = text("js.sending");
    const data = new FormData();
    data.append("file", file);
    request.send(data);
  });
}

form?.file.addEventListener("change", () => {
  add(form.file.files);
  form.reset();
});
form?.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragover", "dragenter"]) {
  form?.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
}
form?.addEventListener("dragleave", () => form.classList.remove("over"));
form?.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  add(event.dataTransfer.files);
});
// a file that misses the field must not replace the page
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
