// Sign-up tells us the browser's time zone, so that times on the pages are the visitor's own.
for (const field of document.querySelectorAll("input[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}
