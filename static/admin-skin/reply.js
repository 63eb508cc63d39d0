/** The reply box: grows with its text, sends with Ctrl+Enter, sends once, and keeps a text in this tab until the log shows that it was sent. */

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} box @param {HTMLButtonElement} button */
function enhance(form, box, button) {
  const key = form.dataset.draft ?? "";
  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.4)}px`;
  };
  // Not at the moment of sending: the line may be gone then, or the session over.
  if (lastReply() === read(key).trim()) keep(key, "");
  box.value ||= read(key);
  grow();
  box.addEventListener("input", () => {
    grow();
    keep(key, box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(button);
  });
  form.addEventListener("submit", () => (button.disabled = true));
  // A page that comes back from the browser's memory may be written in again.
  addEventListener("pageshow", () => (button.disabled = false));
}

function lastReply() {
  return [...document.querySelectorAll(".row.operator .bubble")].at(-1)?.textContent?.trim();
}

/** @param {string} key */
function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

/** Storage may be denied; then a text lives as long as the page. @param {string} key @param {string} text */
function keep(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    return;
  }
}

const form = /** @type {HTMLFormElement | null} */ (document.querySelector(".reply"));
const box = form?.querySelector("textarea");
const button = form?.querySelector("button");
if (form && box && button) {
  enhance(form, box, button);
  if (!location.hash || location.hash === "#end") scrollTo({ top: document.documentElement.scrollHeight });
}
