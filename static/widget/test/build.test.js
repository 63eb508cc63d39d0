// The committed files are what the sources build to, byte for byte.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("a new build gives the committed bytes", () => {
  const fresh = mkdtempSync(join(tmpdir(), "kanal-"));
  try {
    execFileSync(process.execPath, [join(root, "build.mjs"), fresh]);
    const dist = join(root, "widget/dist");
    assert.deepEqual(readdirSync(fresh).sort(), readdirSync(dist).sort());
    for (const name of readdirSync(fresh)) assert.ok(readFileSync(join(fresh, name)).equals(readFileSync(join(dist, name))), name);
  } finally {
    rmSync(fresh, { recursive: true });
  }
});
