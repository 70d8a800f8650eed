// Tells how many results are given, and shows the comment where it is asked for.

const form = document.querySelector("[data-results]");
const progress = form.querySelector("[data-progress]");
const comment = form.querySelector("[data-comment]");
const rows = [...form.querySelectorAll(".result-choice")];

function refresh() {
  const given = rows.filter((row) => row.querySelector("input:checked")).length;
  progress.hidden = false;
  progress.textContent = `${given} résultat${given > 1 ? "s" : ""} sur ${rows.length} saisi${given > 1 ? "s" : ""}`;
  const action = form.querySelector("input[name=action]:checked")?.value;
  comment.hidden = action === "send_results";
}

form.addEventListener("change", refresh);
refresh();
