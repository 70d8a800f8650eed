// Creates a passkey, or signs in with one. The forms stay hidden where the browser knows no passkeys.

const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON;

async function post(url, token, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body ?? {}),
  });
  if (response.redirected) {
    window.location.assign(response.url);
    return new Promise(() => {});
  }
  return { ok: response.ok, answer: await response.json().catch(() => ({})) };
}

async function credential(kind, options) {
  if (kind === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

async function submit(form) {
  const kind = form.dataset.passkey;
  const token = form.elements.namedItem("csrfmiddlewaretoken").value;
  const options = await post(form.dataset.options, token);
  const made = (await credential(kind, options.answer)).toJSON();
  const body = kind === "create" ? { name: form.elements.namedItem("name").value, passkey: made } : made;
  const { ok, answer } = await post(form.dataset.answer, token, body);
  if (!ok) throw new Error(answer.message);
  window.location.assign(answer.url);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !known;
  const error = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    error.textContent = "";
    submit(form).catch((problem) => {
      const byBrowser = problem instanceof DOMException;
      error.textContent = byBrowser
        ? "Votre appareil n’a pas donné de clé d’accès : l’opération a été annulée ou a pris trop de temps."
        : problem.message || "La clé d’accès n’a pas pu être vérifiée. Réessayez.";
    });
  });
}

for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = Boolean(known);
