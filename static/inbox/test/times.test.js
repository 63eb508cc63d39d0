import assert from "node:assert/strict";
import { test } from "node:test";
import { isOverdue } from "../src/times.js";

test("a wait is overdue from the minute on that its site says", () => {
  assert.deepEqual([4 * 60_000, 5 * 60_000, 60 * 60_000].map((waited) => isOverdue(waited, 5)), [false, true, true]);
  assert.equal(isOverdue(9e9, 0), false, "as long as the site's patience is not known");
});
