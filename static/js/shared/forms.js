// A form is sent once: its buttons rest until the answer comes. Long fields show how much room is left.
const COUNTED_FROM = 100;

function rest(form, submitter) {
  form.dataset.sending = "";
  // After this turn, so that the pressed button's own name and value are still sent.
  setTimeout(() => {
    for (const button of form.elements) {
      if (button.type !== "submit") continue;
      button.setAttribute("aria-disabled", "true");
    }
    submitter?.setAttribute("data-busy", "");
  });
}

function wake(form) {
  delete form.dataset.sending;
  for (const button of form.elements) {
    if (button.type !== "submit") continue;
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-busy");
  }
}

function count(control) {
  let output = control.parentElement.querySelector(".field__count");
  if (!output) {
    output = document.createElement("span");
    output.className = "field__count";
    output.setAttribute("aria-hidden", "true");
    control.after(output);
  }
  output.textContent = `${control.value.length} / ${control.maxLength}`;
  output.dataset.state = control.value.length >= control.maxLength ? "full" : "";
}

function isCounted(control) {
  if (!(control.maxLength >= COUNTED_FROM) || !control.closest(".field")) return false;
  return control.type === "textarea" || (control.type === "text" && !control.autocomplete);
}

function countAll(root) {
  for (const control of root.querySelectorAll("textarea, input")) if (isCounted(control)) count(control);
}

export function wireForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
    if (form.matches("[data-send-often]") || form.closest("[hx-post], [hx-get]") || form.hasAttribute("target")) return;
    if ("sending" in form.dataset) event.preventDefault();
    else rest(form, event.submitter);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) wake(form);
  });
  document.addEventListener("input", (event) => {
    if (isCounted(event.target)) count(event.target);
  });
  document.addEventListener("htmx:load", (event) => countAll(event.detail.elt));
  countAll(document);
}
