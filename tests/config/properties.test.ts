import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { configSchema } from "../../config/schema/index.js";
import { describeIssues } from "../../preflight/errors/validation.js";
import { cleanText } from "../../preflight/resources/clean-text.js";
import { parsePropertyPath } from "../support/property-path.js";
import { inMode } from "./example.js";

type Raw = Readonly<Record<string, unknown>>;

/** Values that a user might write, valid and nearly valid. */
const likely = fc.constantFrom<unknown>(
  ...["public", "vpc", "PUBLIC", "perAz", "peraz", "single", "PRIVATE", "arm64", "nodejs24.x", "nodejs18.x"],
  ...["10.0.0.0/16", "10.0.0.0/23", "10.0.0.1/16", "10.0.0.0/33", "8.8.0.0/16", "0.0.0.0/0", "300.0.0.0/8"],
  ...["/messages", "messages", "/aws/x", "/ssm", "//", "/", "", "eu-west-1a", "eu-west-1z", "us-east-1a"],
  ...["privateSubnets", "sg-0123456789abcdef0", "sg-x", "true", "constructor", "__proto__"],
  ...[0, 1, 2, 3, 8, 16, 17, -1, 1.5, 128, 900, 10_240, 1e9, true, false, null],
  ...[[], {}, ["eu-west-1a"], ["eu-west-1a", "eu-west-1a"], [1]],
  ...[
    { trafficType: "ALL" },
    { privateDns: false },
    { allowFrom: ["everybody"] },
    { kms: {} },
    { greeting: "hello" },
  ],
);

const innerKeys = [
  ...[
    "cidrBlock",
    "cidrblock",
    "allowPublicCidrBlock",
    "availabilityZones",
    "azSlots",
    "nat",
    "ipv6",
    "flowLogs",
  ],
  ...[
    "ssm",
    "executeApi",
    "dynamodb",
    "s3",
    "others",
    "execute-api",
    "runtime",
    "architecture",
    "memorySize",
  ],
  ...[
    "timeout",
    "logRetentionInDays",
    "path",
    "recursive",
    "values",
    "kmsKeyArn",
    "endpointType",
    "stageName",
  ],
  ...["accessLogs", "manageAccountRole", "metrics", "tracing", "trafficType", "privateDns", "allowFrom"],
  ...["toString", "constructor", "__proto__", "", "."],
];

const nested = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    likely,
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(fc.constantFrom(...innerKeys), tie("value"), { maxKeys: 6, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
})).value;

/** Any JSON, mostly under keys that the program reads. */
const anyRaw: fc.Arbitrary<Raw> = fc.dictionary(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...Object.keys(configSchema.shape)) },
    { weight: 1, arbitrary: fc.string().filter((text) => !/[.[].*\\$/.test(text)) },
    { weight: 1, arbitrary: fc.constantFrom("networkin", "secretParameter", "constructor", "a.b") },
  ),
  nested,
  { maxKeys: 8, noNullPrototype: true },
);

const anyRegion = fc.option(fc.constantFrom("eu-west-1", "us-east-1", ""), { nil: undefined });

