// A short message that goes away by itself; screen readers hear it through the region's role.
const SHOWN_MS = 6000;

export function toast(text) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = "toast";
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  region.append(box);
  setTimeout(() => box.remove(), SHOWN_MS);
}
