/**
 * The service worker of the admin: shows the notices that come by push, and opens the conversation of the one that is tapped.
 * It answers no request and keeps no page, so nothing a person reads here stays on the device.
 */

/** @typedef {{title?: unknown, body?: unknown, path?: unknown, tag?: unknown, lang?: unknown}} Notice */
/** @typedef {{waitUntil(work: Promise<unknown>): void}} Lasting */
/** @typedef {{url: string, focus(): Promise<unknown>, navigate(url: string): Promise<unknown>}} Shown */

// The types of a page's own scripts know no workers.
const worker = /** @type {any} */ (self);
const SCOPE = new URL("./", worker.location.href);

/** @param {{json(): unknown} | null} data @returns {Notice} */
function read(data) {
  try {
    const said = data?.json();
    return said && typeof said === "object" ? said : {};
  } catch {
    return {};
  }
}

/** @param {unknown} value @param {string} instead */
const text = (value, instead) => (typeof value === "string" && value ? value : instead);

/** Browsers take the permission away from whoever hears a push and shows nothing. @param {Notice} notice */
function show(notice) {
  return worker.registration.showNotification(text(notice.title, "Kanal"), {
    body: text(notice.body, ""),
    tag: text(notice.tag, "kanal"),
    renotify: true,
    lang: text(notice.lang, ""),
    icon: "/static/push/icon-192.png",
    badge: "/static/push/badge-96.png",
    data: { path: text(notice.path, SCOPE.pathname) },
  });
}

/** Only a page of the admin. @param {unknown} path */
function target(path) {
  const url = new URL(text(path, SCOPE.pathname), SCOPE);
  return url.origin === SCOPE.origin && url.pathname.startsWith(SCOPE.pathname) ? url.href : SCOPE.href;
}

/** The window that shows it already, else one of the admin that is led there, else a new one. @param {string} url */
async function lead(url) {
  /** @type {Shown[]} */
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((one) => one.url === url);
  if (there) return there.focus();
  const near = windows.find((one) => one.url.startsWith(SCOPE.href));
  try {
    if (near) {
      await near.navigate(url);
      return await near.focus();
    }
  } catch {
    // A window this worker does not control cannot be led.
  }
  return worker.clients.openWindow(url);
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {Lasting} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("push", (/** @type {Lasting & {data: {json(): unknown} | null}} */ event) => event.waitUntil(show(read(event.data))));
worker.addEventListener("notificationclick", (/** @type {Lasting & {notification: {close(): void, data?: {path?: unknown}}}} */ event) => {
  event.notification.close();
  event.waitUntil(lead(target(event.notification.data?.path)));
});
