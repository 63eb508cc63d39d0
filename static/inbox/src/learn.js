/**
 * "Make this answer knowledge": the question and the person's answer, to be made general, then saved and tried against the
 * question at once. Called from a row of the log; the answer of the server is told by page.js.
 */

import { openDialog } from "./dialog.js";
import { button, element } from "./nodes.js";
import { text } from "./text.js";

/**
 * @param {string} question
 * @param {string} answer
 * @param {(question: string, answer: string) => void} save
 */
export function openLearn(question, answer, save) {
  const asked = element("textarea", { rows: 2, value: question, required: true, maxLength: 200 });
  const said = element("textarea", { rows: 5, value: answer, required: true });
  const form = element(
    "form.learn",
    {},
    element("p.quiet", {}, text.learnHelp),
    element("label", {}, text.question, asked),
    element("label", {}, text.answer, said),
    element("div.dialog-acts", {}, element("button.button", {}, text.learnSave), button(text.cancel, () => dialog.close())),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    if (!asked.value.trim() || !said.value.trim()) return;
    dialog.close();
    save(asked.value.trim(), said.value.trim());
  };
  const dialog = openDialog(text.learnTitle, form);
  asked.focus();
}
