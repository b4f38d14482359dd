import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type ParsedConfig, parseConfig } from "../../config/index.js";
import { describeIssues } from "../../preflight/errors/validation.js";
import { type Example, inMode, type Raw } from "./example.js";

const REGION = "eu-west-1";
const KMS_KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const EXAMPLES: readonly Example[] = [
  {
    title: "networking that is neither public nor vpc",
    raw: { networking: "private" },
    key: "networking",
    value: "private",
    fix: 'Write "public" or "vpc".',
    fixed: { networking: "vpc" },
  },
  {
    title: "an invalid CIDR block",
    raw: { networking: "vpc", vpc: { cidrBlock: "10.20.0.0" } },
    key: "vpc.cidrBlock",
    value: "10.20.0.0",
    fix: "10.20.0.0/16",
    fixed: { networking: "vpc", vpc: { cidrBlock: "10.20.0.0/16" } },
  },
  {
    title: "a CIDR block that is not canonical",
    raw: { networking: "vpc", vpc: { cidrBlock: "10.20.30.40/16" } },
    key: "vpc.cidrBlock",
    value: "10.20.30.40/16",
    fix: "Write 10.20.0.0/16.",
    fixed: { networking: "vpc", vpc: { cidrBlock: "10.20.0.0/16" } },
  },
  {
    title: "a VPC too small for the plan",
    raw: { networking: "vpc", vpc: { cidrBlock: "10.20.0.0/23" } },
    key: "vpc.cidrBlock",
    value: "10.20.0.0/23",
    fix: "too small for 8 zone slots. Write a /22 or larger, or a smaller vpc.azSlots.",
    fixed: { networking: "vpc", vpc: { cidrBlock: "10.20.0.0/22" } },
  },
  {
    title: "a VPC larger than AWS allows",
    raw: { networking: "vpc", vpc: { cidrBlock: "10.0.0.0/8" } },
    key: "vpc.cidrBlock",
    value: "10.0.0.0/8",
    fix: "no VPC larger than a /16",
    fixed: { networking: "vpc", vpc: { cidrBlock: "10.0.0.0/16" } },
  },
  {
    title: "a VPC with public addresses",
    raw: { networking: "vpc", vpc: { cidrBlock: "11.0.0.0/16" } },
    key: "vpc.cidrBlock",
    value: "11.0.0.0/16",
    fix: "or set vpc.allowPublicCidrBlock: true.",
    fixed: { networking: "vpc", vpc: { cidrBlock: "11.0.0.0/16", allowPublicCidrBlock: true } },
  },
  {
    title: "more zones than slots",
    raw: { networking: "vpc", vpc: { availabilityZones: 3, azSlots: 2 } },
    key: "vpc.availabilityZones",
    value: 3,
    fix: "Write at most 2, or a larger vpc.azSlots.",
    fixed: { networking: "vpc", vpc: { availabilityZones: 2, azSlots: 2 } },
  },
  {
    title: "a named zone without a slot",
    raw: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a", "eu-west-1c"], azSlots: 2 } },
    key: "vpc.availabilityZones",
    value: "eu-west-1c",
    fix: "Take another zone, or a larger vpc.azSlots.",
    fixed: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a", "eu-west-1c"], azSlots: 4 } },
  },
  {
    title: "a zone outside the stack's Region",
    raw: { networking: "vpc", vpc: { availabilityZones: ["us-east-1a"] } },
    key: "vpc.availabilityZones",
    value: "us-east-1a",
    fix: "such as eu-west-1a.",
    fixed: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a"] } },
  },
  {
    title: "a duplicate zone",
    raw: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a", "eu-west-1a"] } },
    key: "vpc.availabilityZones",
    value: ["eu-west-1a", "eu-west-1a"],
    fix: "each once",
    fixed: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a"] } },
  },
  {
    title: "a number of slots that is not a power of two",
    raw: { networking: "vpc", vpc: { azSlots: 3 } },
    key: "vpc.azSlots",
    value: 3,
    fix: "Write 1, 2, 4, 8 or 16.",
    fixed: { networking: "vpc", vpc: { azSlots: 4 } },
  },
  {
    title: "an unknown NAT mode",
    raw: { networking: "vpc", vpc: { nat: "gateway" } },
    key: "vpc.nat",
    value: "gateway",
    fix: 'Write "none", "single", "perAz", "regional" or "instance".',
    fixed: { networking: "vpc", vpc: { nat: "regional" } },
  },
  {
    title: "a NAT instance of another architecture",
    raw: { networking: "vpc", vpc: { nat: "instance", natInstance: { instanceType: "t3.nano" } } },
    key: "vpc.natInstance.instanceType",
    value: "t3.nano",
    fix: 'Write "t4g.nano", "t4g.micro", "t4g.small" or "t4g.medium".',
    fixed: { networking: "vpc", vpc: { nat: "instance", natInstance: { instanceType: "t4g.micro" } } },
  },
  {
    title: "flow logs without a traffic type",
    raw: { networking: "vpc", vpc: { flowLogs: true } },
    key: "vpc.flowLogs",
    value: true,
    fix: "Write false, or {trafficType: REJECT, retentionInDays: 14}.",
    fixed: { networking: "vpc", vpc: { flowLogs: { trafficType: "REJECT", retentionInDays: 14 } } },
  },
  {
    title: "a retention that CloudWatch Logs does not support",
    raw: { function: { logRetentionInDays: 10 } },
    key: "function.logRetentionInDays",
    value: 10,
    fix: "7, 14,",
    fixed: { function: { logRetentionInDays: 14 } },
  },
  {
    title: "a private API in public networking",
    raw: { networking: "public", api: { endpointType: "PRIVATE" } },
    key: "api.endpointType",
    value: "PRIVATE",
    fix: "Write REGIONAL, or set networking: vpc.",
    fixed: { networking: "public", api: { endpointType: "REGIONAL" } },
  },
  {
    title: "a parameter path without a slash",
    raw: { parameters: { path: "messages" } },
    key: "parameters.path",
    value: "messages",
    fix: "Write /messages.",
    fixed: { parameters: { path: "/messages" } },
  },
  {
    title: "a parameter path that ends in a slash",
    raw: { parameters: { path: "/messages/" } },
    key: "parameters.path",
    value: "/messages/",
    fix: "no slash at the end",
    fixed: { parameters: { path: "/messages" } },
  },
  ...["/aws/messages", "/ssm", "/AWS", "/awsome/messages", "/ssm-1"].map(
    (path): Example => ({
      title: `the parameter path ${path}, which AWS keeps to itself`,
      raw: { parameters: { path } },
      key: "parameters.path",
      value: path,
      fix: "such as /messages.",
      fixed: { parameters: { path: "/messages" } },
    }),
  ),
  {
    title: "more zones than the Region has",
    raw: { networking: "vpc", vpc: { availabilityZones: 4 } },
    key: "vpc.availabilityZones",
    value: 4,
    fix: "eu-west-1 has 3 Availability Zones. Write at most 3.",
    fixed: { networking: "vpc", vpc: { availabilityZones: 3 } },
  },
  {
    title: "a zone that the Region does not have",
    raw: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a", "eu-west-1f"] } },
    key: "vpc.availabilityZones",
    value: "eu-west-1f",
    fix: "eu-west-1 has 3 Availability Zones, and none of this letter. Write",
    fixed: { networking: "vpc", vpc: { availabilityZones: ["eu-west-1a", "eu-west-1c"] } },
  },
  {
    title: "an endpoint for a service that does not exist",
    raw: { networking: "vpc", endpoints: { others: { secretmanager: {} } } },
    key: "endpoints.others.secretmanager",
    value: {},
    fix: "Did you mean secretsmanager?",
    fixed: { networking: "vpc", endpoints: { others: { secretsmanager: {} } } },
  },
  {
    title: "an endpoint by another name of its service",
    raw: { networking: "vpc", endpoints: { others: { kinesis: {} } } },
    key: "endpoints.others.kinesis",
    value: {},
    fix: "Write kinesis-streams.",
    fixed: { networking: "vpc", endpoints: { others: { "kinesis-streams": {} } } },
  },
  {
    title: "a function that runs longer than the API waits",
    raw: { function: { timeout: 30 } },
    key: "function.timeout",
    value: 30,
    fix: "from 1 to 29",
    fixed: { function: { timeout: 29 } },
  },
  {
    title: "a timeout of 0",
    raw: { function: { timeout: 0 } },
    key: "function.timeout",
    value: 0,
    fix: "from 1 to 29",
    fixed: { function: { timeout: 1 } },
  },
  {
    title: "less memory than Lambda's minimum",
    raw: { function: { memorySize: 127 } },
    key: "function.memorySize",
    value: 127,
    fix: "megabytes from 128 to 10240",
    fixed: { function: { memorySize: 128 } },
  },
  {
    title: "memory as text",
    raw: { function: { memorySize: "512 MB" } },
    key: "function.memorySize",
    value: "512 MB",
    fix: "a whole number of megabytes",
    fixed: { function: { memorySize: 512 } },
  },
  {
    title: "an unknown key",
    raw: { networkin: "vpc" },
    key: "networkin",
    value: "vpc",
    fix: "There is no such key. Did you mean networking?",
    fixed: { networking: "vpc" },
  },
  {
    title: "an unknown nested key",
    raw: { networking: "vpc", vpc: { cidrblock: "10.20.0.0/16" } },
    key: "vpc.cidrblock",
    value: "10.20.0.0/16",
    fix: "Did you mean cidrBlock?",
    fixed: { networking: "vpc", vpc: { cidrBlock: "10.20.0.0/16" } },
  },
  {
    title: "an unknown key of an endpoint by its service",
    raw: { networking: "vpc", endpoints: { others: { kms: { privateDNS: false } } } },
    key: "endpoints.others.kms.privateDNS",
    value: false,
    fix: "Did you mean privateDns?",
    fixed: { networking: "vpc", endpoints: { others: { kms: { privateDns: false } } } },
  },
  {
    title: "an unknown key that resembles no known key",
    raw: { api: { colour: "blue" } },
    key: "api.colour",
    value: "blue",
    fix: "Known here: endpointType, stageName, accessLogs, manageAccountRole, metrics, tracing, throttling,",
    fixed: { api: {} },
  },
  {
    title: "an endpoint in others that has its own key",
    raw: { networking: "vpc", endpoints: { others: { "execute-api": {} } } },
    key: "endpoints.others.execute-api",
    value: {},
    fix: "Write endpoints.executeApi.",
    fixed: { networking: "vpc", endpoints: { executeApi: {} } },
  },
  {
    title: "an interface endpoint for DynamoDB with private DNS",
    raw: { networking: "vpc", endpoints: { others: { dynamodb: {} } } },
    key: "endpoints.others.dynamodb",
    value: {},
    fix: "Its interface endpoint has no private DNS. Write {privateDns: false}.",
    fixed: { networking: "vpc", endpoints: { others: { dynamodb: { privateDns: false } } } },
  },
  {
    title: "an invalid caller",
    raw: { networking: "vpc", endpoints: { executeApi: { allowFrom: ["everybody"] } } },
    key: "endpoints.executeApi.allowFrom[0]",
    value: "everybody",
    fix: "Write privateSubnets, a CIDR block such as 10.30.0.0/16, or a security group's id.",
    fixed: { networking: "vpc", endpoints: { executeApi: { allowFrom: ["privateSubnets"] } } },
  },
  {
    title: "a caller's CIDR block that is not canonical",
    raw: { networking: "vpc", endpoints: { executeApi: { allowFrom: ["10.30.0.1/16"] } } },
    key: "endpoints.executeApi.allowFrom[0]",
    value: "10.30.0.1/16",
    fix: "Write 10.30.0.0/16.",
    fixed: { networking: "vpc", endpoints: { executeApi: { allowFrom: ["10.30.0.0/16"] } } },
  },
  {
    title: "a duplicate caller, whose rules would have the same name",
    raw: { networking: "vpc", endpoints: { executeApi: { allowFrom: ["10.30.0.0/16", "10.30.0.0/16"] } } },
    key: "endpoints.executeApi.allowFrom",
    value: ["10.30.0.0/16", "10.30.0.0/16"],
    fix: "once",
    fixed: { networking: "vpc", endpoints: { executeApi: { allowFrom: ["10.30.0.0/16"] } } },
  },
  {
    title: "a parameter's value that is a number",
    raw: { parameters: { values: { port: 8080 } } },
    key: "parameters.values.port",
    value: 8080,
    fix: "Put it in quotes, or set: pulumi config set --path --type string parameters.values.port 8080",
    fixed: { parameters: { values: { port: "8080" } } },
  },
  {
    title: "a parameter's value that is empty",
    raw: { parameters: { values: { greeting: "" } } },
    key: "parameters.values.greeting",
    value: "",
    fix: "at least one character",
    fixed: { parameters: { values: { greeting: " " } } },
  },
  {
    title: "a parameter's value above the size limit",
    raw: { parameters: { values: { greeting: "é".repeat(2049) } } },
    key: "parameters.values.greeting",
    value: "é".repeat(2049),
    fix: "4096 bytes",
    fixed: { parameters: { values: { greeting: "é".repeat(2048) } } },
  },
  {
    title: "a parameter's name with a slash",
    raw: { parameters: { values: { "a/b": "x" } } },
    key: 'parameters.values["a/b"]',
    value: "a/b",
    fix: "letters, digits, _ . and - only",
    fixed: { parameters: { values: { "a.b": "x" } } },
  },
  {
    title: "a parameter that is both plain and secret",
    raw: { parameters: { values: { token: "x" } }, secretParameters: { token: "y" } },
    key: "parameters.values.token",
    value: "token",
    fix: "secretParameters has the same name. Keep one of them.",
    fixed: { secretParameters: { token: "y" } },
  },
  {
    title: "an alias instead of a key's ARN",
    raw: { parameters: { kmsKeyArn: "alias/messages" } },
    key: "parameters.kmsKeyArn",
    value: "alias/messages",
    fix: "Write a key's ARN",
    fixed: { parameters: { kmsKeyArn: KMS_KEY } },
  },
  {
    title: "a stage's name with a slash",
    raw: { api: { stageName: "v/1" } },
    key: "api.stageName",
    value: "v/1",
    fix: "such as v1",
    fixed: { api: { stageName: "v_1" } },
  },
  {
    title: "text instead of true or false",
    raw: { api: { accessLogs: "yes" } },
    key: "api.accessLogs",
    value: "yes",
    fix: "Write true or false.",
    fixed: { api: { accessLogs: true } },
  },
  {
    title: "a list instead of a map",
    raw: { vpc: ["10.0.0.0/16"] },
    key: "vpc",
    value: ["10.0.0.0/16"],
    fix: "Write a map",
    fixed: { vpc: { cidrBlock: "10.0.0.0/16" } },
  },
];

