/* Follows pictures that are not finished: by server-sent events, and by polling where those do not get through. */

const LIVE = "[data-picture-live]";
const POLL_MILLISECONDS = 1500;
const POLL_LONGEST_MILLISECONDS = 10000;
const STREAM_FAILURES = 2;

const followed = new WeakSet();

function follow(fragment) {
  if (followed.has(fragment)) {
    return;
  }
  followed.add(fragment);
  fragment.querySelectorAll("[data-without-script]").forEach((link) => link.remove());
  if ("EventSource" in window) {
    stream(fragment);
  } else {
    poll(fragment, POLL_MILLISECONDS);
  }
}

function stream(fragment) {
  const source = new EventSource(fragment.dataset.eventsUrl);
  let failures = 0;
  let state = fragment.dataset.pictureState;

  const stop = () => source.close();
  source.addEventListener("picture", async (event) => {
    failures = 0;
    if (!fragment.isConnected) {
      stop();
      return;
    }
    const news = JSON.parse(event.data);
    if (news.final) {
      stop();
    }
    if (news.state === state && news.state === "running") {
      showPercent(fragment, news.percent);
      return;
    }
    if (news.final || news.state !== state) {
      state = news.state;
      stop();
      await replaceOrPoll(fragment);
    }
  });
  source.addEventListener("gone", () => {
    stop();
    fragment.remove();
  });
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
  setTimeout(async () => {
    if (!fragment.isConnected) {
      return;
    }
    if (document.hidden || !(await replace(fragment))) {
      poll(fragment, Math.min(pause * 1.5, POLL_LONGEST_MILLISECONDS));
    }
  }, pause);
}

/* Puts the newest state in the fragment's place; false when there is nothing new or no answer. */
async function replace(fragment) {
  let response;
  try {
    response = await fetch(fragment.dataset.pollUrl, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  } catch {
    return false;
  }
  if (response.status === 404) {
    fragment.remove();
    return true;
  }
  if (!response.ok || response.redirected) {
    return false;
  }
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  const fresh = holder.content.querySelector(".picture");
  if (!fresh || !fragment.isConnected) {
    return false;
  }
  if (fresh.dataset.version && fresh.dataset.version === fragment.dataset.version) {
    return false;
  }
  putInPlace(fragment, fresh);
  return true;
}

function putInPlace(fragment, fresh) {
  const alt = fragment.dataset.alt;
  if (alt) {
    fresh.dataset.alt = alt;
    const image = fresh.querySelector("img[data-picture]");
    if (image) {
      image.alt = alt;
    }
  }
  const hadFocus = fragment.contains(document.activeElement);
  fragment.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (hadFocus) {
    fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
  }
  announce(fresh);
  start(fresh);
}

/* Pages that keep a picture's id in a form listen to this. */
function announce(fragment) {
  fragment.dispatchEvent(
    new CustomEvent("picture:changed", {
      bubbles: true,
      detail: { id: fragment.id.replace("picture-", ""), state: fragment.dataset.pictureState },
    }),
  );
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
  changes.forEach((change) => change.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && start(node)));
}).observe(document.body, { childList: true, subtree: true });
