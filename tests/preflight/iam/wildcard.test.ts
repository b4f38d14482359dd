import { expect } from "chai";
import fc from "fast-check";
import {
  contains,
  globTokens,
  intersects,
  matchesEverything,
  matchesText,
  resourceTokens,
  sourceChars,
  type Token,
} from "../../../preflight/iam/wildcard.js";

const glob = (text: string): Token[] => globTokens(sourceChars(text));
const resource = (text: string): Token[] => resourceTokens(sourceChars(text));

/** A small alphabet, so that patterns and texts often match. */
const patterns = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 10 });
const texts = fc.string({ unit: fc.constantFrom("a", "b", ":", "*"), maxLength: 12 });

/** The reference: the same pattern as a regular expression. */
function globRegExp(pattern: string): RegExp {
  const body = pattern.replace(/[:*?]/g, (char) => (char === "*" ? ".*" : char === "?" ? "." : char));
  return new RegExp(`^${body}$`, "s");
}

function resourceRegExp(pattern: string): RegExp {
  const segments = pattern.split(":");
  const head = segments
    .slice(0, 5)
    .map((segment) =>
      segment.replace(/[*?]/g, (char, at: number) =>
        char === "?" ? "[^:]" : at === segment.length - 1 ? ".*" : "[^:]*",
      ),
    );
  const tail = segments.slice(5).join(":");
  const parts = segments.length > 5 ? [...head, globRegExp(tail).source.slice(1, -1)] : head;
  return new RegExp(`^${parts.join(":")}$`, "s");
}