const SECRETS = new Set(["secretParameters"]);

function parse(raw: Raw, encrypted: ReadonlySet<string> = SECRETS): ParsedConfig {
  return parseConfig(inMode(raw), REGION, encrypted);
}

describe("parseConfig: mistakes in the configuration", () => {
  for (const { title, raw, key, value, fix, fixed } of EXAMPLES) {
    it(`reports the key, the value and the fix of ${title}`, () => {
      const { issues = [] } = parse(raw);
      expect(issues.map((found) => found.key)).to.deep.equal([key]);
      const [found] = issues;
      const written = JSON.stringify(value);
      if (written.length <= 80) expect(found?.value).to.equal(written);
      else expect(found?.value).to.match(/^.{77}\.\.\.$/);
      expect(found?.fix).to.contain(fix);
    });

    it(`accepts the configuration after the fix of ${title}`, () => {
      expect(parse(fixed).issues).to.equal(undefined);
    });
  }

  it("reports two mistakes in the same key", () => {
    const { issues = [] } = parse({ networking: "vpc", vpc: { cidrBlock: "11.0.0.0/28" } });
    expect(issues.map(({ key }) => key)).to.deep.equal(["vpc.cidrBlock", "vpc.cidrBlock"]);
    expect(issues.map(({ fix }) => fix).join()).to.match(/too small.*RFC 1918/);
  });

  it("reports mistakes in all keys even if one key is invalid", () => {
    const { issues = [] } = parse({
      networking: "privat",
      vpc: { cidrBlock: "10.0.0.0/30", nat: "many" },
      parameters: { path: "messages" },
    });
    expect(issues.map(({ key }) => key)).to.have.members([
      "networking",
      "vpc.cidrBlock",
      "vpc.nat",
      "parameters.path",
    ]);
  });

  it("recommends only valid parameter paths", () => {
    for (const path of ["messages", " messages ", "", "my messages", "aws/messages", "messages/"]) {
      const [found] = parse({ parameters: { path } }).issues ?? [];
      const [, offered] = /Write (\/\S*)\.$/.exec(found?.fix ?? "") ?? [];
      if (offered === undefined) continue;
      expect(
        parse({ parameters: { path: offered } }).issues,
        `${JSON.stringify(path)} -> ${offered}`,
      ).to.equal(undefined);
    }
  });

  it("offers no built-in property of JavaScript as a fix for an unknown service", () => {
    for (const service of ["constructor", "toString", "valueOf", "hasownproperty"]) {
      const { issues = [] } = parse({ networking: "vpc", endpoints: { others: { [service]: {} } } });
      for (const { fix } of issues) expect(fix, service).not.to.contain("native code");
    }
  });

  it("rejects two services whose endpoints would have the same name", () => {
    const { issues = [] } = parse({
      networking: "vpc",
      endpoints: { others: { "ecr.api": {}, "ecr-api": {} } },
    });
    expect(issues).to.have.length(1);
    expect(issues[0]?.key).to.match(/^endpoints\.others/);
  });
});

