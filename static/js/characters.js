// Lists and pages of characters: a question before a button that undoes something, and "Load more" by keyboard.

function wireConfirms() {
  document.addEventListener("click", (event) => {
    const asking = event.target.closest("[data-confirm]");
    if (asking && !("confirmed" in asking.dataset)) {
      const dialog = document.getElementById(asking.dataset.confirm);
      if (!dialog) return;
      event.preventDefault();
      dialog.asking = asking;
      dialog.showModal();
      return;
    }
    const answer = event.target.closest("[data-confirmed]");
    const button = answer?.closest("dialog").asking;
    if (!button) return;
    answer.closest("dialog").close();
    button.dataset.confirmed = "";
    button.form.requestSubmit(button);
    delete button.dataset.confirmed;
  });
}

function wireLoadMore() {
  let place = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const button = event.detail.requestConfig?.elt;
    if (!button?.matches("[data-load-more]")) return;
    const list = event.detail.target.parentElement;
    place = { list, index: [...list.children].indexOf(event.detail.target), focus: button === document.activeElement };
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (place?.focus) place.list.children[place.index]?.querySelector("a:not([tabindex])")?.focus({ preventScroll: true });
    place = null;
  });
}

// Too many requests is an answer with words in it, not a broken connection.
export function showRefusals() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 429) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
}

wireConfirms();
wireLoadMore();
showRefusals();