describe("parseConfig with arbitrary input", () => {
  it("returns a valid configuration or a list of issues, and never throws", () => {
    fc.assert(
      fc.property(anyRaw, anyRegion, fc.boolean(), (raw, region, known) => {
        const encrypted = known ? new Set(Object.keys(raw)) : undefined;
        const { config, issues } = parseConfig(inMode(raw), region, encrypted);
        if (issues === undefined) expect(config?.networking).to.be.oneOf(["public", "vpc"]);
        else expect(issues.length).to.be.greaterThan(0);
      }),
      { numRuns: 1000, examples: [[{ parameters: { path: { toString: "public" } } }, undefined, false]] },
    );
  });

  it("gives every issue a key, a value and a fix, each in one line", () => {
    fc.assert(
      fc.property(anyRaw, anyRegion, (raw, region) => {
        const { issues = [] } = parseConfig(inMode(raw), region);
        for (const found of issues) {
          // The one name that the syntax has no form for.
          if (found.key.includes('\\"]')) continue;
          expect(String(parsePropertyPath(found.key)[0]), "a key of what was written").to.be.oneOf(
            Object.keys(inMode(raw)).map(cleanText),
          );
          expect(found.value).not.to.equal("");
          expect(found.fix).to.match(/\b(Write|Did you mean|Known here|Shorten|Name|Take|Keep|Set)\b/);
          expect(found.value + found.fix).not.to.contain("\n");
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("returns the same result for a configuration that is parsed again", () => {
    fc.assert(
      fc.property(anyRaw, (raw) => {
        const again = () => JSON.stringify(parseConfig(JSON.parse(JSON.stringify(raw))).config?.networking);
        expect(again()).to.equal(JSON.stringify(parseConfig(raw).config?.networking));
      }),
    );
  });
});

/** Independent mistakes, each with the key that its issue must have. */
const INDEPENDENT: readonly {
  readonly key: string;
  readonly at: readonly string[];
  readonly value: unknown;
}[] = [
  { key: "vpc.cidrBlock", at: ["vpc", "cidrBlock"], value: "10.0.0.0/30" },
  { key: "vpc.nat", at: ["vpc", "nat"], value: "many" },
  { key: "vpc.ipv6", at: ["vpc", "ipv6"], value: "yes" },
  { key: "vpc.availabilityZones", at: ["vpc", "availabilityZones"], value: ["us-east-1a"] },
  { key: "vpc.flowLogs.trafficType", at: ["vpc", "flowLogs"], value: { trafficType: "SOME" } },
  { key: "vpc.cidr", at: ["vpc", "cidr"], value: "10.0.0.0/16" },
  { key: "endpoints.ssm.privateDns", at: ["endpoints", "ssm"], value: { privateDns: 1 } },
  { key: "endpoints.executeApi.allowFrom[0]", at: ["endpoints", "executeApi"], value: { allowFrom: ["us"] } },
  { key: "endpoints.s3", at: ["endpoints", "s3"], value: {} },
  { key: "endpoints.others.dynamodb", at: ["endpoints", "others"], value: { dynamodb: {} } },
  { key: "function.timeout", at: ["function", "timeout"], value: 1000 },
  { key: "function.memorySize", at: ["function", "memorySize"], value: 1 },
  { key: "function.runtime", at: ["function", "runtime"], value: "nodejs18.x" },
  { key: "parameters.path", at: ["parameters", "path"], value: "/aws" },
  { key: "parameters.values.token", at: ["parameters", "values"], value: { token: 5 } },
  { key: "api.stageName", at: ["api", "stageName"], value: "v 1" },
  { key: "api.endpointType", at: ["api", "endpointType"], value: "private" },
  { key: "secretParameters.password", at: ["secretParameters"], value: { password: "" } },
  { key: "networking", at: ["networking"], value: "both" },
  { key: "unknown", at: ["unknown"], value: 1 },
];

function withAll(issues: readonly (typeof INDEPENDENT)[number][]): Raw {
  const raw: Record<string, Record<string, unknown> | unknown> = {};
  for (const { at, value } of issues) {
    const [key = "", inner] = at;
    raw[key] = inner === undefined ? value : { ...Object(raw[key] ?? {}), [inner]: value };
  }
  return raw;
}

describe("parseConfig with several mistakes", () => {
  it("reports every one of any number of independent mistakes", () => {
    fc.assert(
      fc.property(fc.subarray([...INDEPENDENT], { minLength: 1 }), (wrong) => {
        const { issues = [] } = parseConfig(
          inMode(withAll(wrong)),
          "eu-west-1",
          new Set(["secretParameters"]),
        );
        expect(issues.map(({ key }) => key)).to.have.members(wrong.map(({ key }) => key));
      }),
    );
  });
});

describe("parseConfig with secrets among mistakes", () => {
  const SECRET = "c0rrect-h0rse";
  /** The secret, or a value that contains it. */
  const holding = fc.constantFrom<unknown>(
    SECRET,
    [SECRET],
    { token: SECRET },
    { "no name": SECRET },
    { token: [SECRET], other: "" },
    { values: { token: SECRET, empty: "" }, path: "x y" },
    { path: SECRET },
    { path: `${SECRET}/` },
    { stageName: `${SECRET}!` },
    { cidrBlock: SECRET },
    { others: { kms: { allowFrom: [SECRET] } } },
  );

  it("prints no secret under secretParameters", () => {
    fc.assert(
      fc.property(anyRaw, holding, (raw, value) => {
        const { issues = [] } = parseConfig({ ...raw, secretParameters: value }, "eu-west-1");
        expect(describeIssues(issues, "")).not.to.contain(SECRET);
      }),
    );
  });

  it("prints no secret under any encrypted key", () => {
    fc.assert(
      fc.property(
        anyRaw,
        holding,
        fc.constantFrom(
          ...Object.keys(configSchema.shape),
          "tokens",
          "secretParameter",
          "secretParamters.token",
          "a.b.c",
        ),
        (raw, value, key) => {
          const { issues = [] } = parseConfig({ ...raw, [key]: value }, "eu-west-1", new Set([key]));
          expect(describeIssues(issues, "")).not.to.contain(SECRET);
        },
      ),
      { numRuns: 500 },
    );
  });
});
