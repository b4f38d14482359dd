// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like JavaScript's.
import { expect } from "chai";
import { compileCondition, holds } from "../../../preflight/iam/conditions.js";
import { type ContextInput, requestContext } from "../../../preflight/iam/context.js";
import type { Truth } from "../../../preflight/iam/truth.js";
import type { Keys } from "./support.js";

const reasons = new Set<string>();

/** Whether `{operator: {k: wanted}}` holds if the request's key `k` is `actual`. */
function test(operator: string, wanted: string | string[], actual: ContextInput, others: Keys = {}): Truth {
  reasons.clear();
  const condition = { operator, key: "K", values: [wanted].flat() };
  return holds(
    compileCondition(condition, true),
    requestContext([{ k: actual, ...others }], "absent"),
    reasons,
  );
}

type Row = [operator: string, wanted: string | string[], actual: ContextInput, result: Truth];

function rows(table: readonly Row[]): void {
  for (const [operator, wanted, actual, result] of table) {
    const value =
      actual === null ? "an absent key" : actual === undefined ? "an unknown key" : JSON.stringify(actual);
    it(`evaluates ${operator} ${JSON.stringify(wanted)} to ${result} for ${value}`, () => {
      expect(test(operator, wanted, actual)).to.equal(result);
      if (result === "unknown") expect([...reasons]).to.not.deep.equal([]);
    });
  }
}

describe("holds: string operators", () => {
  rows([
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", ["a", "b"], "b", true],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", "a*", "a*", true],
    ["StringEquals", [], "a", false],
    ["StringNotEquals", "a", "b", true],
    ["StringNotEquals", "a", "a", false],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringNotEquals", ["a", "b"], "c", true],
    ["StringEqualsIgnoreCase", "aB", "Ab", true],
    ["StringEqualsIgnoreCase", "a", "b", false],
    ["StringNotEqualsIgnoreCase", "aB", "Ab", false],
    ["StringNotEqualsIgnoreCase", "a", "b", true],
    ["StringLike", "a*c?", "abbcd", true],
    ["StringLike", "a*c?", "abbc", false],
    ["StringLike", "A*", "abc", false],
    ["StringLike", "a*", "a:b:c", true],
    ["StringNotLike", "a*", "abc", false],
    ["StringNotLike", "a*", "bcd", true],
  ]);

  it("expands policy variables in string operators", () => {
    expect(test("StringEquals", "${aws:username}", "bob", { "aws:username": "bob" })).to.equal(true);
    expect(test("StringLike", "home/${aws:username}/*", "home/bob/x", { "aws:username": "bob" })).to.equal(
      true,
    );
    expect(test("StringLike", "home/${aws:username}/*", "home/eve/x", { "aws:username": "bob" })).to.equal(
      false,
    );
    expect(test("StringEquals", "${aws:username}", "bob", { "aws:username": undefined })).to.equal("unknown");
  });

  it("matches nothing with a variable without a value, so that negated operators hold", () => {
    expect(test("StringEquals", "${aws:username}", "bob")).to.equal(false);
    expect(test("StringLike", "*${aws:username}", "bob")).to.equal(false);
    expect(test("StringNotEquals", "${aws:username}", "bob")).to.equal(true);
    expect(test("StringNotLike", "${aws:username}*", "bob")).to.equal(true);
  });

  it("matches escaped wildcards literally", () => {
    expect(test("StringLike", "a${*}", "a*")).to.equal(true);
    expect(test("StringLike", "a${*}", "ab")).to.equal(false);
  });
});

