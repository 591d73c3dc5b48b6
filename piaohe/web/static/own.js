// The page of one document of one's own: corrections, and handing in again what was returned.

import { watch } from "./own_fields.js";

const place = document.querySelector("#own");
for (const form of place.querySelectorAll("form[data-invoice]")) watch(form, () => location.reload());
if (place.querySelector(".result").dataset.waiting) setTimeout(() => location.reload(), 2500);
