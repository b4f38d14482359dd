import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CONFIG_KEYS } from "../../config/schema/index.js";
import { asTestStack, mistakesOf, readAs } from "./read-as.js";

const REGION = { "aws:region": "eu-west-1" };
const PUBLIC = { ...REGION, "orders:networking": "public" };
/** What the engine adds to each stack's values: the defaults of Pulumi.yaml. */
const DEFAULTS = { "orders:vpc": "{}", "orders:api": "{}", "orders:database": "false" };

describe("readConfig", () => {
  before(asTestStack);

  it("reads the project's namespace, objects as JSON and texts unchanged", () => {
    const config = readAs({
      settings: {
        ...REGION,
        "orders:networking": "vpc",
        "orders:vpc": '{"cidrBlock": "10.40.0.0/16", "ipv6": true}',
        "another-project:colour": "blue",
      },
    });
    expect(config).to.deep.include({ networking: "vpc" });
    expect(config).to.have.nested.property("vpc.cidrBlock", "10.40.0.0/16");
    expect(config).to.have.nested.property("vpc.ipv6", true);
  });

  it("throws a RunError with every mistake and no stack trace", () => {
    const settings = { ...REGION, "orders:networking": "privat", "orders:vpc": '{"nat": "many"}' };
    expect(() => readAs({ settings }))
      .to.throw(
        [
          "2 mistakes in the configuration of stack test:",
          '  networking: "privat". Write "public" or "vpc".',
          '  vpc.nat: "many". Write "none", "single", "perAz", "regional" or "instance".',
        ].join("\n"),
      )
      .that.satisfies(pulumi.RunError.isInstance);
  });

  it("treats invalid JSON as text", () => {
    const settings = { ...PUBLIC, "orders:vpc": "{cidrBlock" };
    expect(mistakesOf({ settings })).to.deep.equal(['vpc: "{cidrBlock". Write a map of keys with values.']);
  });

  it("quotes the keys that a shell would take apart", () => {
    const settings = { ...PUBLIC, "orders:api": '{"methods": {"GET /letters": {}}}' };
    expect(mistakesOf({ settings })[0]).to.match(/^'api\.methods\["GET \/letters"\]': /);
  });
});

describe("readConfig: keys of another namespace", () => {
  before(asTestStack);

  for (const [title, name, value, line] of [
    [
      "the template's own name, as pulumi stack init left it",
      "lambda-networking:networking",
      "vpc",
      "networking: vpc",
    ],
    ["a typo in the project's name", "oders:networking", "vpc", "networking: vpc"],
    ["a namespace that is empty", ":networking", "vpc", "networking: vpc"],
    ["a map", "lambda-networking:vpc", '{"nat":"perAz"}', "vpc:"],
    ["another case", "lambda-networking:messagestore", "false", "messageStore: false"],
    ["a path that was set without --path", "lambda-networking:vpc.nat", "none", "vpc.nat: none"],
    ["the old form of a key", "lambda-networking:config:networking", "vpc", "networking: vpc"],
  ] as const) {
    it(`refuses a key of ours under ${title}, with the line to write`, () => {
      const [found, ...rest] = mistakesOf({ settings: { ...PUBLIC, [name]: value } });
      expect(rest).to.deep.equal([]);
      expect(found).to.match(new RegExp(`^${name.replace("config:", "").replace(".", "\\.")}: `));
      expect(found).to.contain(`Write ${line} or orders:${line} in its place.`);
    });
  }

  it("refuses every key of ours, and reports them together with the networking that is missing", () => {
    const settings = Object.fromEntries(CONFIG_KEYS.map((key) => [`lambda-networking:${key}`, "x"]));
    const found = mistakesOf({ settings: { ...REGION, ...DEFAULTS, ...settings } });
    expect(found.map((line) => line.split(" ")[0])).to.have.members([
      ...CONFIG_KEYS.map((key) => `lambda-networking:${key}:`),
      "networking:",
    ]);
  });

  it("shows no encrypted value of such a key", () => {
    const name = "lambda-networking:secretParameters";
    const found = mistakesOf({ settings: { ...PUBLIC, [name]: '{"token":"hunter2"}' }, encrypted: [name] });
    expect(found).to.have.length(1);
    expect(found[0]).to.contain(`${name}: (secret). `).and.not.to.contain("hunter2");
  });

  it("accepts a provider's own keys, though some have the name of one of ours", () => {
    const settings = {
      ...PUBLIC,
      "aws:endpoints": '[{"ssm": "http://localhost:4566"}]',
      "aws:profile": "work",
      "aws:defaultTags": "{}",
      "pulumi:tags": "{}",
      "postgresql:database": "app",
      "mycompany:costCentre": "12",
    };
    expect(mistakesOf({ settings })).to.deep.equal([]);
  });
});

