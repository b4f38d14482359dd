import { expect } from "chai";
import { readSettings } from "../../../handlers/fetch-parameters/settings.js";
import { cacheVariables } from "../../../program/parameter-cache.js";

describe("the fetcher's settings", () => {
  it("are what the stack's configuration says", () => {
    const variables = cacheVariables({ ttlInSeconds: 30, staleIfErrorInSeconds: 300, metrics: true });
    expect(readSettings({ PARAMETER_PATH: "/p", ...variables })).to.include({
      ttl: 30_000,
      staleIfError: 300_000,
      metrics: true,
    });
  });

  it("are no cache and no metrics where it is off, or nothing is said", () => {
    for (const variables of [cacheVariables(false), {}]) {
      const settings = readSettings({ PARAMETER_PATH: "/p", ...variables });
      expect(settings).to.include({ ttl: 0, staleIfError: 0, metrics: false });
    }
  });

  it("are refused when they are missing or wrong, with what to set", () => {
    expect(() => readSettings({})).to.throw("PARAMETER_PATH is not set");
    for (const text of ["", "-1", "1.5", "a minute"]) {
      expect(() => readSettings({ PARAMETER_PATH: "/p", PARAMETER_CACHE_TTL_SECONDS: text })).to.throw(
        `PARAMETER_CACHE_TTL_SECONDS is "${text}". Set a whole number of seconds`,
      );
    }
  });
});
