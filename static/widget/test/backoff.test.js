import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "../src/backoff.js";

test("the wait doubles from half a second and never passes thirty", () => {
  const most = [0, 1, 2, 3, 4, 5, 6, 7, 20, 2000].map((attempt) => backoff(attempt, () => 1));
  assert.deepEqual(most, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000]);
});

test("the jitter is full: any wait down to none is possible", () => {
  assert.equal(backoff(6, () => 0), 0);
  assert.equal(backoff(6, () => 0.5), 15000);
});
