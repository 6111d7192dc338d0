// What every page does beyond links and forms: theme, menus, dialogs, messages, one press per button.
import { wireDialogs } from "./shared/dialogs.js";
import { wireForms } from "./shared/forms.js";
import { wireTheme } from "./shared/theme.js";
import { toast } from "./shared/toast.js";

function wireMenus() {
  const closeOthers = (kept) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu !== kept) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeOthers(event.target.closest("details[data-menu]")));
  document.addEventListener("focusin", (event) => closeOthers(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    const items = [...menu.querySelectorAll(".menu__item")].filter((item) => item.checkVisibility());
    const here = items.indexOf(document.activeElement);
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      items[(Math.max(here, step > 0 ? -1 : 0) + step + items.length) % items.length]?.focus();
    }
  });
}

function wireMessages() {
  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".notice, .toast")?.remove();
  });
  const words = document.getElementById("toasts")?.dataset;
  document.addEventListener("htmx:sendError", () => toast(words?.failed));
  document.addEventListener("htmx:responseError", () => toast(words?.refused));
}

wireTheme();
wireMenus();
wireDialogs();
wireForms();
wireMessages();
