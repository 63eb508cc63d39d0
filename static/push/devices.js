/**
 * The page of one's devices (templates/admin/push_devices.html): turns notices on for this browser, marks it in the list, offers to install the app.
 * The sentences stand in the page; this only chooses which of them is seen.
 */

const card = /** @type {HTMLElement} */ (document.getElementById("this-device"));
const worker = card.dataset.worker ?? "";
const ourKey = card.dataset.key ?? "";
const said = /** @type {HTMLElement} */ (document.getElementById("device-said"));

/** @param {string} name */
function show(name) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[data-when]"))) part.hidden = !part.dataset.when?.split(" ").includes(name);
}

/** @param {string} text */
function say(text) {
  said.textContent = text;
  said.hidden = !text;
}

/** @param {string} text */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {PushSubscription} subscription */
function isOurs(subscription) {
  const key = subscription.options.applicationServerKey;
  const ours = bytes(ourKey);
  return key !== null && key.byteLength === ours.length && new Uint8Array(key).every((byte, index) => byte === ours[index]);
}

async function current() {
  const registration = await navigator.serviceWorker.getRegistration(worker);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** The row of this device, or nothing. @param {PushSubscription | null} subscription */
async function rowOf(subscription) {
  if (!subscription) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
  const mark = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return /** @type {HTMLElement | null} */ (document.querySelector(`[data-device="${mark}"]`));
}

async function subscribe() {
  await navigator.serviceWorker.register(worker);
  const registration = await navigator.serviceWorker.ready;
  const old = await registration.pushManager.getSubscription();
  if (old && !isOurs(old)) await old.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(ourKey) });
}

/** @param {PushSubscription} subscription */
async function tell(subscription) {
  const token = /** @type {HTMLInputElement} */ (card.querySelector("[name=csrfmiddlewaretoken]")).value;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const answer = await fetch(card.dataset.subscribe ?? "", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ subscription: subscription.toJSON(), key: ourKey, zone }),
  });
  const message = answer.headers.get("Content-Type")?.startsWith("application/json") ? (await answer.json()).message : card.dataset.failed;
  return { kept: answer.ok, message: String(message) };
}

async function turnOn() {
  say("");
  // The question must come straight from the tap: iOS refuses it later.
  if ((await Notification.requestPermission()) !== "granted") return show("blocked");
  show("busy");
  /** @type {PushSubscription | null} */
  let subscription = null;
  try {
    subscription = await subscribe();
    const answer = await tell(subscription);
    if (answer.kept) return location.reload();
    say(answer.message);
  } catch {
    say(card.dataset.failed ?? "");
  }
  await subscription?.unsubscribe().catch(() => false);
  show("off");
}

/** A device that is removed also forgets its subscription. @param {SubmitEvent} event */
async function remove(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const subscription = await current().catch(() => null);
  await subscription?.unsubscribe().catch(() => false);
  form.submit();
}

async function look() {
  const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
  if (!isSecureContext) return show("insecure");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return show(apple ? "apple" : "unsupported");
  if (Notification.permission === "denied") return show("blocked");
  const subscription = await current().catch(() => null);
  const row = await rowOf(subscription);
  if (!row) return show("off");
  row.querySelector("[data-this]")?.removeAttribute("hidden");
  row.querySelector("form[data-remove]")?.addEventListener("submit", (event) => void remove(/** @type {SubmitEvent} */ (event)));
  show("on");
}

const install = /** @type {HTMLElement} */ (document.getElementById("install"));
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  install.hidden = false;
  install.querySelector("button")?.addEventListener("click", () => void /** @type {any} */ (event).prompt(), { once: true });
});
addEventListener("appinstalled", () => (install.hidden = true));
document.getElementById("turn-on")?.addEventListener("click", () => void turnOn());
void look();

// A module, with names of its own.
export {};
