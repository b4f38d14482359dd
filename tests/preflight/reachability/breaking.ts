import type { Code } from "../../../preflight/reachability/index.js";
import type { Stack } from "../graph/fixtures.js";
import { ask, expectBlocked, expectReachable } from "./support.js";

type Question = readonly [from: string, to: string];
type Mutation = readonly [what: string, change: (stack: Stack) => Stack, at: string, code: Code];

/** Each case breaks one thing of a stack that works, and the verdict must name exactly that. */
export function breaks(
  title: string,
  stack: () => Stack,
  [from, to]: Question,
  mutations: readonly Mutation[],
): void {
  describe(`${title}: ${from} -> ${to}`, () => {
    it("works as long as nothing is broken", () => expectReachable(ask(stack(), from, to)));
    for (const [what, change, at, code] of mutations) {
      it(`names ${at} (${code}) ${what}`, () => expectBlocked(ask(change(stack()), from, to), at, code));
    }
  });
}
