"use strict";
(() => {
  const root = document.documentElement;
  const all = (query) => Array.from(document.querySelectorAll(query));

  // Language: Chinese until asked; remembered where the browser lets a file remember.
  const speak = (lang) => {
    root.dataset.lang = lang;
    root.lang = lang === "en" ? "en" : "zh-CN";
    try { localStorage.setItem("piaohe-lang", lang); } catch { /* not kept, no harm */ }
  };
  const button = document.querySelector("#language");
  button.hidden = false;
  button.addEventListener("click", () => speak(root.dataset.lang === "en" ? "zh" : "en"));
  try {
    const wanted = new URLSearchParams(location.search).get("lang") || localStorage.getItem("piaohe-lang");
    if (wanted === "en") speak("en");
  } catch { /* Chinese then */ }

  // Paper has no folds.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open], .fold)").filter((d) => !d.closest(".card[hidden]"));
    folded.forEach((d) => { d.open = true; });
    all("img[loading=lazy]").forEach((img) => { img.loading = "eager"; });
  });
  addEventListener("afterprint", () => folded.forEach((d) => { d.open = false; }));
})();