describe("holds: numeric operators", () => {
  rows([
    ["NumericEquals", "10", 10, true],
    ["NumericEquals", "10", "10.0", true],
    ["NumericEquals", "10", 11, false],
    ["NumericNotEquals", "10", 10, false],
    ["NumericNotEquals", "10", 11, true],
    ["NumericLessThan", "10", 9, true],
    ["NumericLessThan", "10", 10, false],
    ["NumericLessThanEquals", "10", 10, true],
    ["NumericLessThanEquals", "10", 10.5, false],
    ["NumericGreaterThan", "10", "1e2", true],
    ["NumericGreaterThan", "10", 10, false],
    ["NumericGreaterThanEquals", "-10", -10, true],
    ["NumericGreaterThanEquals", "10", 9, false],
    ["NumericEquals", "ten", 10, "unknown"],
    ["NumericEquals", "10", "", "unknown"],
    ["NumericNotEquals", "0x10", 16, "unknown"],
  ]);
});

describe("holds: date operators", () => {
  rows([
    ["DateEquals", "2026-11-21T00:00:00Z", "2026-11-21", true],
    ["DateEquals", "2026-11-21T01:00:00+01:00", "2026-11-21T00:00:00Z", true],
    ["DateNotEquals", "2026-11-21", "2026-11-22", true],
    ["DateNotEquals", "2026-11-21", "2026-11-21T00:00Z", false],
    ["DateLessThan", "2027", "2026-12-31T23:59:59.9Z", true],
    ["DateLessThan", "2026-11", "2026-11-01", false],
    ["DateLessThanEquals", "2026-11", "2026-11-01", true],
    ["DateGreaterThan", "1790000000", "1790000001", true],
    ["DateGreaterThan", "1790000000", "2026-01-01", false],
    ["DateGreaterThanEquals", "1767225600", "2026-01-01T00:00:00Z", true],
    ["DateEquals", "2026-11-21T00:00:00", "2026-11-21", "unknown"],
    ["DateEquals", "2026-13-01", "2026-11-21", "unknown"],
    ["DateEquals", "tomorrow", "2026-11-21", "unknown"],
  ]);
});

describe("holds: Bool", () => {
  rows([
    ["Bool", "true", true, true],
    ["Bool", "false", true, false],
    ["Bool", "False", "FALSE", true],
    ["Bool", "yes", true, "unknown"],
  ]);
});

describe("holds: BinaryEquals", () => {
  rows([
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", true],
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ6", false],
    ["BinaryEquals", "not base64", "QmluYXJ5", "unknown"],
  ]);
});

