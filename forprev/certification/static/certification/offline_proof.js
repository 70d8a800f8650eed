// Checks the signed text of a certificate's QR code in the browser alone (docs/proofs.md). The page brings the keys; the
// page that is saved holds this file too.

const known = new Map(JSON.parse(document.getElementById("proof-keys").textContent).keys.map((key) => [key.kid, key]));
const form = document.getElementById("proof-form");
const field = document.getElementById("proof-text");
const answer = document.getElementById("proof-answer");

const UNREADABLE = ["Preuve illisible", "Ce n’est pas le texte entier du QR code d’un certificat. Copiez-le en entier, du début de l’adresse jusqu’à la fin."];
const UNKNOWN = ["Clé inconnue", "Ce texte est signé d’une clé que cette page ne connaît pas. Si vous l’avez enregistrée il y a longtemps, enregistrez-la à nouveau ; si rien ne change, ce certificat n’a pas été délivré par Forprev."];
const EXPIRED = ["Clé expirée", "La clé qui signe ce texte ne servait plus le jour où le certificat dit avoir été délivré. Vérifiez-le en ligne."];
const FALSE = ["Signature fausse", "Ce texte n’est pas celui d’un certificat délivré par Forprev, ou il a été modifié."];
const UNABLE = ["Vérification impossible", "Ce navigateur ne sait pas vérifier une signature Ed25519 : mettez-le à jour, ou employez le programme en Python."];
const LABELS = [
  ["n", "Certificat n°"],
  ["h", "Titulaire"],
  ["b", "Né(e) le"],
  ["f", "N° Forprev"],
  ["t", "Intitulé"],
  ["o", "Partenaire habilité"],
  ["d", "Délivré le"],
  ["e", "Fin de validité"],
];

class Refusal extends Error {
  constructor([title, explanation]) {
    super(explanation);
    this.title = title;
  }
}

function bytes(part) {
  const text = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

const json = (part) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes(part)));

async function imported(key) {
  try {
    return await crypto.subtle.importKey("raw", bytes(key.x), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Refusal(UNABLE);
  }
}

function read(text) {
  try {
    const [header, payload, signature, ...more] = text.replace(/\s+/g, "").split("#").pop().split(".");
    if (more.length) throw new Error("too many parts");
    const { alg, kid } = json(header);
    return { alg, kid, payload: json(payload), signature: bytes(signature), signed: `${header}.${payload}` };
  } catch {
    throw new Refusal(UNREADABLE);
  }
}

async function check(text) {
  const proof = read(text);
  const key = proof.alg === "EdDSA" ? known.get(proof.kid) : undefined;
  if (!key) throw new Refusal(UNKNOWN);
  const signed = new TextEncoder().encode(proof.signed);
  if (!(await crypto.subtle.verify("Ed25519", await imported(key), proof.signature, signed))) throw new Refusal(FALSE);
  if (key.exp && Date.parse(proof.payload.d) / 1000 > key.exp) throw new Refusal(EXPIRED);
  return proof.payload;
}

const french = (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? value.split("-").reverse().join("/") : value);

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function facts(payload) {
  const list = element("dl", "", "summary-list");
  for (const [letter, label] of LABELS) {
    const line = document.createElement("div");
    line.append(element("dt", label), element("dd", french(String(payload[letter] ?? ""))));
    list.append(line);
  }
  return list;
}

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function shown(payload) {
  const over = payload.e < today();
  return [
    element("h2", over ? "Signature juste, certificat expiré" : "Signature juste"),
    element("p", "Ce que dit le QR code a bien été signé par Forprev. Comparez-le au certificat présenté :"),
    facts(payload),
    element("p", "Sans réseau, personne ne peut savoir si ce certificat a été annulé ou remplacé depuis. Dès que possible, vérifiez-le en ligne."),
  ];
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  let parts;
  try {
    parts = shown(await check(field.value));
  } catch (refusal) {
    const [title, explanation] = refusal instanceof Refusal ? [refusal.title, refusal.message] : UNABLE;
    parts = [element("h2", title), element("p", explanation)];
  }
  answer.replaceChildren(...parts);
});
document.getElementById("proof-no-script").remove();
form.hidden = false;
