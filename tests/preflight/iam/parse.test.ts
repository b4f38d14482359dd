import { expect } from "chai";
import { UserError } from "../../../preflight/errors/user-error.js";
import { type DocumentKind, namedPolicy, parsePolicy } from "../../../preflight/iam/index.js";
import { ACCOUNT, ROLE_ARN } from "./support.js";

function problems(kind: DocumentKind, input: unknown): string {
  const result = parsePolicy(kind, input);
  return result.ok ? "" : result.problems.join("; ");
}

const statement = { Effect: "Allow", Action: "ssm:GetParameter", Resource: "*" };

describe("parsePolicy", () => {
  it("reads JSON text and objects", () => {
    const object = { Version: "2012-10-17", Statement: [statement] };
    expect(parsePolicy("identity", JSON.stringify(object))).to.deep.equal(parsePolicy("identity", object));
  });

  it("turns single values into lists, and records index and Sid", () => {
    const result = parsePolicy("identity", {
      Version: "2012-10-17",
      Id: "x",
      Statement: [
        statement,
        {
          Sid: "Two",
          Effect: "Deny",
          NotAction: ["a:B", "c:D"],
          NotResource: "arn:aws:s3:::x",
          Condition: {
            Bool: { "aws:SecureTransport": false },
            NumericLessThan: { "s3:max-keys": [10, "20"] },
          },
        },
      ],
    });
    expect(result).to.deep.equal({
      ok: true,
      document: {
        kind: "identity",
        version: "2012-10-17",
        id: "x",
        statements: [
          {
            index: 0,
            effect: "Allow",
            actions: { negated: false, patterns: ["ssm:GetParameter"] },
            resources: { negated: false, patterns: ["*"] },
            conditions: [],
          },
          {
            index: 1,
            sid: "Two",
            effect: "Deny",
            actions: { negated: true, patterns: ["a:B", "c:D"] },
            resources: { negated: true, patterns: ["arn:aws:s3:::x"] },
            conditions: [
              { operator: "Bool", key: "aws:SecureTransport", values: ["false"] },
              { operator: "NumericLessThan", key: "s3:max-keys", values: ["10", "20"] },
            ],
          },
        ],
      },
    });
  });

  it("assumes version 2008-10-17 if the policy names none", () => {
    const result = parsePolicy("identity", { Statement: statement });
    expect(result.ok && result.document.version).to.equal("2008-10-17");
  });

  it("reads principals of every kind", () => {
    const Principal = {
      AWS: [ACCOUNT, ROLE_ARN, "AROAEXAMPLEEXAMPLE12", `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`],
      Service: "lambda.amazonaws.com",
      Federated: "accounts.google.com",
      CanonicalUser: "79a59df900b949e5",
    };
    const result = parsePolicy("resource", { Statement: { ...statement, Principal } });
    expect(result.ok && result.document.statements[0]?.principals).to.deep.equal({
      negated: false,
      everyone: false,
      aws: Principal.AWS,
      service: ["lambda.amazonaws.com"],
      federated: ["accounts.google.com"],
      canonicalUser: ["79a59df900b949e5"],
    });
  });

  it("accepts API Gateway's short resources only in an API's policy", () => {
    const short = { Statement: { ...statement, Resource: "execute-api:/*", Principal: "*" } };
    expect(problems("api-gateway", short)).to.equal("");
    expect(problems("resource", short)).to.contain('"execute-api:/*" is not a resource');
  });

  const malformed: [string, DocumentKind, unknown, string][] = [
    ["is not JSON", "identity", "{", "is not JSON"],
    ["is a list", "identity", [], "not a JSON object"],
    ["is null", "identity", null, "not a JSON object"],
    ["has no Statement", "identity", {}, "Statement is missing"],
    ["has an empty Statement", "identity", { Statement: [] }, "Statement is missing"],
    ["has another Version", "identity", { Version: "2020-01-01", Statement: statement }, 'use "2012-10-17"'],
    [
      "has an element AWS does not know",
      "identity",
      { Statement: { ...statement, Resources: "*" } },
      "Resources",
    ],
    ["has such an element at the top", "identity", { Statement: statement, Effect: "Allow" }, "Effect"],
    ["has an Id that is no text", "identity", { Id: 1, Statement: statement }, "Id is not a string"],
    ["has a Sid that is no text", "identity", { Statement: { ...statement, Sid: 1 } }, "Sid is not a string"],
    [
      "has a statement that is no object",
      "identity",
      { Statement: ["x"] },
      "Statement[0] is not a JSON object",
    ],
    [
      "misspells Effect",
      "identity",
      { Statement: { ...statement, Effect: "allow" } },
      'must be "Allow" or "Deny"',
    ],
    [
      "has no Action",
      "identity",
      { Statement: { Effect: "Allow", Resource: "*" } },
      "either Action or NotAction",
    ],
    [
      "has Action and NotAction",
      "identity",
      { Statement: { ...statement, NotAction: "a:B" } },
      "either Action or",
    ],
    ["has no Resource", "identity", { Statement: { Effect: "Allow", Action: "*" } }, "either Resource or"],
    ["has an empty list", "identity", { Statement: { ...statement, Action: [] } }, "must not be empty"],
    ["has an empty text", "identity", { Statement: { ...statement, Resource: "" } }, "must not be empty"],
    [
      "has a number for an action",
      "identity",
      { Statement: { ...statement, Action: [1] } },
      "a list of strings",
    ],
    [
      "has an action without service",
      "identity",
      { Statement: { ...statement, Action: "Get" } },
      "service:Name",
    ],
    [
      "has a wildcard in a service",
      "identity",
      { Statement: { ...statement, Action: "s*:Get" } },
      "service:Name",
    ],
    [
      "has a resource that is no ARN",
      "identity",
      { Statement: { ...statement, Resource: "b" } },
      "write an ARN",
    ],
    [
      "has a wildcard in the service of an ARN",
      "identity",
      { Statement: { ...statement, Resource: "arn:aws:s*:::b" } },
      "wildcard in its service",
    ],
    [
      "has a wildcard for that service",
      "resource",
      { Statement: { ...statement, Principal: "*", Resource: "arn:aws:*" } },
      "wildcard in its service",
    ],
    [
      "has a hyphen in a Sid",
      "identity",
      { Statement: { ...statement, Sid: "read-only" } },
      'Sid "read-only" has other characters',
    ],
    [
      "has the same Sid twice",
      "identity",
      { Statement: [{ ...statement, Sid: "Read" }, statement, { ...statement, Sid: "Read" }] },
      'Statement[2].Sid "Read" is there twice',
    ],
    [
      "trusts with a space in a Sid",
      "trust",
      { Statement: { Sid: "a b", Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: ACCOUNT } } },
      'Sid "a b" has other characters',
    ],
    [
      "has a Principal it must not have",
      "identity",
      { Statement: { ...statement, Principal: "*" } },
      "no Principal",
    ],
    [
      "has no Principal where it must",
      "resource",
      { Statement: statement },
      "either Principal or NotPrincipal",
    ],
    [
      "has a text for a Principal",
      "resource",
      { Statement: { ...statement, Principal: ACCOUNT } },
      'must be "*"',
    ],
    ["has an empty Principal", "resource", { Statement: { ...statement, Principal: {} } }, 'must be "*"'],
    [
      "has another principal type",
      "resource",
      { Statement: { ...statement, Principal: { User: "x" } } },
      "User",
    ],
    [
      "has a wildcard in a principal",
      "resource",
      { Statement: { ...statement, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } } },
      "is not a principal",
    ],
    [
      "has a group for a principal",
      "resource",
      { Statement: { ...statement, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:group/x` } } },
      "is not a principal",
    ],
    ["trusts on a resource", "trust", { Statement: { ...statement, Principal: "*" } }, "no Resource"],
    [
      "trusts all but some",
      "trust",
      { Statement: { Effect: "Allow", Action: "sts:AssumeRole", NotPrincipal: { AWS: ACCOUNT } } },
      "no NotPrincipal",
    ],
    [
      "has a text for conditions",
      "identity",
      { Statement: { ...statement, Condition: "x" } },
      "object of operators",
    ],
    [
      "has a text for keys",
      "identity",
      { Statement: { ...statement, Condition: { Bool: "x" } } },
      "condition keys",
    ],
    [
      "has an object for a value",
      "identity",
      { Statement: { ...statement, Condition: { Bool: { "aws:x": {} } } } },
      "string, number, boolean",
    ],
  ];
  for (const [what, kind, input, problem] of malformed) {
    it(`rejects a policy that ${what}`, () => {
      expect(problems(kind, input)).to.contain(problem);
    });
  }

  it("accepts what services with resource policies accept: spaces in Sids, and equal ones", () => {
    const Sid = "Enable IAM User Permissions";
    const twice = [
      { ...statement, Sid, Principal: "*" },
      { ...statement, Sid, Principal: "*" },
    ];
    expect(problems("key", { Statement: twice })).to.equal("");
    expect(
      problems("identity", {
        Statement: [
          { ...statement, Sid: "" },
          { ...statement, Sid: "" },
        ],
      }),
    ).to.equal("");
    expect(problems("identity", { Statement: { ...statement, Resource: "arn:*:ssm:*:*:*" } })).to.equal("");
  });

  it("reports every problem at once, with its position", () => {
    const result = parsePolicy("identity", {
      Version: "1",
      Statement: [statement, { Effect: "x", Action: "y" }],
    });
    expect(result.ok ? [] : result.problems).to.have.length(4);
    expect(problems("identity", { Statement: [statement, { Effect: "x" }] })).to.contain(
      "Statement[1].Effect",
    );
  });
});

describe("namedPolicy", () => {
  it("throws a UserError with the policy's label if it is malformed", () => {
    expect(() => namedPolicy("role fetcher", "identity", "{}")).to.throw(
      UserError,
      /role fetcher.*Statement is missing/,
    );
  });

  it("accepts a policy that is not known yet", () => {
    expect(namedPolicy("role fetcher", "identity", undefined)).to.deep.equal({
      label: "role fetcher",
      document: undefined,
    });
  });
});