describe("readConfig: the stack's file", () => {
  before(asTestStack);

  for (const [title, file, mistake] of [
    ["is empty", "", "Pulumi.test.yaml: nothing. It is empty. Write config:"],
    ["has no config:", "encryptionsalt: v1:x\n", "Pulumi.test.yaml: []. It has no config:"],
    ["has config: misspelt", "conf:\n  networking: vpc\n", "Write config: in place of conf:."],
    ["has its keys outside config:", "config:\nnetworking: vpc\n", "Write these keys under it"],
  ] as const) {
    it(`is one mistake if it ${title}`, () => {
      const found = mistakesOf({ settings: DEFAULTS, file });
      expect(found).to.have.length(1);
      expect(found[0]).to.contain(mistake);
    });
  }

  it("lacks the networking and the Region if there is no file either", () => {
    expect(mistakesOf({ settings: DEFAULTS }).map((line) => line.split(":")[0])).to.deep.equal([
      "aws",
      "networking",
    ]);
  });

  it("does not matter if the configuration comes from elsewhere", () => {
    expect(mistakesOf({ settings: PUBLIC, file: "" })).to.deep.equal([]);
  });

  it("must have each key under config:", () => {
    const file =
      "config:\n  aws:region: eu-west-1\n  networking: vpc\nvpc:\n  nat: perAz\norders:api: {}\nx-other: 1\n";
    expect(mistakesOf({ settings: PUBLIC, file })).to.deep.equal([
      'vpc: {"nat":"perAz"}. It is outside config: in Pulumi.test.yaml, so nobody reads it. Write it under config:, indented.',
      "orders:api: {}. It is outside config: in Pulumi.test.yaml, so nobody reads it. Write it under config:, indented.",
    ]);
  });

  it("must have a key once, because the engine takes either of two", () => {
    const file = "config:\n  networking: vpc\n  orders:networking: public\n";
    expect(mistakesOf({ settings: PUBLIC, file })).to.deep.equal([
      'networking: ["vpc","public"]. It is written twice, as networking and as orders:networking, and either may count. Keep one of them.',
    ]);
  });
});

describe("readConfig: values that the engine reads otherwise", () => {
  before(asTestStack);
  /** As the engine passes them on: seen with Pulumi 3.250. */
  const settings = {
    ...PUBLIC,
    "orders:function": '{"memorySize":330}',
    "orders:parameters": '{"values":{"day":"2026-01-01 00:00:00 +0000 UTC","text":"0123","n.o":1000}}',
  };

  it("are refused as they are written, each with its key", () => {
    const file =
      "config:\n  networking: public\n  function: {memorySize: 0512}\n  orders:parameters:\n    values:\n      day: 2026-01-01\n      text: '0123'\n      n.o: 1_000\n";
    const found = mistakesOf({ settings, file }).map((line) => line.split(". The engine reads it")[0]);
    expect(found.slice(0, 3)).to.deep.equal([
      'function.memorySize: "0512"',
      'parameters.values.day: "2026-01-01"',
      '\'parameters.values["n.o"]\': "1_000"',
    ]);
  });

  it("are no others", () => {
    const file =
      "config:\n  networking: public\n  function: {memorySize: 512}\n  parameters: {values: {day: '2026-01-01', zone: a_1, ip: 10.0.0.1, yes: no}}\n";
    expect(mistakesOf({ settings: PUBLIC, file })).to.deep.equal([]);
  });
});

describe("readConfig: the Region", () => {
  before(asTestStack);
  const OWN = { "orders:networking": "public" };

  it("is read from aws:region, else from AWS_REGION", () => {
    expect(mistakesOf({ settings: { ...OWN, ...REGION }, region: "nowhere-1" })).to.deep.equal([]);
    expect(mistakesOf({ settings: OWN, region: "us-gov-west-1" })).to.deep.equal([]);
  });

  it("is reported with every other mistake if it is missing or does not exist", () => {
    const settings = { "orders:networking": "privat", "orders:vpc": '{"nat":"many"}' };
    for (const [region, told] of [
      [undefined, "aws:region: nothing. Write the Region to deploy into"],
      ["", 'aws:region: "". Write the Region'],
      ["eu-west-11", 'aws:region: "eu-west-11". AWS has no Region "eu-west-11"'],
      ["EU-WEST-1", "Did you mean eu-west-1?"],
      ["eu-west-1a", "Did you mean eu-west-1?"],
    ] as const) {
      const found = mistakesOf({
        settings: { ...settings, ...(region !== undefined && { "aws:region": region }) },
      });
      expect(found).to.have.length(3);
      expect(found[0]).to.contain(told);
    }
  });

  it("may be one that is newer than the list, if the provider too is told so", () => {
    const settings = { ...OWN, "aws:region": "eu-north-7", "aws:skipRegionValidation": "true" };
    expect(mistakesOf({ settings })).to.deep.equal([]);
    expect(mistakesOf({ settings: { ...settings, "aws:region": "north" } })).to.have.length(1);
  });

  it("is refused as a secret, without its value", () => {
    const found = mistakesOf({ settings: { ...OWN, ...REGION }, encrypted: ["aws:region"] });
    expect(found).to.have.length(1);
    expect(found[0]).to.match(/^aws:region: \(secret\)\. .*pulumi config set aws:region/);
  });

  it("is passed on with a valid configuration", () => {
    expect(readAs({ settings: PUBLIC })).to.include({ networking: "public" });
  });
});
