// The menu works without this: two check boxes and CSS. Here: the fold is remembered until sign-out (fold.js takes it up),
// Escape closes what is open.

const fold = document.querySelector("[data-menu='fold']");
const drawer = document.querySelector("[data-menu='drawer']");
const menu = document.getElementById("menu");

fold?.addEventListener("change", () => {
  try {
    localStorage.setItem("menu", fold.checked ? "folded" : "open");
  } catch {
    // Then it is folded for this page only.
  }
});

document.querySelector(".skip-links a[href='#menu']")?.addEventListener("click", (event) => {
  event.preventDefault();
  if (fold) fold.checked = false;
  if (drawer) drawer.checked = true;
  requestAnimationFrame(() => menu?.focus());
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (drawer?.checked) {
    drawer.checked = false;
    drawer.focus();
  }
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});
