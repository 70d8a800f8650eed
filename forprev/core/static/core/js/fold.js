// Runs where it stands, before the menu is painted: a folded menu does not open for an instant on each page.

try {
  document.getElementById("menu-fold").checked = localStorage.getItem("menu") === "folded";
} catch {
  // A browser that keeps nothing shows the menu open.
}
