// The box at the head ticks every line that is shown, and says whether they all are.

const all = document.querySelector("[data-choice-all] input");
const boxes = [...document.querySelectorAll("[data-choice] tbody input")];

function refresh() {
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked === boxes.length;
  all.indeterminate = ticked > 0 && !all.checked;
}

if (all) {
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  document.querySelector("[data-choice]").addEventListener("change", refresh);
  refresh();
}
