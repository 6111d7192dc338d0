// One chat: sends without a reload, follows the stream, falls back to polling. Without it every form still works.

const POLL_MS = 1500;
const STREAM_FAILURES_MAX = 3;

const chat = document.querySelector("[data-chat]");
if (chat) start(chat);

function start(root) {
  const find = (selector) => root.querySelector(selector);
  const log = find("[data-log]");
  const scroller = find("[data-scroll]");
  const composer = find("[data-composer]");
  const text = composer?.querySelector("textarea");
  const problem = find("[data-problem]");
  const draftKey = `draft:${location.pathname}`;
  const state = { cursor: root.dataset.cursor, isWriting: root.dataset.writing === "true", stream: null, failures: 0, timer: 0, isSending: false };

  // --- Showing ---

  // The scroller is upside down: 0 is the end, and older lines are negative.
  const isAtEnd = () => Math.abs(scroller.scrollTop) < 80;
  const toEnd = () => scroller.scrollTo({ top: 0 });

  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content;
  }

  function showLine({ id, html }) {
    const fresh = parse(html).querySelector("[data-message]");
    const shown = log.querySelector(`[data-message="${id}"]`);
    if (!shown) {
      log.querySelector(".chat__lines").append(fresh);
      window.htmx?.process(fresh);
      return;
    }
    shown.className = fresh.className;
    for (const part of ["text", "photo", "foot"]) {
      const [old, next] = [shown, fresh].map((line) => line.querySelector(`[data-part="${part}"]`));
      // A photo follows its own stream; replace it only when it is another one.
      if (part === "photo" ? old.dataset.key === next.dataset.key : old.innerHTML === next.innerHTML) continue;
      old.replaceWith(next);
      window.htmx?.process(next);
    }
    if (fresh.hasAttribute("aria-busy")) shown.setAttribute("aria-busy", "true");
    else shown.removeAttribute("aria-busy");
  }

  function apply(update) {
    const wasAtEnd = isAtEnd();
    for (const line of update.lines) showLine(line);
    setCursor(update.cursor);
    setWriting(update.active);
    if (update.lines.length) find("[data-opening]")?.remove();
    if (update.readOnly !== undefined && update.readOnly !== (root.dataset.closed === "true")) location.reload();
    if (wasAtEnd) toEnd();
  }

  function setCursor(cursor) {
    state.cursor = cursor;
    for (const input of root.querySelectorAll("[data-cursor-field]")) input.value = cursor;
  }

  function setWriting(isWriting) {
    state.isWriting = isWriting;
    find("[data-status-idle]").hidden = isWriting;
    find("[data-status-writing]").hidden = !isWriting;
    const stop = find("[data-stop]");
    if (stop) stop.hidden = !isWriting;
    if (composer) find("[data-send]").hidden = isWriting;
  }

  function say(message, fix = "") {
    if (!problem) return;
    problem.replaceChildren();
    if (!message) return;
    const line = document.createElement("p");
    line.className = "chat__problem";
    line.textContent = `${message} ${fix}`.trim();
    problem.append(line);
  }

  // --- Following ---

  function follow() {
    if (root.dataset.latest !== "true" || state.stream) return;
    clearTimeout(state.timer);
    if (!("EventSource" in window) || state.failures >= STREAM_FAILURES_MAX) {
      poll();
      return;
    }
    const stream = new EventSource(`${root.dataset.eventsUrl}?cursor=${encodeURIComponent(state.cursor)}`);
    state.stream = stream;
    const end = () => {
      stream.close();
      if (state.stream === stream) state.stream = null;
    };
    stream.addEventListener("update", (event) => {
      state.failures = 0;
      apply(JSON.parse(event.data));
    });
    stream.addEventListener("idle", end);
    stream.addEventListener("gone", () => {
      end();
      location.reload();
    });
    stream.addEventListener("error", () => {
      // A browser gives up by itself when the server does not stream at all.
      state.failures = stream.readyState === EventSource.CLOSED ? STREAM_FAILURES_MAX : state.failures + 1;
      if (stream.readyState === EventSource.CLOSED || state.failures >= STREAM_FAILURES_MAX) {
        end();
        state.timer = setTimeout(follow, POLL_MS);
      }
    });
  }

  async function poll() {
    try {
      const answer = await fetch(`${root.dataset.updatesUrl}?cursor=${encodeURIComponent(state.cursor)}`, { headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 404) {
        location.reload();
        return;
      }
      if (answer.ok) apply(await answer.json());
    } catch {
      // The network is away; the next round tries again.
    }
    if (state.isWriting) state.timer = setTimeout(poll, POLL_MS);
  }

  // --- Sending ---

  async function post(form, url) {
    const answer = await fetch(url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "error" });
    if (!(answer.headers.get("content-type") ?? "").startsWith("application/json")) throw new Error("not ours");
    return { isOk: answer.ok, data: await answer.json() };
  }

  async function submit(form, url, { onSent = () => {} } = {}) {
    if (state.isSending) return;
    state.isSending = true;
    try {
      const { isOk, data } = await post(form, url);
      if (isOk) {
        say("");
        onSent(data);
        apply(data);
        toEnd();
        follow();
      } else {
        say(data.message, data.fix);
        if (data.code === "read-only") location.reload();
        else follow();
      }
    } catch {
      say(root.dataset.lost);
    } finally {
      state.isSending = false;
    }
  }

  function saveDraft() {
    try {
      if (text.value) sessionStorage.setItem(draftKey, text.value);
      else sessionStorage.removeItem(draftKey);
    } catch {
      // Storage is off; the text stays in its field.
    }
  }

  function grow() {
    if (CSS.supports("field-sizing", "content")) return;
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }

  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form === composer) {
      event.preventDefault();
      event.stopPropagation();
      const isPhoto = event.submitter?.hasAttribute("data-photo") ?? false;
      if (!isPhoto && (!text.value.trim() || state.isWriting)) return;
      submit(form, isPhoto ? event.submitter.formAction : form.action, {
        onSent: (data) => {
          form.elements.creation_key.value = data.creationKey;
          text.value = "";
          saveDraft();
          grow();
          text.focus();
        },
      });
    } else if (form.hasAttribute("data-command")) {
      event.preventDefault();
      event.stopPropagation();
      submit(form, form.action);
    }
  });

  if (text) {
    try {
      if (!text.value) text.value = sessionStorage.getItem(draftKey) ?? "";
    } catch {
      // Storage is off.
    }
    grow();
    text.addEventListener("input", () => {
      saveDraft();
      grow();
      // Somebody who writes wants to see what comes.
      if (state.isWriting) follow();
    });
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!state.isWriting) composer.requestSubmit(find("[data-send]"));
    });
    if (matchMedia("(hover: hover)").matches && !location.hash.startsWith("#line-")) text.focus({ preventScroll: true });
  }

  // --- Older lines ---

  async function loadOlder(link) {
    if (link.dataset.loading) return;
    link.dataset.loading = "true";
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error("no older lines");
      const older = parse(await answer.text());
      link.closest("[data-older]").replaceWith(older.querySelector("[data-older]"));
      log.querySelector(".chat__lines").prepend(...older.querySelectorAll("[data-message]"));
      watchTop();
    } catch {
      location.assign(link.href);
    }
  }

  const top = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) loadOlder(entry.target);
  }, { root: scroller });

  function watchTop() {
    top.disconnect();
    const link = log.querySelector("[data-older] a");
    if (link) top.observe(link);
  }

  const down = find("[data-down]");
  scroller.addEventListener("scroll", () => { down.hidden = isAtEnd(); }, { passive: true });
  down.addEventListener("click", () => {
    toEnd();
    text?.focus({ preventScroll: true });
  });

  for (const refresh of root.querySelectorAll("[data-refresh]")) refresh.hidden = true;
  setWriting(state.isWriting);
  watchTop();
  follow();
  document.addEventListener("visibilitychange", () => { if (!document.hidden) follow(); });
  addEventListener("pagehide", () => state.stream?.close());
}
