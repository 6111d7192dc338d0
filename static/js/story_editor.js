// The editing page of stories: the cast changes in place, and the keyboard stays where it was.
import "./editor_form.js";

const panel = document.querySelector("[data-cast-panel]");
const form = document.querySelector("form[data-guard]");
const editor = document.getElementById("editor");
const status = document.querySelector("[data-cast-status]");

// Enter looks for characters; saving is what the button below is for.
function wireSearch() {
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-cast-search]")) return;
    event.preventDefault();
    panel.querySelector("[data-cast-search-button]").click();
  });
  // Words that were left in the search do not keep the story from being saved.
  form.addEventListener("submit", () => {
    const search = panel.querySelector("[data-cast-search]");
    if (search) search.value = "";
  });
}

// What a button moved is drawn anew, and a button at the end of its way cannot be pressed any more.
function wireFocus() {
  let place = null;
  panel.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.target.closest("[data-cast]");
    place = {
      id: row?.dataset.cast ?? event.target.value,
      index: row ? [...row.parentElement.children].indexOf(row) : 0,
    };
  });
  panel.addEventListener("htmx:afterSettle", (event) => {
    if (event.target !== panel || !place) return;
    status.textContent = panel.querySelector("[data-cast-said]").textContent;
    // For the guard against leaving and for the preview.
    editor.dispatchEvent(new Event("input", { bubbles: true }));
    if (panel.contains(document.activeElement) && !document.activeElement.disabled) return;
    const rows = [...panel.querySelectorAll("[data-cast]")];
    const row = rows.find((each) => each.dataset.cast === place.id) ?? rows[Math.min(place.index, rows.length - 1)];
    const next = row?.querySelector("button:not(:disabled)") ?? panel.querySelector("[data-cast-search]");
    next?.focus();
  });
}

wireSearch();
wireFocus();
