// Says beside a new password what its length and its kinds of characters are worth: an estimate, made here only.
// The server judges (accounts/validators.py, whence these figures), with lists of known words that this page does not have.

const SHORTEST = 12;
const ENOUGH = 50;
const STRONG = 80;
const CLASSES = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/u, 37]];

function bitsOf(password) {
  const used = CLASSES.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 0);
  return used ? [...password].length * Math.log2(used) : 0;
}

function adviceFor(password, bits) {
  if (!password) return "";
  if ([...password].length < SHORTEST) return `Trop court : il faut au moins ${SHORTEST} caractères.`;
  if (bits < ENOUGH) return "Trop simple : ajoutez quelques mots sans rapport entre eux.";
  if (bits < STRONG) return "Longueur suffisante, sauf pour un mot connu. Un mot de plus vaudrait mieux.";
  return "Bonne longueur, si les mots sont sans rapport entre eux ni avec vous.";
}

for (const field of document.querySelectorAll("input[data-strength]")) {
  const line = document.createElement("p");
  const meter = document.createElement("meter");
  const advice = document.createElement("span");
  line.className = "form-text mt-2";
  Object.assign(meter, { max: STRONG, low: ENOUGH, high: STRONG, optimum: STRONG });
  meter.className = "me-2";
  meter.hidden = true;
  meter.setAttribute("aria-hidden", "true"); // the sentence says it
  advice.setAttribute("role", "status"); // read out when the sentence changes, not at each key
  line.append(meter, advice);
  (field.closest(".password-field") ?? field).after(line);
  field.addEventListener("input", () => {
    const bits = bitsOf(field.value);
    const said = adviceFor(field.value, bits);
    meter.hidden = !said;
    meter.value = bits;
    if (advice.textContent !== said) advice.textContent = said;
  });
}
