// The README's example for Node is run as it stands there; what it signs must be what the standard asks for.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

test("the example for Node signs a token with the claims and the secret", async () => {
  const code = /** @type {RegExpMatchArray} */ (readme.match(/```js\n([^`]*kanalIdentity[^`]*)```/))[1];
  process.env.KANAL_SECRET = "rahasia-toko";
  const { kanalIdentity } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const [header, payload, signature] = kanalIdentity({ id: 4711, name: "Siti ✓", email: "siti@example.com" }).split(".");
  assert.equal(createHmac("sha256", "rahasia-toko").update(`${header}.${payload}`).digest("base64url"), signature);
  assert.deepEqual(JSON.parse(Buffer.from(header, "base64url").toString()), { alg: "HS256" });
  const { sub, iat, exp, name } = JSON.parse(Buffer.from(payload, "base64url").toString());
  assert.deepEqual([sub, name, exp - iat], ["4711", "Siti ✓", 3600]);
});
