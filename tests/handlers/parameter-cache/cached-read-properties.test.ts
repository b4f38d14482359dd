import { expect } from "chai";
import fc from "fast-check";
import { CachedRead } from "../../../handlers/parameter-cache/cached-read.js";
import { NotFoundError } from "../../../handlers/parameter-cache/errors.js";
import { FakeClock, settle } from "./fake-clock.js";

/** A read's result: two pages, each with the start of its read, and whether the read completes. */
interface Value {
  readonly begun: number;
  readonly pages: readonly [number, number];
}

type Step =
  | { readonly kind: "call"; readonly wait: number }
  | { readonly kind: "refresh"; readonly wait: number }
  | { readonly kind: "pass"; readonly milliseconds: number }
  | { readonly kind: "freeze"; readonly milliseconds: number };

const milliseconds = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 40_000 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("call" as const), wait: fc.integer({ min: 0, max: 9_000 }) }),
  fc.record({ kind: fc.constant("refresh" as const), wait: fc.integer({ min: 0, max: 9_000 }) }),
  fc.record({ kind: fc.constant("pass" as const), milliseconds }),
  fc.record({ kind: fc.constant("freeze" as const), milliseconds }),
);
const read = fc.record({
  takes: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 12_000 })),
  ends: fc.constantFrom("good", "good", "bad", "absent", "never"),
});

describe("CachedRead, for any sequence of events", () => {
  it("serves only one read's result that is not too old, with one read at a time, answers in time, and refreshes with a new read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 120_000 }),
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.infiniteStream(read),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (ttl, staleIfError, steps, plan, randoms) => {
          const clock = new FakeClock();
          let [underWay, most] = [0, 0];
          const cache = new CachedRead<Value>({
            ttl,
            staleIfError,
            clock,
            random: () => Number(randoms.next().value),
            read: async (signal) => {
              underWay += 1;
              most = Math.max(most, underWay);
              signal.addEventListener("abort", () => {
                underWay -= 1;
              });
              const begun = clock.now();
              const next = plan.next();
              if (next.done) throw new Error("the plan has no end");
              const { takes, ends } = next.value;
              await new Promise<void>((resolve) => clock.after(takes, resolve));
              if (ends === "never") await new Promise(() => undefined);
              if (ends === "bad") throw new Error("down");
              if (ends === "absent") throw new NotFoundError(["/a"]);
              return { begun, pages: [begun, begun] };
            },
          });
          const calls: Promise<void>[] = [];
          let open = 0;
          for (const one of steps) {
            if (one.kind === "pass") await clock.advance(one.milliseconds);
            if (one.kind === "freeze") clock.freeze(one.milliseconds);
            if (one.kind === "call" || one.kind === "refresh") {
              open += 1;
              const called = clock.now();
              const asked = one.kind === "call" ? cache.get(one.wait, "r") : cache.refresh(one.wait, "r");
              const call = asked.then(
                ({ value, source, age, readAt }) => {
                  const now = clock.now();
                  expect(readAt).to.equal(value.begun);
                  if (one.kind === "refresh") expect(value.begun, "a refresh's read").to.be.at.least(called);
                  expect(value.pages).to.deep.equal([value.begun, value.begun]);
                  expect(age).to.equal(now - value.begun);
                  if (source === "hit") expect(age).to.be.lessThan(ttl);
                  if (source === "stale") expect(age).to.be.lessThan(ttl + staleIfError);
                  if (source === "miss") expect(age).to.be.at.most(now - called + 12_000);
                  open -= 1;
                },
                () => {
                  open -= 1;
                },
              );
              calls.push(call);
              await settle();
            }
          }
          await clock.advance(9_000);
          expect(most, "reads under way").to.be.at.most(1);
          expect(open, "calls without an answer").to.equal(0);
          await Promise.all(calls);
        },
      ),
      { numRuns: 150 },
    );
  });
});
