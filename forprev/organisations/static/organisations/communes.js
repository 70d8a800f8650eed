// Offers the communes of a postal code as soon as it is typed. Without it the server offers them once the form is sent.

const form = document.querySelector("[data-communes-url]");

async function offer(place) {
  const code = place.querySelector("[data-postal-code]").value.trim();
  const select = place.querySelector("[data-communes]");
  if (!/^[0-9]{5}$/.test(code) || select.dataset.offered === code) {
    return;
  }
  const answer = await fetch(`${form.dataset.communesUrl}?code_postal=${code}`).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const { communes } = await answer.json();
  if (place.querySelector("[data-postal-code]").value.trim() !== code) {
    return;
  }
  const before = select.value;
  select.dataset.offered = code;
  select.replaceChildren(select.options[0], ...communes.map((name) => new Option(name)));
  select.value = communes.includes(before) ? before : communes.length === 1 ? communes[0] : "";
}

for (const place of form.querySelectorAll("[data-place]")) {
  place.querySelector("[data-postal-code]").addEventListener("input", () => offer(place));
}
