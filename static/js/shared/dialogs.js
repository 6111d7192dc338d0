// data-dialog-open="ID" opens <dialog id="ID">; data-dialog-close and a press beside the dialog close it.
function open(dialog) {
  dialog.showModal();
  for (const body of dialog.querySelectorAll(".dialog__body")) body.dispatchEvent(new CustomEvent("dialog-open"));
}

export function wireDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (!dialog || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      open(dialog);
    } else if (event.target.closest("[data-dialog-close]") || event.target.matches("dialog[open]")) {
      event.target.closest("dialog")?.close();
    }
  });
}
