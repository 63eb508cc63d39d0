/**
 * Says that a file is too large before it is sent: the server would cut the line, and the browser show a bare sentence.
 * A field names its limit in data-most and the sentence in data-too-large.
 */
for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  const input = /** @type {HTMLInputElement} */ (field);
  const told = document.createElement("p");
  told.className = "errornote";
  told.setAttribute("role", "alert");
  told.hidden = true;
  input.before(told);
  const check = () => {
    const isTooLarge = [...(input.files ?? [])].some((file) => file.size > Number(input.dataset.most));
    told.textContent = isTooLarge ? (input.dataset.tooLarge ?? "") : "";
    told.hidden = !isTooLarge;
    return isTooLarge;
  };
  input.addEventListener("change", check);
  input.form?.addEventListener("submit", (event) => {
    if (check()) event.preventDefault();
  });
}