describe("matchesText", () => {
  const cases: [string, string, boolean][] = [
    ["ssm:Get*", "ssm:GetParameter", true],
    ["ssm:Get*", "ssm:Get", true],
    ["ssm:Get?", "ssm:Get", false],
    ["ssm:Get?", "ssm:GetX", true],
    ["*Access*", "iam:ListAccessKeys", true],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXbYbZ", false],
    ["", "", true],
    ["", "a", false],
    ["[a-z]+.", "[a-z]+.", true],
    ["a.c", "abc", false],
  ];
  for (const [pattern, text, result] of cases) {
    it(`${result ? "matches" : "does not match"} "${text}" with "${pattern}"`, () => {
      expect(matchesText(glob(pattern), text)).to.equal(result);
    });
  }

  it("matches the same texts as the equivalent regular expression", () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(matchesText(glob(pattern), text)).to.equal(globRegExp(pattern).test(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("takes time proportional to pattern × text, even if backtracking would explode", () => {
    const started = performance.now();
    expect(matchesText(glob(`${"*a".repeat(30)}b`), "a".repeat(2000))).to.equal(false);
    expect(performance.now() - started).to.be.below(2000);
  });

  it("treats escaped wildcards as literal", () => {
    expect(matchesText(globTokens(sourceChars("*", false)), "abc")).to.equal(false);
    expect(matchesText(globTokens(sourceChars("*", false)), "*")).to.equal(true);
  });
});

describe("matchesText: Resource element", () => {
  const cases: [string, string, boolean][] = [
    ["arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/3/object.jpg", true],
    ["arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1-test/object.jpg", false],
    ["arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket//test/object.jpg", true],
    [
      "arn:aws:logs:*:111122223333:log-group:*",
      "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/x:*",
      true,
    ],
    [
      "arn:aws:logs:*:111122223333:log-group:/a?*",
      "arn:aws:logs:eu-west-1:111122223333:log-group:/a:b",
      true,
    ],
    ["arn:aws:ssm:eu-*-1:111122223333:parameter/x", "arn:aws:ssm:eu-west-1:111122223333:parameter/x", true],
    ["arn:aws:ssm:e*1:111122223333:parameter/x", "arn:aws:ssm:eu:x-1:111122223333:parameter/x", false],
    [
      "arn:aws:ssm:eu-west-?:111122223333:parameter/x",
      "arn:aws:ssm:eu-west-::111122223333:parameter/x",
      false,
    ],
    ["arn:aws:ssm:*:parameter/x", "arn:aws:ssm:eu-west-1:111122223333:parameter/x", true],
    ["arn:aws:s3:*", "arn:aws:s3:::bucket/key", true],
    [
      "arn:aws:ssm:eu-west-1:111122223333:parameter/X",
      "arn:aws:ssm:eu-west-1:111122223333:parameter/x",
      false,
    ],
    ["*", "arn:aws:ssm:eu-west-1:111122223333:parameter/x", true],
    ["*", "*", true],
    ["arn:aws:ssm:::*", "*", false],
  ];
  for (const [pattern, text, result] of cases) {
    it(`${result ? "matches" : "does not match"} "${text}" with the resource "${pattern}"`, () => {
      expect(matchesText(resource(pattern), text)).to.equal(result);
    });
  }

  it("matches the same texts as a regular expression for each segment", () => {
    const arns = fc
      .tuple(patterns, patterns, patterns, patterns, patterns, patterns)
      .map((parts) => parts.map((part) => part.replaceAll(":", "").slice(0, 3)).join(":"));
    fc.assert(
      fc.property(fc.oneof(patterns, arns), fc.oneof(texts, arns), (pattern, text) => {
        expect(matchesText(resource(pattern), text)).to.equal(resourceRegExp(pattern).test(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("decides with matchesEverything that only stars across colons match everything", () => {
    expect(matchesEverything(resource("*"))).to.equal(true);
    expect(matchesEverything(resource("**"))).to.equal(true);
    expect(matchesEverything(resource("?*"))).to.equal(false);
    expect(matchesEverything(resource("arn:*"))).to.equal(false);
    expect(matchesEverything([])).to.equal(false);
  });
});

describe("contains and intersects", () => {
  const cases: [string, string, boolean][] = [
    ["*", "ssm:*", true],
    ["ssm:*", "*", false],
    ["ssm:Get*", "ssm:GetParameters*", true],
    ["ssm:Get?", "ssm:Get*", false],
    ["a?*", "a*?", true],
    ["a*?", "a?*", true],
    ["a*", "a", true],
    ["a", "a*", false],
  ];
  for (const [outer, inner, result] of cases) {
    it(`decides that "${outer}" ${result ? "contains" : "does not contain"} "${inner}"`, () => {
      expect(contains(glob(outer), glob(inner))).to.equal(result);
    });
  }

  it("does not let a segment's wildcard contain one that crosses colons", () => {
    expect(contains(resource("arn:a*b:x"), resource("arn:a*:b:x"))).to.equal(false);
    expect(contains(resource("arn:a*"), resource("arn:a*b:x"))).to.equal(true);
  });

  it("lets a pattern contain another only if it matches all its texts", () => {
    fc.assert(
      fc.property(patterns, patterns, texts, (outer, inner, text) => {
        for (const compile of [glob, resource]) {
          fc.pre(matchesText(compile(inner), text));
          if (contains(compile(outer), compile(inner))) {
            expect(matchesText(compile(outer), text)).to.equal(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("lets every pattern contain itself", () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        expect(contains(glob(pattern), glob(pattern))).to.equal(true);
        expect(contains(resource(pattern), resource(pattern))).to.equal(true);
      }),
    );
  });

  it("lets two patterns intersect if they match a common text", () => {
    fc.assert(
      fc.property(patterns, patterns, texts, (one, other, text) => {
        for (const compile of [glob, resource]) {
          if (matchesText(compile(one), text) && matchesText(compile(other), text)) {
            expect(intersects(compile(one), compile(other))).to.equal(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
    expect(intersects(glob("a*"), glob("*b"))).to.equal(true);
    expect(intersects(glob("a*"), glob("b*"))).to.equal(false);
    expect(intersects(glob("a?"), glob("a"))).to.equal(false);
  });
});
