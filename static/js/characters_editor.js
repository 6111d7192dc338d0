// The creation page of characters: greetings come and go, portraits are drafted and uploaded.
import "./editor_form.js";

const editor = document.getElementById("editor");

function wireGreetings() {
  const box = document.querySelector("[data-greetings]");
  const rows = box.querySelector("[data-greeting-rows]");
  const template = box.querySelector("[data-greeting-template]");
  const add = box.querySelector("[data-greeting-add]");
  const limit = Number(box.dataset.limit);

  const arrange = () => {
    [...rows.children].forEach((row, index) => {
      const number = String(index + 1);
      const text = row.querySelector("textarea");
      text.id = `id_greeting_${number}`;
      row.querySelector("label").htmlFor = text.id;
      for (const place of row.querySelectorAll("[data-greeting-number]")) place.textContent = number;
      row.querySelector("[data-greeting-remove]").hidden = false;
    });
    add.hidden = rows.children.length >= limit;
  };

  for (const row of [...rows.children]) if (!row.querySelector("textarea").value.trim()) row.remove();
  arrange();
  add.addEventListener("click", () => {
    rows.append(template.content.cloneNode(true));
    arrange();
    rows.lastElementChild.querySelector("textarea").focus();
  });
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-greeting-remove]");
    if (!button) return;
    const row = button.closest("[data-greeting]");
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    arrange();
    (neighbour?.querySelector("textarea") ?? add).focus();
    editor.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function wireUpload() {
  const input = document.getElementById("id_upload");
  // What was sent is a draft now: saving the form must not send it again.
  input.addEventListener("htmx:afterRequest", () => {
    input.value = "";
  });
  const box = input.closest("[data-upload]");
  // The server says the same, but only after the whole file went there.
  input.addEventListener("htmx:beforeRequest", (event) => {
    const isTooBig = input.files[0]?.size > Number(input.dataset.maxBytes);
    box.querySelector("[data-too-big]").hidden = !isTooBig;
    if (!isTooBig) return;
    event.preventDefault();
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    box.addEventListener(kind, (event) => {
      event.preventDefault();
      box.dataset.over = "";
    });
  }
  for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => delete box.dataset.over);
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.target === input || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A draft that failed cannot be the portrait; trying it again puts another picture in its place.
function wireDrafts() {
  const panel = document.getElementById("portrait-panel");
  const follow = () => {
    for (const draft of panel.querySelectorAll("[data-draft]")) {
      const picture = draft.querySelector("[data-picture-state]");
      const id = picture.id.replace("picture-", "");
      const radio = draft.querySelector("input[type=radio]");
      const isLost = !["queued", "running", "ready"].includes(picture.dataset.pictureState);
      const isRetried = radio.value !== id;
      radio.value = id;
      draft.querySelector("input[name=drafts]").value = id;
      radio.disabled = isLost;
      draft.classList.toggle("draft--lost", isLost);
      if (isRetried) radio.checked = true;
      if (isLost && radio.checked) panel.querySelector("[data-draft-none]").checked = true;
    }
  };
  panel.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === panel) panel.scrollIntoView({ block: "nearest" });
  });
  new MutationObserver(follow).observe(panel, { childList: true, subtree: true });
}

wireDrafts();
wireGreetings();
wireUpload();
