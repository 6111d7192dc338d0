// Every editing page: what is unsaved is not lost by accident, and long texts are counted.
import "./characters.js";

const form = document.querySelector("form[data-guard]");
const editor = document.getElementById("editor");
const SHOWN_FROM = 0.7;

function wireGuard() {
  const state = document.querySelector("[data-guard-state]");
  // The page came back with what was typed, because it could not be saved.
  let isDirty = "unsaved" in form.dataset;
  const mark = () => {
    isDirty = true;
    state.textContent = form.dataset.guard;
  };
  editor.addEventListener("input", mark);
  editor.addEventListener("change", mark);
  form.addEventListener("submit", () => {
    isDirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}

// A line end counts once, as on the server.
function count(control) {
  const limit = Number(control.dataset.maxLength);
  const length = [...control.value].length;
  let output = control.parentElement.querySelector(".field__count");
  if (!output) {
    output = document.createElement("span");
    output.className = "field__count";
    control.after(output);
  }
  output.hidden = length < limit * SHOWN_FROM;
  output.textContent = `${length.toLocaleString()} / ${limit.toLocaleString()}`;
  output.dataset.state = length > limit ? "full" : "";
  // Heard once the limit is passed, not at every key.
  if (length > limit) output.setAttribute("role", "status");
  else output.removeAttribute("role");
}

function wireCounters() {
  for (const control of editor.querySelectorAll("[data-max-length]")) count(control);
  editor.addEventListener("input", (event) => {
    if (event.target.dataset.maxLength) count(event.target);
  });
}

wireGuard();
wireCounters();
