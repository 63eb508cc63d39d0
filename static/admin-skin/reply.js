/** The reply box: grows with its text, sends with Ctrl+Enter, sends once, and keeps an unsent text in this tab until it is sent. */
const form = document.querySelector(".reply");
if (form) {
  const box = form.elements.namedItem("text");
  const button = form.querySelector("button");
  const key = form.dataset.draft;

  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.4)}px`;
  };
  const keep = (text) => {
    try {
      if (text) sessionStorage.setItem(key, text);
      else sessionStorage.removeItem(key);
    } catch {
      // Storage may be denied; then a text lives as long as the page.
    }
  };
  try {
    box.value ||= sessionStorage.getItem(key) ?? "";
  } catch {
    // As above.
  }
  grow();
  box.addEventListener("input", () => {
    grow();
    keep(box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(button);
  });
  form.addEventListener("submit", () => {
    keep("");
    button.disabled = true;
  });
  // A page that comes back from the browser's memory may be written in again.
  addEventListener("pageshow", () => {
    button.disabled = false;
  });
  if (!location.hash || location.hash === "#end") scrollTo({ top: document.documentElement.scrollHeight });
}
