/**
 * Brings a visitor back: exchanges what stands behind # for the visitor's token, keeps it where the widget looks for it
 * (widget/src/storage.js), and goes on to the chat. The address is cleared first, so that no history holds it.
 */

const site = /** @type {HTMLElement} */ (document.querySelector("[data-site]")).dataset.site;
const chat = location.pathname.replace(/\/return$/, "");
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

/** @param {string} id */
function say(id) {
  for (const one of ["opening", "gone", "denied"]) {
    const line = document.getElementById(one);
    if (line) line.hidden = one !== id;
  }
}

async function comeBack() {
  const answer = await fetch(`${chat}/exchange`, { method: "POST", body: token, credentials: "omit" }).catch(() => null);
  if (!answer?.ok) return say("gone");
  const given = await answer.json();
  try {
    localStorage.setItem(`kanal:${site}:token`, given.token);
  } catch {
    return say("denied");
  }
  location.replace(chat);
}

if (token) comeBack();
else say("gone");
