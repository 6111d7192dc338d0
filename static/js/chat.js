// One chat: sends without a reload, follows the stream, falls back to polling. Without it every form still works.

const POLL_MS = 1500;
// While nothing is written: what moderators remove is gone from a page that is looked at within 5 seconds.
const QUIET_POLL_MS = 4000;
const STREAM_FAILURES_MAX = 3;
// More than two of the server's pulses (chat/events.py).
const SILENCE_MAX_MS = 15000;
const HUSH_MS = 1000;

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
  // A page of older lines shows what changes in them, and nothing that comes.
  const isLatest = root.dataset.latest === "true";
  const state = {
    cursor: root.dataset.cursor,
    isWriting: root.dataset.writing === "true",
    isSending: false,
    isPolling: false,
    isWatching: false,
    stream: null,
    failures: 0,
    // Timers: the next round, the end of patience with the stream, the end of a hush.
    timer: 0,
    silence: 0,
    hush: 0,
  };

  // --- Showing ---

  // The scroller is upside down: 0 is the end, and older lines are negative.
  const isAtEnd = () => Math.abs(scroller.scrollTop) < 80;
  const toEnd = () => scroller.scrollTo({ top: 0 });

  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content;
  }

  // The focus of what is hidden or replaced would fall back to the top of the page.
  function letGo(element) {
    if (element?.contains(document.activeElement)) text?.focus({ preventScroll: true });
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
      letGo(old);
      old.replaceWith(next);
      window.htmx?.process(next);
    }
    if (fresh.hasAttribute("aria-busy")) shown.setAttribute("aria-busy", "true");
    else shown.removeAttribute("aria-busy");
  }

  const isShown = ({ id }) => log.querySelector(`[data-message="${id}"]`) !== null;

  function apply(update) {
    const wasAtEnd = isAtEnd();
    for (const line of update.lines) showLine(line);
    // Further up something was removed or put back; older lines that are not loaded yet come as they are then.
    for (const line of (update.changed ?? []).filter(isShown)) showLine(line);
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
    if (!composer) return;
    const [stop, send] = [find("[data-stop]"), find("[data-send]")];
    letGo(isWriting ? send : stop);
    stop.hidden = !isWriting;
    send.hidden = isWriting;
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

  // One thing follows at a time: a stream, a poll that is under way, or the next round on the timer.
  function follow() {
    if (!isLatest || state.stream || state.isPolling) return;
    if (state.isWatching) stopWaiting();
    if (state.timer) return;
    if (!("EventSource" in window) || state.failures >= STREAM_FAILURES_MAX) {
      poll();
      return;
    }
    const stream = new EventSource(`${root.dataset.eventsUrl}?cursor=${encodeURIComponent(state.cursor)}`);
    state.stream = stream;
    waitForNews();
    stream.addEventListener("update", (event) => {
      hear();
      apply(JSON.parse(event.data));
    });
    stream.addEventListener("pulse", hear);
    stream.addEventListener("idle", () => {
      closeStream();
      watch();
    });
    stream.addEventListener("gone", () => {
      closeStream();
      location.reload();
    });
    stream.addEventListener("error", () => {
      // A browser gives up by itself when the server does not stream at all.
      state.failures = stream.readyState === EventSource.CLOSED ? STREAM_FAILURES_MAX : state.failures + 1;
      if (state.failures >= STREAM_FAILURES_MAX) {
        closeStream();
        later(follow);
      }
    });
  }

  function hear() {
    state.failures = 0;
    waitForNews();
  }

  // Something between the server and the browser may hold a stream back without an error.
  function waitForNews() {
    clearTimeout(state.silence);
    state.silence = setTimeout(() => {
      closeStream();
      state.failures = STREAM_FAILURES_MAX;
      poll();
    }, SILENCE_MAX_MS);
  }

  function closeStream() {
    clearTimeout(state.silence);
    state.stream?.close();
    state.stream = null;
  }

  function later(step, wait = POLL_MS) {
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      state.timer = 0;
      step();
    }, wait);
  }

  function stopWaiting() {
    clearTimeout(state.timer);
    state.timer = 0;
    state.isWatching = false;
  }

  // Nothing is written and no stream is open: ask now and then whether something was removed. Nobody sees a
  // hidden page; it asks when it is shown again.
  function watch() {
    if (document.hidden || state.stream || state.isPolling || state.timer) return;
    state.isWatching = true;
    later(() => {
      if (!document.hidden) poll({ isQuiet: true });
    }, QUIET_POLL_MS);
  }

  // The cursor keeps its place, so that what is sent from here brings all lines that came since.
  function ofOlder(update) {
    const [place, change] = [state.cursor, update.cursor].map((cursor) => cursor.split("~"));
    return { ...update, lines: update.lines.filter(isShown), cursor: `${place[0]}~${change[1]}` };
  }

  async function poll({ isQuiet = false } = {}) {
    if (state.isPolling) return;
    stopWaiting();
    state.isPolling = true;
    const { cursor } = state;
    const asked = new URLSearchParams({ cursor });
    // Lets the server answer with nothing where nothing is new.
    if (isQuiet) asked.set("closed", root.dataset.closed);
    try {
      const answer = await fetch(`${root.dataset.updatesUrl}?${asked}`, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(SILENCE_MAX_MS),
      });
      if (answer.redirected || answer.status === 404) {
        location.reload();
        return;
      }
      const update = answer.status === 200 ? await answer.json() : null;
      // What was sent or streamed meanwhile is newer than this answer.
      if (update && cursor === state.cursor) apply(isLatest ? update : ofOlder(update));
    } catch {
      // The network is away; the next round tries again.
    } finally {
      state.isPolling = false;
    }
    if (state.isWriting && isLatest) later(follow);
    else watch();
  }

  // --- Sending ---

  /* Returns null where only a new page helps: signed out, not in good standing, a form that is too old. */
  async function post(form, url) {
    const answer = await fetch(url, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" });
    const isJson = (answer.headers.get("content-type") ?? "").startsWith("application/json");
    if (answer.type === "opaqueredirect" || (answer.status === 403 && !isJson)) return null;
    if (!isJson) throw new Error("not ours");
    return { isOk: answer.ok, data: await answer.json() };
  }

  async function submit(form, url, { onSent = () => {} } = {}) {
    if (state.isSending) return;
    state.isSending = true;
    try {
      const answer = await post(form, url);
      if (!answer) {
        saveDraft();
        location.reload();
        return;
      }
      const { isOk, data } = answer;
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
      const sent = text.value;
      submit(form, isPhoto ? event.submitter.formAction : form.action, {
        onSent: (data) => {
          form.elements.creation_key.value = data.creationKey;
          // What was typed since stays, and so does the caret.
          if (text.value.startsWith(sent)) text.setRangeText("", 0, sent.length, "preserve");
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
      // Safari ends a composition before the Enter that confirms it; only 229 still tells.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      if (!state.isWriting) composer.requestSubmit(find("[data-send]"));
    });
    if (matchMedia("(hover: hover)").matches && !location.hash.startsWith("#line-")) text.focus({ preventScroll: true });
  }

  // --- Older lines ---

  // Old lines are no news. Screen readers learn of a change a moment later, so the log stays quiet that long.
  function hush() {
    log.setAttribute("aria-live", "off");
    clearTimeout(state.hush);
    state.hush = setTimeout(() => log.setAttribute("aria-live", "polite"), HUSH_MS);
  }

  async function loadOlder(link) {
    if (link.dataset.loading) return;
    link.dataset.loading = "true";
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error("no older lines");
      const older = parse(await answer.text());
      for (const alert of older.querySelectorAll("[role=alert]")) alert.removeAttribute("role");
      const place = link.closest("[data-older]");
      const hadFocus = place.contains(document.activeElement);
      hush();
      place.replaceWith(older.querySelector("[data-older]"));
      log.querySelector(".chat__lines").prepend(...older.querySelectorAll("[data-message]"));
      if (hadFocus) (log.querySelector("[data-older] a") ?? scroller).focus({ preventScroll: true });
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
  if (isLatest) follow();
  else watch();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    follow();
    // A stream that slept with the tab may be dead without knowing.
    poll();
  });
  addEventListener("pagehide", closeStream);
}
