// Choosing a rule fills in its words, as long as the reviewer wrote none of their own.

function fill(field, words) {
  if (field.value.trim() === "" || field.dataset.filled === field.value) {
    field.value = words;
    field.dataset.filled = words;
  }
}

for (const form of document.querySelectorAll("[data-decision-form]")) {
  const reason = form.elements.namedItem("reason_code");
  const explanation = form.elements.namedItem("explanation");
  const fix = form.elements.namedItem("fix");
  explanation.dataset.filled = explanation.defaultValue;
  fix.dataset.filled = fix.defaultValue;
  reason.addEventListener("change", () => {
    const chosen = reason.selectedOptions[0];
    fill(explanation, chosen.dataset.explanation ?? "");
    fill(fix, chosen.dataset.fix ?? "");
  });
}
