/**
 * Keeps a page fresh without touching what somebody types: asks a small address for a stamp, and when the stamp differs from
 * the one on the page fetches the page again and exchanges the parts marked data-live. Everything else, forms above all, stays.
 */
const EVERY_MS = 4000;
const AT_MOST_MS = 60000;
const address = find(document, "[data-watch]")?.dataset.watch;
let pause = EVERY_MS;

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement | null} */
function find(root, selector) {
  return root.querySelector(selector);
}

/** @param {Element} item the id of the nearest element that has one */
function placeOf(item) {
  return item.closest("[id]")?.id;
}

/** Exchanges the live parts by their ids. What was open or had the focus keeps it; the page follows new rows if its end was in view.
 * @param {Document} fresh */
function exchange(fresh) {
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
  const rows = document.querySelectorAll(".row").length;
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (next) exchangePart(part, next);
  }
  const head = find(document, "[data-stamp]");
  if (head) head.dataset.stamp = find(fresh, "[data-stamp]")?.dataset.stamp ?? "";
  document.title = fresh.title;
  const grown = document.querySelectorAll(".row").length > rows;
  const teller = find(document, "[data-announce]");
  if (teller && grown) teller.textContent = teller.dataset.announce ?? "";
  if (atEnd && grown) scrollTo({ top: document.documentElement.scrollHeight });
}

/** @param {Element} part @param {HTMLElement} next */
function exchangePart(part, next) {
  const focused = part.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  const open = new Set([...part.querySelectorAll("details[open]")].map(placeOf));
  part.replaceWith(document.adoptNode(next));
  for (const item of next.querySelectorAll("details")) item.open = open.has(placeOf(item));
  if (focused) find(next, `a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

/** Looks once. @param {string} watched @returns {Promise<number>} milliseconds until the next look; 0: never again, one has to sign in first */
async function look(watched) {
  if (document.hidden) return EVERY_MS;
  try {
    const answer = await fetch(watched, { headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) return 0;
    if (!answer.ok) return Math.min(pause * 2, AT_MOST_MS);
    const { stamp } = await answer.json();
    if (stamp !== find(document, "[data-stamp]")?.dataset.stamp) {
      const page = await fetch(location.href.replace(/#.*/, ""));
      if (page.ok && !page.redirected) exchange(new DOMParser().parseFromString(await page.text(), "text/html"));
    }
    return EVERY_MS;
  } catch {
    return Math.min(pause * 2, AT_MOST_MS);
  }
}

/** @param {string} watched */
async function keepLooking(watched) {
  pause = await look(watched);
  if (pause) setTimeout(keepLooking, pause, watched);
}

if (address) setTimeout(keepLooking, pause, address);
