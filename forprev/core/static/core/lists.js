/* Makes the search by criteria act at once; without it, every control sends the form and the server does the same. */

function addRow(form) {
  const rows = form.querySelector(".list-rows");
  const row = form.querySelector(".list-new-row").content.firstElementChild.cloneNode(true);
  const number = Math.max(0, ...[...rows.children].map((each) => Number(each.dataset.number))) + 1;
  row.dataset.number = number;
  row.querySelector("legend").textContent = `Critère ${number}`;
  for (const control of row.querySelectorAll("select, input")) {
    control.id = `critere-${number}-${control.name}`;
    control.closest(".list-control").querySelector("label").htmlFor = control.id;
  }
  row.querySelector(".list-remove").setAttribute("aria-label", `Retirer cette ligne (critère ${number})`);
  rows.append(row);
  refresh(form);
  row.querySelector("select").focus();
}

function removeRow(form, row) {
  row.remove();
  refresh(form);
  form.querySelector(".list-add, .list-run").focus();
}

function refresh(form) {
  const count = form.querySelectorAll(".list-row").length;
  form.querySelector(".list-no-criterion").hidden = count > 0;
  const add = form.querySelector(".list-add");
  if (add) add.hidden = count >= Number(form.dataset.mostRows);
}

/* The operators of the field's kind only, and a closed list where the field has one. */
function fieldChosen(form, row) {
  const chosen = row.querySelector("[name=champ]").selectedOptions[0];
  const all = form.querySelector(".list-new-row").content.querySelector("[name=operateur]");
  const operators = row.querySelector("[name=operateur]");
  const group = [...all.querySelectorAll("optgroup")].find((each) => each.label === chosen.dataset.kind);
  if (group) operators.replaceChildren(...group.cloneNode(true).children);
  else operators.replaceChildren(new Option("Choisir un opérateur", ""));
  row.querySelector(".list-hint").textContent = chosen.dataset.hint ? ` (${chosen.dataset.hint})` : "";

  const old = row.querySelector("[name=valeur]");
  const options = [...form.querySelectorAll(".list-options")].find((each) => each.dataset.field === chosen.value);
  const control = document.createElement(options ? "select" : "input");
  control.name = "valeur";
  control.id = old.id;
  control.className = options ? "form-select" : "form-control";
  if (options) {
    control.append(new Option("Choisir une valeur", ""), options.content.cloneNode(true));
  } else {
    control.maxLength = 200;
    control.autocomplete = "off";
    if (old.tagName === "INPUT") control.value = old.value;
  }
  old.replaceWith(control);
}

for (const form of document.querySelectorAll(".list-search")) {
  [...form.querySelectorAll(".list-row")].forEach((row, index) => { row.dataset.number = index + 1; });
  form.addEventListener("click", (event) => {
    const remove = event.target.closest(".list-remove");
    if (event.target.closest(".list-add")) {
      event.preventDefault();
      addRow(form);
    } else if (remove && !remove.getAttribute("href")) {
      event.preventDefault();
      removeRow(form, remove.closest(".list-row"));
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "champ") fieldChosen(form, event.target.closest(".list-row"));
  });
}
