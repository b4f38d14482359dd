import type { Code } from "../../../preflight/reachability/index.js";
import type { Stack } from "../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "./support.js";

type Question = readonly [from: string, to: string];
type Mutation = readonly [what: string, change: (stack: Stack) => Stack, at: string, code: Code];

/** Tests of mutations: each breaks one thing of a stack that works, and the verdict has to name exactly that. */
export function breaks(
  title: string,
  stack: () => Stack,
  [from, to]: Question,
  mutations: readonly Mutation[],
): void {
  describe(`${title}: ${from} -> ${to}`, () => {
    it("reaches the destination if nothing is broken", () => expectReachable(ask(stack(), from, to)));
    for (const [what, change, at, code] of mutations) {
      it(`blocks at ${at} with ${code} ${what}`, () =>
        expectBlocked(ask(change(stack()), from, to), at, code));
    }
  });
}
