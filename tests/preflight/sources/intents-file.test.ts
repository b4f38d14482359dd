import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { stringify } from "yaml";
import { UserError } from "../../../preflight/errors/user-error.js";
import {
  checkStackNames,
  parsePinnedIntents,
  pinsOf,
  readPinnedIntents,
} from "../../../preflight/sources/intents-file.js";

const TEXT = `# reviewed
everyStack:
  - { from: fetcher, to: ssm, must: reach, via: interface-endpoint, reason: it reads the parameters }
stacks:
  prod:
    - from: internet
      to: GET /messages
      must: not-reach
      reason: it is private
    - from: vpc-private-a
      to: 10.20.1.5
      port: 5432
      must: reach
      reason: the database
  dev: []
`;

describe("parsePinnedIntents", () => {
  it("reads the intents of every stack and of each, with the line of each", () => {
    const { pinned } = parsePinnedIntents(TEXT);
    if (pinned === undefined) throw new Error("not read");
    const every = {
      from: "fetcher",
      to: "ssm",
      must: "reach",
      via: "interface-endpoint",
      reason: "it reads the parameters",
      pinnedIn: "intents.yaml:3",
    };
    expect(pinsOf(pinned, "prod")).to.deep.equal([
      every,
      {
        from: "internet",
        to: "GET /messages",
        must: "not-reach",
        reason: "it is private",
        pinnedIn: "intents.yaml:6",
      },
      {
        from: "vpc-private-a",
        to: "10.20.1.5",
        port: 5432,
        must: "reach",
        reason: "the database",
        pinnedIn: "intents.yaml:10",
      },
    ]);
    expect(pinsOf(pinned, "dev")).to.deep.equal([every]);
    expect(pinsOf(pinned, "constructor")).to.deep.equal([every]);
  });

  it("tells every mistake at once, with its line and what to write", () => {
    const text = `everyStak: []
stacks:
  dev:
    - from: internet
      too: GET /messages
      must: reach
      reason: ""
    - { from: internet, to: ssm, must: mustReach, port: "443", reason: x }
  prod:
  test: [7, { from: a, to: b, must: not-reach, via: nat, reason: r }]
`;
    const { mistakes = [] } = parsePinnedIntents(text);
    expect(mistakes.map(({ key, fix }) => `${key}: ${fix}`)).to.deep.equal([
      "line 1, everyStak: There is no such key. Did you mean everyStack?",
      "line 4, stacks.dev[0].to: Write a place as `npm run trace` takes it: fetcher, ssm, internet, GET /messages.",
      "line 5, stacks.dev[0].too: There is no such key. Did you mean to?",
      "line 7, stacks.dev[0].reason: Write why, in a few words: a reviewer who meets the failure needs it.",
      "line 8, stacks.dev[1].port: Write a port from 1 to 65535, or leave it out for the destination's own.",
      "line 8, stacks.dev[1].must: Write reach or not-reach.",
      "line 9, stacks.prod: Write a list of intents, each with from, to, must and reason; [] if nothing is pinned.",
      "line 10, stacks.test[0]: Write an intent: from, to, must and reason.",
      "line 10, stacks.test[1].via: It is the only permitted way of an intent with must: reach. Leave it out.",
    ]);
  });

  for (const [what, text, says] of [
    ["an empty file", "", "line 1, the file: Write stacks:"],
    ["a list", "- a\n", "line 1, the file: Write stacks:"],
    ["stacks without their list", "stacks: [dev]\n", "line 1, stacks: Write the stacks' names"],
    ["a stack on the top level", "prod: []\n", "line 1, prod: There is no such key."],
    ["an alias of nothing", "stacks: *none\n", "the file: It is not YAML: Unresolved alias"],
    ["what is not YAML", "stacks:\n  dev: [}\n", "line 2: It is not YAML"],
    [
      "a stack that is there twice",
      "stacks:\n  dev: []\n  dev: []\n",
      "line 3: It is not YAML: Map keys must be unique",
    ],
    [
      "the same intent twice",
      "stacks:\n  dev:\n  - {from: a, to: b, must: reach, reason: r}\n  - {from: a, to: b, must: reach, reason: s}\n",
      "line 4: It is pinned already, in intents.yaml:3. Remove one of the two.",
    ],
    [
      "intents that exclude each other, also across everyStack",
      "everyStack:\n  - {from: a, to: b, must: reach, reason: r}\nstacks:\n  dev:\n  - {from: a, to: b, must: not-reach, reason: s}\n",
      "line 5: It excludes intents.yaml:2, which says must: reach.",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { mistakes = [] } = parsePinnedIntents(text);
      expect(mistakes.map(({ key, fix }) => `${key}: ${fix}`).join("\n")).to.contain(says);
    });
  }

  it("pins what is written, or refuses it: no key is ignored", () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constantFrom("reach", "not-reach", "nat"),
    );
    const key = fc.constantFrom(
      "from",
      "to",
      "port",
      "must",
      "via",
      "reason",
      "mustReach",
      "form",
      "because",
    );
    const pin = fc.oneof(fc.dictionary(key, value), value);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("prod", "v1.2", "__proto__"), fc.array(pin)), (stacks) => {
        const { pinned } = parsePinnedIntents(stringify({ stacks }));
        if (pinned === undefined) return;
        for (const [stack, pins] of Object.entries(stacks)) {
          const read = pinsOf(pinned, stack).map(({ pinnedIn: _, ...rest }) => rest);
          const trimmed = pins.map((each) =>
            Object.fromEntries(
              Object.entries(each ?? {}).map(([k, v]) => [k, typeof v === "string" ? v.trim() : v]),
            ),
          );
          expect(read).to.deep.equal(trimmed);
        }
      }),
    );
  });

  it("never throws on a text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
        parsePinnedIntents(text);
      }),
    );
  });
});

describe("checkStackNames", () => {
  const names = (text: string, known: readonly string[]) => () => {
    const { pinned } = parsePinnedIntents(text);
    if (pinned === undefined) throw new Error("not read");
    checkStackNames(pinned, known);
  };

  it("refuses a name that is nearly that of a stack without intents of its own", () => {
    expect(names("stacks:\n  prdo: []\n", ["dev", "prod"])).to.throw(
      UserError,
      /"prdo".*Did you mean prod\?/,
    );
  });

  it("takes the name of a stack that somebody else has, or that was removed", () => {
    names("stacks:\n  dev: []\n  prod: []\n", ["staging"])();
    names("stacks:\n  prod: []\n  prod2: []\n", ["prod"])();
    names("stacks:\n  prod: []\n", [])();
  });
});

describe("readPinnedIntents", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "intents-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("returns undefined for a project without the file", () => {
    expect(readPinnedIntents(folder)).to.equal(undefined);
  });

  it("refuses a file of nearly the same name, which nobody would read", () => {
    writeFileSync(join(folder, "intents.yml"), TEXT);
    expect(() => readPinnedIntents(folder)).to.throw(UserError, "Rename it to intents.yaml");
  });

  it("names the file in its mistakes", () => {
    writeFileSync(join(folder, "intents.yaml"), "stack: {}\n");
    expect(() => readPinnedIntents(folder)).to.throw(
      UserError,
      `1 mistake in ${join(folder, "intents.yaml")}:`,
    );
  });
});
