// The overview: printing it. Everything else works without a script.
const print = document.querySelector("#print");
print.hidden = false;
print.addEventListener("click", () => window.print());
