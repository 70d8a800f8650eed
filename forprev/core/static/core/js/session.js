// Warns two minutes before the session ends, and lets the person go on. What is posted later is held by the server.

const WARN = 120;
const dialog = document.querySelector("dialog[data-session]");
const text = dialog?.querySelector("[data-session-text]");
const prolong = dialog?.querySelector("[data-session-prolong]");

async function secondsLeft(method = "GET") {
  const token = document.querySelector("[name='csrfmiddlewaretoken']")?.value ?? "";
  const response = await fetch(dialog.dataset.session, { method, headers: { "X-CSRFToken": token } });
  return (await response.json()).left;
}

function warn(left) {
  const minutes = Math.ceil(left / 60);
  text.textContent =
    left > 0
      ? `Votre session prend fin dans ${minutes > 1 ? `${minutes} minutes` : "une minute"}.`
      : "Votre session a pris fin. Ce que vous avez saisi reste sur cette page : envoyez-le, connectez-vous, il sera repris.";
  prolong.hidden = left <= 0;
  if (!dialog.open) dialog.showModal();
}

function look(left) {
  if (left > WARN) {
    if (dialog.open) dialog.close();
    setTimeout(check, (left - WARN) * 1000);
  } else {
    warn(left);
    if (left > 0) setTimeout(check, Math.min(left, 15) * 1000);
  }
}

// Without network there is nothing to warn of: the next look will tell.
const check = (method) => secondsLeft(method).then(look, () => setTimeout(check, 60_000));

if (dialog) {
  prolong.addEventListener("click", () => {
    dialog.close();
    check("POST");
  });
  setTimeout(() => check(), Number(dialog.dataset.lookAfter) * 1000);
}