describe("parseConfig: secrets", () => {
  const secret = "hunter2";

  it("rejects secret parameters in plain text if it is known which keys are encrypted", () => {
    const raw = { secretParameters: { token: secret } };
    expect(parse(raw, new Set()).issues).to.deep.equal([
      {
        key: "secretParameters.token",
        value: "(secret)",
        fix: "It is in plain text. Set it: pulumi config set --secret --path secretParameters.token",
      },
    ]);
    expect(parse(raw, SECRETS).issues).to.equal(undefined);
    expect(parseConfig(inMode(raw)).issues, "where nobody says").to.equal(undefined);
  });

  it("returns secret parameters as Pulumi secrets", async () => {
    const { config } = parse({ secretParameters: { token: secret } });
    const token = config?.secretParameters.token;
    expect(pulumi.Output.isInstance(token) && (await pulumi.isSecret(token))).to.equal(true);
  });

  for (const [title, raw, encrypted] of [
    ["in text instead of a map", { secretParameters: secret }, ["secretParameters"]],
    ["beside an empty parameter", { secretParameters: { a: "", b: secret } }, ["secretParameters"]],
    ["under an invalid name", { secretParameters: { "a b": secret } }, ["secretParameters"]],
    ["in a list", { secretParameters: [secret] }, ["secretParameters"]],
    ["under a mistyped key", { secretParameter: { token: secret } }, ["secretParameter"]],
    [
      "under a mistyped key that was set without --path",
      { "secretParamters.token": secret },
      ["secretParamters.token"],
    ],
    ["as a path, with the fix for it", { parameters: { path: secret } }, ["parameters"]],
    ["as a value beside a mistake", { parameters: { path: "x", values: { a: secret } } }, ["parameters"]],
    [
      "as a CIDR block, with the fix for it",
      { networking: "vpc", vpc: { cidrBlock: "10.99.1.1/16" } },
      ["vpc"],
    ],
  ] as const) {
    it(`prints no secret ${title}`, () => {
      const { issues = [] } = parse(raw, new Set(encrypted));
      expect(issues).not.to.deep.equal([]);
      const told = describeIssues(issues, "");
      expect(told).not.to.contain(secret);
      expect(told).not.to.contain("10.99.");
    });
  }
});

describe("parseConfig: defaults", () => {
  it("has no default of the networking", () => {
    expect(parseConfig({}, REGION).issues).to.deep.equal([
      { key: "networking", value: "nothing", fix: 'Write "public" or "vpc".' },
    ]);
  });

  it("defaults to a REGIONAL API in public networking, and to a PRIVATE API in a VPC", () => {
    expect(parse({}).config?.api.endpointType).to.equal("REGIONAL");
    expect(parse({ networking: "vpc" }).config?.api.endpointType).to.equal("PRIVATE");
    expect(parse({ networking: "vpc", api: { endpointType: "EDGE" } }).config?.api.endpointType).to.equal(
      "EDGE",
    );
  });
});
