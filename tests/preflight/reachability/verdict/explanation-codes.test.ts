import { expect } from "chai";
import { CODES } from "../../../../preflight/reachability/index.js";

describe("CODES", () => {
  for (const [code, { text, fix }] of Object.entries(CODES)) {
    it(`explains ${code} and how to fix it`, () => {
      expect(code).to.match(/^[A-Z0-9_]+$/);
      expect(text).to.match(/^[A-Z].*\.$/);
      expect(fix).to.match(/^[A-Z].*\.$/);
    });
  }
});
