import { expect } from "chai";
import { readSettings } from "../../../handlers/fetch-parameters/settings.js";
import { cacheVariables } from "../../../program/parameter-cache.js";

describe("readSettings", () => {
  it("reads what the stack's configuration sets", () => {
    const variables = cacheVariables({ ttlInSeconds: 30, staleIfErrorInSeconds: 300, metrics: true });
    expect(readSettings({ PARAMETER_PATH: "/p", ...variables })).to.include({
      ttl: 30_000,
      staleIfError: 300_000,
      metrics: true,
    });
  });

  it("turns cache and metrics off if they are off in the configuration or not set", () => {
    for (const variables of [cacheVariables(false), {}]) {
      const settings = readSettings({ PARAMETER_PATH: "/p", ...variables });
      expect(settings).to.include({ ttl: 0, staleIfError: 0, metrics: false });
    }
  });

  it("names parameters by their last segment unless it is told otherwise", () => {
    expect(readSettings({ PARAMETER_PATH: "/p" })).to.include({ keys: "lastSegment" });
    expect(readSettings({ PARAMETER_PATH: "/p", PARAMETER_KEYS: "relative" })).to.include({
      keys: "relative",
    });
    expect(() => readSettings({ PARAMETER_PATH: "/p", PARAMETER_KEYS: "full" })).to.throw(
      'PARAMETER_KEYS is "full". Set lastSegment or relative.',
    );
  });

  it("throws if a variable is missing or wrong, and says what to set", () => {
    expect(() => readSettings({})).to.throw("PARAMETER_PATH is not set");
    for (const text of ["", "-1", "1.5", "a minute"]) {
      expect(() => readSettings({ PARAMETER_PATH: "/p", PARAMETER_CACHE_TTL_SECONDS: text })).to.throw(
        `PARAMETER_CACHE_TTL_SECONDS is "${text}". Set a whole number of seconds`,
      );
    }
  });
});
