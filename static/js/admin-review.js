// The review pages: a rule fills in its words, pictures are shown as they are, keys for those who want them.

const KEYS_OFF = "review-keys-off";

function fill(field, words) {
  if (field.value.trim() === "" || field.dataset.filled === field.value) {
    field.value = words;
    field.dataset.filled = words;
  }
}

function followRule(form) {
  const reason = form.elements.namedItem("reason_code");
  const explanation = form.elements.namedItem("explanation");
  const fix = form.elements.namedItem("fix");
  if (!reason || !explanation) {
    return;
  }
  // Words that a rule brought give way to those of another; one's own stay.
  const rules = [...reason.options];
  const isOfRule = (field, name) => rules.some((rule) => rule.dataset[name] === field.value);
  for (const [field, name] of [[explanation, "explanation"], [fix, "fix"]]) {
    if (field && isOfRule(field, name)) {
      field.dataset.filled = field.value;
    }
  }
  reason.addEventListener("change", () => {
    const chosen = reason.selectedOptions[0];
    fill(explanation, chosen.dataset.explanation ?? "");
    if (fix) {
      fill(fix, chosen.dataset.fix ?? "");
    }
  });
}

function approve() {
  const button = document.querySelector("[data-approve]");
  if (!button) {
    document.querySelector("[data-answers] input[type=radio]")?.focus();
    return;
  }
  // The first press only goes there: one slip of a finger publishes nothing.
  if (document.activeElement === button) {
    button.click();
  } else {
    button.focus();
  }
}

function goToReason() {
  const form = document.querySelector("[data-decision-form]");
  (form?.elements.namedItem("reason_code") ?? form?.elements.namedItem("explanation"))?.focus();
}

function toggleBlur() {
  const boxes = [...document.querySelectorAll("[data-clear]")];
  const isBlurred = boxes.some((box) => !box.checked);
  for (const box of boxes) {
    box.checked = isBlurred;
  }
}

function areKeysOff() {
  try {
    return localStorage.getItem(KEYS_OFF) !== null;
  } catch {
    return false;
  }
}

function switchKeys(isOn) {
  try {
    if (isOn) {
      localStorage.removeItem(KEYS_OFF);
    } else {
      localStorage.setItem(KEYS_OFF, "1");
    }
  } catch {
    // A browser that keeps nothing: the keys stay as they are.
  }
}

function setUpHelp(help) {
  const opener = document.querySelector("[data-help]");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  const box = help.querySelector("[data-keys-switch]");
  box.checked = !areKeysOff();
  box.addEventListener("change", () => switchKeys(box.checked));
}

function setUpKeys(page) {
  const help = page.querySelector("#review-help");
  const actions = {
    a: approve,
    r: goToReason,
    n: () => document.querySelector("[data-next]")?.click(),
    b: toggleBlur,
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest(
      "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]",
    );
    const isChord = event.ctrlKey || event.altKey || event.metaKey || event.repeat;
    const action = actions[event.key];
    if (!action || isTyping || isChord || help.open || areKeysOff()) {
      return;
    }
    event.preventDefault();
    action();
  });
  setUpHelp(help);
}

for (const form of document.querySelectorAll("[data-decision-form]")) {
  followRule(form);
}
for (const page of document.querySelectorAll("[data-review]")) {
  setUpKeys(page);
}
for (const form of document.querySelectorAll(".review form[method=post]")) {
  // A second press sends nothing while the first is on its way.
  form.addEventListener("submit", (event) => {
    if (form.dataset.isSent) {
      event.preventDefault();
    }
    form.dataset.isSent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll(".review form[data-is-sent]")) {
    delete form.dataset.isSent;
  }
});
