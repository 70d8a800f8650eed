// Narrows the choices of the session form to those that go together, and shows the fields of the place chosen.
// Without it every choice is offered and the server says what does not fit.

const form = document.querySelector("[data-session-form]");
const kinds = [...form.querySelectorAll("input[name=place_kind]")];
const blocks = [...form.querySelectorAll("[data-place]")];

function showPlace() {
  const chosen = kinds.find((kind) => kind.checked)?.value ?? "";
  for (const block of blocks) {
    block.hidden = !block.dataset.place.split(" ").includes(chosen);
  }
}

for (const kind of kinds) {
  kind.addEventListener("change", showPlace);
}
showPlace();

const { scheme, level, qualification, site } = form.elements;

function narrow(select, fits) {
  for (const option of select.options) {
    const shown = option.value === "" || fits(option.dataset);
    option.hidden = !shown;
    option.disabled = !shown;
  }
  if (select.selectedOptions[0]?.disabled) {
    select.value = "";
  }
  const left = [...select.options].filter((option) => option.value !== "" && !option.disabled);
  if (select.value === "" && left.length === 1 && scheme.value !== "") {
    select.value = left[0].value;
  }
}

let siteForced = false;

function requireSite() {
  const required = "siteRequired" in (scheme.selectedOptions[0]?.dataset ?? {});
  for (const kind of kinds) {
    const isSite = kind.value === "site";
    kind.closest(".form-check").hidden = required && !isSite;
    if (required) {
      kind.checked = isSite;
    } else if (siteForced && isSite) {
      kind.checked = false;
    }
  }
  siteForced = required;
  showPlace();
}

function narrowAll() {
  requireSite();
  if (site) {
    narrow(site, (data) => scheme.value === "" || data.scheme === scheme.value);
  }
  narrow(level, ({ schemes }) => scheme.value === "" || schemes.split("|").includes(scheme.value));
  narrow(
    qualification,
    (data) =>
      (scheme.value === "" || data.scheme === scheme.value) && (level.value === "" || data.level === level.value),
  );
}

scheme.addEventListener("change", narrowAll);
level.addEventListener("change", narrowAll);
narrowAll();
