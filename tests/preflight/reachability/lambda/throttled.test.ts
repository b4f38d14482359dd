import { UNKNOWN } from "../../../../preflight/graph/index.js";
import { publicStack } from "../../graph/fixtures.js";
import { ask, expectBlocked, expectReachable, expectUnknown } from "../support.js";

const reserving = (executions: unknown) =>
  publicStack().with("fetcher", { reservedConcurrentExecutions: executions });

const QUESTIONS = [
  ["internet", "GET /messages"],
  ["GET /messages", "fetcher"],
  ["internet", "fetcher"],
] as const;

describe("throttled", () => {
  for (const [from, to] of QUESTIONS) {
    it(`blocks ${from} -> ${to} if the function reserves no execution`, () => {
      expectBlocked(ask(reserving(0), from, to), "fetcher", "LAMBDA_THROTTLED");
    });

    it(`lets ${from} -> ${to} through if it reserves one, or none in particular`, () => {
      expectReachable(ask(reserving(1), from, to));
      expectReachable(ask(reserving(-1), from, to));
    });

    it(`leaves ${from} -> ${to} open if the number is not known`, () => {
      expectUnknown(ask(reserving(UNKNOWN), from, to), "fetcher");
    });
  }
});
