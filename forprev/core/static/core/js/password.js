// Gives each password field a button that shows what is typed; hidden again when the form leaves.

for (const field of document.querySelectorAll("input[type='password']")) {
  const wrapper = document.createElement("div");
  wrapper.className = "password-field";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-secondary";
  button.setAttribute("aria-controls", field.id);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Masquer" : "Afficher";
    button.setAttribute("aria-label", shown ? "Masquer la saisie" : "Afficher la saisie");
  };
  field.replaceWith(wrapper);
  wrapper.append(field, button);
  show(false);
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}