describe("holds: IP address operators", () => {
  rows([
    ["IpAddress", "203.0.113.0/24", "203.0.113.7", true],
    ["IpAddress", "203.0.113.0/24", "203.0.114.7", false],
    ["IpAddress", "203.0.113.9/24", "203.0.113.7", true],
    ["IpAddress", "203.0.113.7", "203.0.113.7", true],
    ["IpAddress", "203.0.113.7", "203.0.113.8", false],
    ["IpAddress", "0.0.0.0/0", "8.8.8.8", true],
    ["IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", true],
    ["IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false],
    ["IpAddress", "2001:db8::1", "2001:DB8:0:0::1", true],
    ["IpAddress", "0.0.0.0/0", "2001:db8::1", false],
    ["IpAddress", "::/0", "8.8.8.8", false],
    ["IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::9", true],
    ["NotIpAddress", "203.0.113.0/24", "203.0.113.7", false],
    ["NotIpAddress", "203.0.113.0/24", "198.51.100.1", true],
    ["IpAddress", "203.0.113.0/33", "203.0.113.7", "unknown"],
    ["IpAddress", "203.0.113.0/x", "203.0.113.7", "unknown"],
    ["IpAddress", "203.0.113.*", "203.0.113.7", "unknown"],
    ["IpAddress", "203.0.113.0/24", "203.0.113.0/24", "unknown"],
  ]);
});

describe("holds: ARN operators", () => {
  const stored = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
  for (const [equals, negated] of [
    ["ArnEquals", "ArnNotEquals"],
    ["ArnLike", "ArnNotLike"],
  ] as const) {
    rows([
      [equals, "arn:aws:sns:eu-west-1:111122223333:topic", "arn:aws:sns:eu-west-1:111122223333:topic", true],
      [equals, "arn:aws:sns:*:111122223333:t?pic", "arn:aws:sns:eu-west-1:111122223333:topic", true],
      [equals, "arn:aws:sns:*:111122223333:TOPIC", "arn:aws:sns:eu-west-1:111122223333:topic", false],
      [equals, "arn:aws:someservice:*:111122223333:finance/*", stored, false],
      [equals, "arn:aws:someservice:*:*:store/*", stored, true],
      [equals, "arn:aws:sns:*:*:*", "no ARN", false],
      [equals, "arn:aws:sns", "arn:aws:sns:eu-west-1:111122223333:topic", "unknown"],
      [negated, "arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:topic", false],
      [negated, "arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:444455556666:topic", true],
    ]);
  }

  it("lets a string operator match across the parts of an ARN", () => {
    expect(test("StringLike", "arn:aws:someservice:*:111122223333:finance/*", stored)).to.equal(true);
  });

  it("expands policy variables in ARN operators", () => {
    const topic = "arn:aws:sns:eu-west-1:111122223333:bob";
    expect(test("ArnLike", "arn:aws:sns:*:*:${aws:username}", topic, { "aws:username": "bob" })).to.equal(
      true,
    );
  });
});

describe("holds: operators without policy variables", () => {
  it("is unknown for a policy variable in an operator that cannot have one", () => {
    expect(test("NumericEquals", "${n}", 1, { n: 1 })).to.equal("unknown");
    expect(test("IpAddress", "${ip}", "10.0.0.1", { ip: "10.0.0.1" })).to.equal("unknown");
    expect(test("DateEquals", "${t}", "2026", { t: "2026" })).to.equal("unknown");
    expect(test("Bool", "${b}", true, { b: true })).to.equal("unknown");
    expect(test("BoolIfExists", "${b}", null, { b: true })).to.equal("unknown");
    expect(test("Null", "${b}", null, { b: true })).to.equal("unknown");
    expect([...reasons].join()).to.contain("${b}");
  });
});

describe("holds: absent key", () => {
  rows([
    ["StringEquals", "a", null, false],
    ["StringNotEquals", "a", null, true],
    ["StringLike", "*", null, false],
    ["StringNotLike", "a", null, true],
    ["NumericLessThan", "1", null, false],
    ["NumericNotEquals", "1", null, true],
    ["DateNotEquals", "2026", null, true],
    ["Bool", "true", null, false],
    ["BinaryEquals", "QQ==", null, false],
    ["IpAddress", "0.0.0.0/0", null, false],
    ["NotIpAddress", "0.0.0.0/0", null, true],
    ["ArnNotLike", "arn:aws:sns:*:*:*", null, true],
    ["StringEqualsIfExists", "a", null, true],
    ["StringNotEqualsIfExists", "a", null, true],
    ["ForAllValues:StringEquals", "a", null, true],
    ["ForAllValues:StringNotEquals", "a", null, true],
    ["ForAnyValue:StringEquals", "a", null, false],
    ["ForAnyValue:StringNotEquals", "a", null, false],
    ["ForAllValues:StringEqualsIfExists", "a", null, true],
    // ForAnyValue is false without the key, IfExists is true; AWS does not say which counts.
    ["ForAnyValue:StringEqualsIfExists", "a", null, "unknown"],
    ["ForAnyValue:StringNotEqualsIfExists", "a", null, "unknown"],
    ["Null", "true", null, true],
    ["Null", "false", null, false],
  ]);

  it("treats a key without values as absent", () => {
    expect(test("Null", "true", [])).to.equal(true);
    expect(test("ForAllValues:StringEquals", "a", [])).to.equal(true);
    expect(test("ForAnyValue:StringEquals", "a", [])).to.equal(false);
  });
});

describe("holds: IfExists", () => {
  rows([
    ["StringEqualsIfExists", "a", "a", true],
    ["StringEqualsIfExists", "a", "b", false],
    ["IpAddressIfExists", "10.0.0.0/8", "11.0.0.1", false],
    ["BoolIfExists", "true", "false", false],
    ["NullIfExists", "true", null, "unknown"],
  ]);
});

describe("holds: set qualifiers", () => {
  rows([
    ["ForAllValues:StringEquals", ["environment", "cost-center"], ["environment"], true],
    ["ForAllValues:StringEquals", ["environment", "cost-center"], ["environment", "cost-center"], true],
    ["ForAllValues:StringEquals", ["environment", "cost-center"], ["environment", "dept"], false],
    ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], true],
    ["ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], false],
    ["ForAllValues:StringLike", "a*", ["ab", "ac"], true],
    ["ForAnyValue:StringEquals", ["environment", "cost-center"], ["environment", "dept"], true],
    ["ForAnyValue:StringEquals", ["environment", "cost-center"], ["dept"], false],
    ["ForAnyValue:StringNotEquals", ["a"], ["a", "b"], true],
    ["ForAnyValue:StringNotEquals", ["a"], ["a"], false],
    ["ForAnyValue:IpAddress", "10.0.0.0/8", ["11.0.0.1", "10.0.0.1"], true],
  ]);

  it("is unknown for a multivalued key without a set qualifier, also with one value", () => {
    for (const values of [["a", "b"], ["b", "c"], ["a"]])
      expect(test("StringEquals", ["a", "b"], values), values.join()).to.equal("unknown");
    expect(test("StringNotEquals", "a", ["b", "c"])).to.equal("unknown");
    expect([...reasons].join()).to.contain("lacks ForAllValues or ForAnyValue");
    expect(test("Null", "false", ["a"])).to.equal(true);
  });
});

