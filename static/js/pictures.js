/* Follows pictures that are not finished: by server-sent events while they are drawn, and by polling while they
   wait or where events do not get through. */

const LIVE = "[data-picture-live]";
const POLL_MILLISECONDS = 1500;
const POLL_LONGEST_MILLISECONDS = 10000;
const QUEUE_LONGEST_MILLISECONDS = 4000;
const STREAM_FAILURES = 2;
// A browser opens six connections to a site, in all tabs together.
const STREAMS_AT_ONCE = 2;

const followed = new WeakSet();
let streams = 0;

function follow(fragment) {
  if (followed.has(fragment)) {
    return;
  }
  followed.add(fragment);
  fragment.querySelectorAll("[data-without-script]").forEach((link) => link.remove());
  // A queue can be long, and a stream that waits would hold a connection all the time.
  const isRunning = fragment.dataset.pictureState === "running";
  if (isRunning && "EventSource" in window && streams < STREAMS_AT_ONCE) {
    stream(fragment);
  } else {
    poll(fragment, POLL_MILLISECONDS);
  }
}

function stream(fragment) {
  const source = new EventSource(fragment.dataset.eventsUrl);
  let failures = 0;
  let isOpen = true;
  streams += 1;

  const stop = () => {
    source.close();
    if (isOpen) {
      isOpen = false;
      streams -= 1;
    }
  };
  source.addEventListener("picture", (event) => {
    failures = 0;
    const news = JSON.parse(event.data);
    if (!fragment.isConnected) {
      stop();
    } else if (news.final || news.state !== "running" || isBehind(fragment, news.percent)) {
      stop();
      replaceOrPoll(fragment);
    } else {
      showPercent(fragment, news.percent);
    }
  });
  source.addEventListener("gone", stop);
  source.addEventListener("error", () => {
    failures += 1;
    if (!fragment.isConnected) {
      stop();
    } else if (failures > STREAM_FAILURES || source.readyState === EventSource.CLOSED) {
      stop();
      poll(fragment, POLL_MILLISECONDS);
    }
  });
}

/* A picture that is drawn once more has more steps before it than it had; the server has words for that. */
function isBehind(fragment, percent) {
  const bar = fragment.querySelector("progress");
  return Boolean(bar) && percent < bar.value;
}

function showPercent(fragment, percent) {
  const bar = fragment.querySelector("progress");
  if (bar) {
    bar.value = percent;
  }
}

async function replaceOrPoll(fragment) {
  if (!(await replace(fragment))) {
    poll(fragment, POLL_MILLISECONDS);
  }
}

function poll(fragment, pause) {
  const isQueued = fragment.dataset.pictureState === "queued";
  const longest = isQueued ? QUEUE_LONGEST_MILLISECONDS : POLL_LONGEST_MILLISECONDS;
  setTimeout(async () => {
    if (!fragment.isConnected) {
      return;
    }
    if (document.hidden || !(await replace(fragment))) {
      poll(fragment, Math.min(pause * 1.5, longest));
    }
  }, pause);
}

function showStatus(fragment, fresh) {
  const shown = fragment.querySelector(".picture__status");
  const news = fresh.querySelector(".picture__status");
  if (shown && news && shown.textContent.trim() !== news.textContent.trim()) {
    shown.replaceChildren(...news.childNodes);
  }
}

/* Returns the fragment as the server has it now, or null without an answer. */
async function load(fragment) {
  try {
    const response = await fetch(fragment.dataset.pollUrl, {
      headers: { Accept: "text/html" },
      credentials: "same-origin",
    });
    if (!response.ok || response.redirected) {
      return null;
    }
    const holder = document.createElement("template");
    holder.innerHTML = await response.text();
    return holder.content.querySelector(".picture");
  } catch {
    return null;
  }
}

/* Puts the newest state in the fragment's place; false when there is nothing new or no answer. */
async function replace(fragment) {
  const fresh = await load(fragment);
  if (!fresh || !fragment.isConnected) {
    return false;
  }
  if (fresh.dataset.version === fragment.dataset.version) {
    showStatus(fragment, fresh);
    return false;
  }
  keepAlt(fragment, fresh);
  const hadFocus = fragment.contains(document.activeElement);
  fragment.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (hadFocus) {
    fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
  }
  start(fresh);
  return true;
}

/* The page that shows a picture knows best what to call it. */
function keepAlt(fragment, fresh) {
  const alt = fragment.dataset.alt;
  if (alt) {
    fresh.dataset.alt = alt;
    fresh.querySelector("img[data-picture]")?.setAttribute("alt", alt);
  }
}

function start(root) {
  if (root.matches?.(LIVE)) {
    follow(root);
  }
  root.querySelectorAll?.(LIVE).forEach(follow);
}

start(document);
/* Fragments also arrive with what htmx and other scripts put into the page. */
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        start(node);
      }
    }
  }
}).observe(document.body, { childList: true, subtree: true });
/* "Cancel" and "Try again" swap the fragment through htmx. */
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const fragment = event.detail.target;
  if (!fragment?.matches?.(".picture")) {
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = event.detail.serverResponse;
  const fresh = holder.content.querySelector(".picture");
  if (fresh) {
    keepAlt(fragment, fresh);
    event.detail.serverResponse = holder.innerHTML;
  }
});
