// "What I can draw": words that are pressed go into the field, as clauses that the drawing model knows best.
// The field alone says which are pressed, so what was typed or saved counts as much as a click.

const groupsOf = new WeakMap();

const literal = (text) => text.replace(/[^\w\s]/g, "\\$&").replace(/\s+/g, "\\s+");
const anyOf = (words) => (words.length ? `(?:${words.map(literal).join("|")})(?![\\w-])` : "(?!)");
const whole = (source) => new RegExp(`(?<![\\w-])${source}`, "i");

// Words before a noun may be missing ("hair" in "{hair_style} {hair} hair"), those at the end may not.
function pattern(template, words) {
  const parts = template.match(/\{\w+\}(?: \{\w+\})*|[^{}]+/g);
  const sources = parts.map((part, place) => {
    if (!part.startsWith("{")) return `${literal(part.trim())}(?![\\w-])\\s*`;
    const known = part.match(/\w+/g).flatMap((kind) => words.get(kind) ?? []);
    return `(?:${anyOf(known)}\\s*)${place === parts.length - 1 ? "+" : "*"}`;
  });
  return whole(sources.join(""));
}

// "At the beach", "with a red cap": the words around go with the word.
function alone(words) {
  const lead = "(?:(?:in|at|on|by|near|with|wearing)\\s+)?(?:(?:an?|the)\\s+(?:[\\w-]+\\s+)?)?";
  return whole(`${lead}${anyOf(words)}(?=\\s*$|\\s+(?:in|at|on|with)\\b)`);
}

// Kinds that share a clause ("long" and "black" hair) are a group: they are read and written together.
function groupsIn(box) {
  const groups = new Map();
  const all = [...box.querySelectorAll("[data-word]")].map((button) => button.dataset.word);
  const kinds = [...box.querySelectorAll("[data-hint-kind]")];
  for (const { dataset } of kinds) {
    groups.set(dataset.clause, { clause: dataset.clause, words: new Map(), own: new Map() });
  }
  for (const kind of kinds) {
    const group = groups.get(kind.dataset.clause);
    const buttons = [...kind.querySelectorAll("[data-word]")];
    // Longest first: a night city is not just a city.
    const words = buttons.map((button) => button.dataset.word).sort((a, b) => b.length - a.length);
    group.words.set(kind.dataset.hintKind, words);
    for (const { dataset } of buttons) if (dataset.clause) group.own.set(dataset.word, dataset.clause);
    const isShared = (word) => all.indexOf(word) !== all.lastIndexOf(word);
    if ("saidAlone" in kind.dataset) group.alone = alone(words.filter((word) => !isShared(word)));
  }
  for (const group of groups.values()) {
    const templates = [group.clause, ...group.own.values()];
    group.patterns = templates.map((template) => pattern(template, group.words));
    if (group.alone) group.patterns.push(group.alone);
  }
  return groups;
}

const fieldOf = (box) => document.getElementById(box.dataset.hint);
const clausesOf = (field) => field.value.split(",").map((part) => part.trim()).filter(Boolean);

// What the clauses say of a group: where, and the word of each kind.
function find(group, clauses) {
  return clauses.flatMap((clause, place) => {
    const pieces = group.patterns.flatMap((shape) => {
      const match = shape.exec(clause);
      if (!match) return [];
      const words = new Map();
      for (const [kind, known] of group.words) {
        const word = known.find((one) => whole(anyOf([one])).test(match[0]));
        if (word) words.set(kind, word);
      }
      const isAlone = shape === group.alone;
      const piece = { place, start: match.index, text: match[0].trimEnd(), words, isAlone };
      // A noun alone says something only at the end: "a light jacket" is no light.
      return words.size || piece.start + piece.text.length === clause.length ? [piece] : [];
    });
    return pieces.sort((a, b) => b.text.length - a.text.length).slice(0, 1);
  });
}

function write(group, words) {
  if (!words.size) return "";
  const own = [...words.values()].map((word) => group.own.get(word)).find(Boolean);
  const text = (own ?? group.clause).replace(/\{(\w+)\}/g, (_, kind) => words.get(kind) ?? "");
  return text.replace(/\s+/g, " ").trim();
}

function replace(clause, piece, text) {
  const after = clause.slice(piece.start + piece.text.length);
  const before = clause.slice(0, piece.start);
  if (text && before && piece.isAlone) return `${before.trimEnd()}, ${text}${after}`;
  if (text) {
    const n = /^[aeiou]/i.test(text) ? "n" : "";
    return before.replace(/\b(a)n?(\s+)$/i, (_, a, space) => a + n + space) + text + after;
  }
  // "A woman with" nothing is a woman.
  return (before.replace(/(?:(?:^|\s+)(?:with|in|wearing|and|an?|the))*\s*$/i, "") + after).trim();
}

function press(box, button) {
  const { clause, hintKind: kind } = button.closest("[data-hint-kind]").dataset;
  const { word } = button.dataset;
  const group = groupsOf.get(box).get(clause);
  const field = fieldOf(box);
  const clauses = clausesOf(field);
  const pieces = find(group, clauses);
  const says = pieces.find((one) => one.words.get(kind) === word);
  const piece = says ?? pieces.find((one) => one.words.has(kind)) ?? pieces[0];
  const words = new Map(piece?.words);
  if (says) words.delete(kind);
  else words.set(kind, word);
  const text = write(group, words);
  if (piece) clauses[piece.place] = replace(clauses[piece.place], piece, text);
  else clauses.push(text);
  field.value = clauses.filter(Boolean).join(", ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(box) {
  const clauses = clausesOf(fieldOf(box));
  const said = new Map();
  for (const [clause, group] of groupsOf.get(box)) said.set(clause, find(group, clauses));
  for (const button of box.querySelectorAll("[data-word]")) {
    const { clause, hintKind } = button.closest("[data-hint-kind]").dataset;
    const isSaid = said.get(clause).some((piece) => piece.words.get(hintKind) === button.dataset.word);
    button.setAttribute("aria-pressed", String(isSaid));
  }
}

// Without this script the words are there to be read.
function wire(box) {
  for (const word of box.querySelectorAll(".hint__word")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = word.className;
    button.dataset.word = button.textContent = word.textContent;
    if (word.dataset.clause) button.dataset.clause = word.dataset.clause;
    word.replaceWith(button);
  }
  groupsOf.set(box, groupsIn(box));
  box.querySelector("[data-hint-how]").hidden = false;
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-word]");
    if (button) press(box, button);
  });
}

function wireAll() {
  for (const box of document.querySelectorAll("[data-hint]")) {
    if (!groupsOf.has(box)) wire(box);
    show(box);
  }
}

document.addEventListener("input", (event) => {
  for (const box of document.querySelectorAll("[data-hint]")) {
    if (event.target.id === box.dataset.hint && groupsOf.has(box)) show(box);
  }
});
document.addEventListener("htmx:afterSettle", wireAll);
// The browser may put back what was typed after scripts have run.
window.addEventListener("pageshow", wireAll);
wireAll();
