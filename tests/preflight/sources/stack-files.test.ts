import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { UserError } from "../../../preflight/errors/user-error.js";
import { readStackFile, type StackFile, stackNames } from "../../../preflight/sources/stack-files.js";

const PROJECT = `
name: shop
runtime: nodejs
config:
  networking:
    type: string
    default: public
  vpc:
    type: object
    default: {cidrBlock: 10.0.0.0/16}
  undecided:
    type: string
`;

const VALID = "config:\n  networking: vpc\n";

describe("readStackFile", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "stacks-"));
    writeFileSync(join(folder, "Pulumi.yaml"), PROJECT);
  });
  after(() => rmSync(folder, { recursive: true }));

  function read(text: string): StackFile {
    writeFileSync(join(folder, "Pulumi.test.yaml"), text);
    return readStackFile("test", folder);
  }

  it("returns texts unchanged and other values as JSON, as the engine does", () => {
    const { config } = read(`
config:
  aws:region: eu-north-1
  shop:vpc:
    cidrBlock: 10.1.0.0/16
    availabilityZones: [eu-north-1a]
  shop:limit: 5
  shop:open: true
`);
    expect(config).to.include({
      "aws:region": "eu-north-1",
      "shop:vpc": '{"cidrBlock":"10.1.0.0/16","availabilityZones":["eu-north-1a"]}',
      "shop:limit": "5",
      "shop:open": "true",
    });
  });

  it("fills in the defaults of Pulumi.yaml", () => {
    expect(read("config:\n  shop:limit: 5").config).to.deep.equal({
      "shop:networking": "public",
      "shop:vpc": '{"cidrBlock":"10.0.0.0/16"}',
      "shop:limit": "5",
    });
    expect(read("config:\n  shop:networking: vpc").config).to.include({ "shop:networking": "vpc" });
  });

  for (const [title, text, value, fix] of [
    ["an empty file", "", "nothing", "It is empty. Write config: and, indented under it,"],
    ["a file of comments", "# later\n", "nothing", "It is empty."],
    ["a file without config:", "encryptionsalt: v1:x\n", "[]", "It has no config:"],
    ["config: misspelt", "Confg:\n  networking: vpc\n", '["Confg"]', "Write config: in place of Confg:."],
    ["keys outside config:", "networking: vpc\n", '["networking"]', "It has no config:"],
    [
      "keys beside an empty config:",
      "config:\nnetworking: vpc\n",
      '["networking"]',
      "Write these keys under it",
    ],
    ["an empty config:", "config: {}\n", "nothing", "Nothing is under config:."],
    ["config: as a list", "config:\n  - networking: vpc\n", "nothing", "Its config: is not a map."],
    ["config: as a text", "config: networking=vpc\n", "nothing", "Its config: is not a map."],
    ["a list", "- config\n", "nothing", "It is not a map."],
  ] as const) {
    it(`rejects ${title}, which the engine takes for no configuration`, () => {
      expect(() => read(text))
        .to.throw(UserError, /^1 mistake in the configuration of stack test:\n {2}Pulumi\.test\.yaml/)
        .with.property("message")
        .that.contains(`: ${value}. `)
        .and.contains(fix);
    });
  }

  it("accepts a file whose configuration comes from an environment of Pulumi ESC", () => {
    expect(read("environment:\n  - shop/test\n").config).to.include({ "shop:networking": "public" });
  });

  it("takes a key without a value for an empty text, and resolves merge keys, as the engine does", () => {
    const { config } = read(
      "x-common: &common {nat: none}\nconfig:\n  shop:limit:\n  shop:vpc:\n    <<: *common\n    ipv6: true\n",
    );
    expect(config["shop:limit"]).to.equal("");
    expect(JSON.parse(config["shop:vpc"] ?? "")).to.deep.equal({ nat: "none", ipv6: true });
  });

  it("accepts keys without the project's namespace", () => {
    expect(read("config:\n  networking: vpc").config).to.include({ "shop:networking": "vpc" });
  });

  it("returns the names of project and stack and the region", () => {
    expect(read("config:\n  aws:region: eu-north-1")).to.include({
      project: "shop",
      stack: "test",
      region: "eu-north-1",
    });
  });

  it("hides encrypted values at any depth, and returns their keys", () => {
    const { config, secretKeys } = read(`
config:
  shop:token:
    secure: v1:abc:CIPHERTEXT
  shop:passwords:
    first:
      secure: v1:def:CIPHERTEXT
    list:
      - secure: v1:ghi:CIPHERTEXT
      - plain
  shop:networking: vpc
`);
    expect(JSON.stringify(config)).not.to.contain("CIPHERTEXT");
    expect(secretKeys).to.have.members(["shop:token", "shop:passwords"]);
    expect(config["shop:token"]).to.be.a("string").that.is.not.empty;
    expect(JSON.parse(config["shop:passwords"] ?? "")).to.have.nested.property("list[1]", "plain");
  });

  it("rejects a stack without a file, and names the stacks that have one", () => {
    read(VALID);
    expect(() => readStackFile("tets", folder))
      .to.throw(UserError, 'no stack "tets"')
      .with.property("message")
      .that.contains("Did you mean test?");
    expect(() => readStackFile("somewhere-else", folder)).to.throw(UserError, "Known here: test.");
  });

  it("rejects a file that is not YAML, with its path and line", () => {
    expect(() => read("config:\n  a: [1,\n  b: }\n")).to.throw(
      UserError,
      /Pulumi\.test\.yaml is not YAML: .*line \d/s,
    );
  });

  it("lists stacks in alphabetical order, without Pulumi.yaml", () => {
    read(VALID);
    writeFileSync(join(folder, "Pulumi.another.yaml"), "");
    writeFileSync(join(folder, "Pulumi.test.yaml.bak"), "");
    expect(stackNames(folder)).to.deep.equal(["another", "test"]);
  });
});
