/**
 * Keeps a page fresh without touching what somebody types: asks a small address for a stamp, and when the stamp differs from
 * the one on the page fetches the page again and exchanges the parts marked data-live. Everything else, forms above all, stays.
 */
const EVERY_MS = 4000;
const AT_MOST_MS = 60000;
const page = document.querySelector("[data-watch]");
let pause = EVERY_MS;

function stampOf(root) {
  return root.querySelector("[data-stamp]")?.dataset.stamp;
}

/** Exchanges the live parts by their ids. What was open or had the focus keeps it; the page follows new rows if its end was in view. */
function exchange(fresh) {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
  const rows = document.querySelectorAll(".row").length;
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const open = new Set([...part.querySelectorAll("details[open]")].map((item) => item.closest("[id]").id));
    part.replaceWith(document.adoptNode(next));
    for (const item of next.querySelectorAll("details")) item.open = open.has(item.closest("[id]").id);
    if (focused) next.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  const head = document.querySelector("[data-stamp]");
  if (head) head.dataset.stamp = stampOf(fresh) ?? "";
  document.title = fresh.title;
  const grown = document.querySelectorAll(".row").length > rows;
  const teller = document.querySelector("[data-announce]");
  if (teller && grown) teller.textContent = teller.dataset.announce;
  if (atEnd && grown) scrollTo({ top: document.documentElement.scrollHeight });
}

async function look() {
  if (document.hidden) return EVERY_MS;
  try {
    const answer = await fetch(page.dataset.watch, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) return 0;
    if (!answer.ok) return Math.min(pause * 2, AT_MOST_MS);
    const { stamp } = await answer.json();
    if (stamp !== stampOf(document)) {
      const html = await (await fetch(location.href.split("#")[0])).text();
      exchange(new DOMParser().parseFromString(html, "text/html"));
    }
    return EVERY_MS;
  } catch {
    return Math.min(pause * 2, AT_MOST_MS);
  }
}

async function rest() {
  pause = await look();
  if (pause) setTimeout(rest, pause);
}

if (page) setTimeout(rest, pause);
