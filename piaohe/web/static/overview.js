// The overview: printing it, where there is anything. Everything else works without a script.
const print = document.querySelector("#print");
if (print) print.hidden = false;
print?.addEventListener("click", () => window.print());
