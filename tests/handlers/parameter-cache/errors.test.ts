import { ThrottlingException } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { failureLine } from "../../../handlers/fetch-parameters/log.js";
import {
  DeadlineError,
  kindOf,
  NotFoundError,
  ReadFailedError,
} from "../../../handlers/parameter-cache/errors.js";

const named = (name: string, more: object = {}) => Object.assign(new Error(`of ${name}`), { name }, more);

describe("kindOf and ReadFailedError", () => {
  for (const [kind, errors] of Object.entries({
    denied: [
      named("AccessDeniedException"),
      named("ExpiredTokenException"),
      named("UnrecognizedClientException"),
      named("InvalidSignatureException"),
      named("Whatever", { $metadata: { httpStatusCode: 403 } }),
    ],
    throttled: [
      new ThrottlingException({ $metadata: {}, message: "Rate exceeded", Message: "Rate exceeded" }),
      named("TooManyRequestsException"),
      named("Whatever", { $metadata: { httpStatusCode: 429 } }),
    ],
    timedOut: [new DeadlineError(), named("TimeoutError"), named("AbortError")],
    absent: [new NotFoundError(["/a"])],
    failed: [named("InternalServerError"), new Error("?"), "a text", undefined],
  })) {
    it(`classifies the failure as ${kind}`, () => {
      for (const error of errors) {
        expect(kindOf(error), String(error)).to.equal(kind);
        if (kind !== "absent") expect(kindOf(new ReadFailedError("/a", error)), String(error)).to.equal(kind);
      }
    });
  }

  it("keeps a cause from AWS or the network", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:443"), { code: "ECONNREFUSED" });
    const aws = Object.assign(named("InternalServerError"), { $fault: "server" });
    for (const cause of [refused, aws, named("TimeoutError")])
      expect(new ReadFailedError("/a", cause).cause).to.equal(cause);
  });

  it("removes the content of an unreadable answer because a parser's error quotes it", () => {
    let cause: unknown;
    try {
      JSON.parse('{"Value":"hunter2');
    } catch (error) {
      cause = error;
    }
    for (const given of [
      cause,
      Object.assign(new SyntaxError("hunter2"), { code: "E" }),
      new TypeError("hunter2"),
      "hunter2",
    ]) {
      const error = new ReadFailedError("/a", given);
      expect(String(error.cause)).to.contain("could not be read");
      expect(String(error.cause)).not.to.contain("hunter2");
      expect(failureLine("ERROR", error, "id", 0)).not.to.contain("hunter2");
    }
  });
});