describe("holds: Null", () => {
  rows([
    ["Null", "true", "x", false],
    ["Null", "false", "x", true],
    ["Null", "maybe", "x", "unknown"],
    ["Null", "true", { present: true }, false],
    ["Null", "false", { present: true }, true],
    ["Null", "false", undefined, "unknown"],
  ]);
});

describe("holds: unknown key", () => {
  rows([
    ["StringEquals", "a", undefined, "unknown"],
    ["StringNotEquals", "a", undefined, "unknown"],
    ["StringEqualsIfExists", "a", undefined, "unknown"],
    ["StringEqualsIfExists", "a", { present: true }, "unknown"],
    ["ForAllValues:StringEquals", "a", undefined, "unknown"],
    ["ForAnyValue:StringEquals", "a", { present: true }, "unknown"],
  ]);

  it("treats a key that no layer has as unknown, unless the other keys are declared absent", () => {
    const condition = compileCondition(
      { operator: "StringEquals", key: "aws:SourceVpce", values: ["x"] },
      true,
    );
    expect(holds(condition, requestContext([{}]), reasons)).to.equal("unknown");
    expect(holds(condition, requestContext([{}], "absent"), reasons)).to.equal(false);
  });

  it("finds a key without case in the first layer that has it, even if its value there is unknown", () => {
    const condition = compileCondition(
      { operator: "StringEquals", key: "AWS:sourceVPCE", values: ["x"] },
      true,
    );
    expect(
      holds(condition, requestContext([{ "aws:SourceVpce": "x" }, { "aws:sourcevpce": "y" }]), reasons),
    ).to.equal(true);
    expect(
      holds(condition, requestContext([{ "aws:SourceVpce": undefined }, { "aws:SourceVpce": "x" }]), reasons),
    ).to.equal("unknown");
  });
});

describe("holds: undocumented operator", () => {
  for (const operator of [
    "StringMatches",
    "stringequals",
    "ForSomeValues:StringEquals",
    "",
    "ForAllValues:Null",
  ]) {
    it(`is unknown for "${operator}" and never a pass`, () => {
      expect(test(operator, "a", "a")).to.equal("unknown");
      expect(test(operator, "a", null)).to.equal("unknown");
      expect([...reasons]).to.deep.equal([`AWS documents no condition operator "${operator}"`]);
    });
  }
});
