import { expect } from "chai";
import type { Intent } from "../../../../preflight/graph/index.js";
import { proveIntents } from "../../../../preflight/reachability/index.js";
import { keyStack, storeStack } from "../../graph/api-fixtures.js";
import { allow, publicStack } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, expectReachable, expectUnknown, graphOf, hops } from "../support.js";

const METHOD = "GET /messages";
const ANY_TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/*";

describe("a method that an AWS service answers", () => {
  breaks(
    "by mapping templates",
    storeStack,
    ["internet", METHOD],
    [
      [
        "without a role",
        (s) => s.lacking("get-messages-integration", "credentials"),
        "get-messages-integration",
        "API_INTEGRATION_ROLE_MISSING",
      ],
      [
        "when somebody else may assume the role",
        (s) =>
          s.with("store-role", {
            assumeRolePolicy: {
              Version: "2012-10-17",
              Statement: [
                { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
              ],
            },
          }),
        "store-role",
        "API_INTEGRATION_ROLE_NOT_ASSUMABLE",
      ],
      [
        "without a policy of the role",
        (s) => s.without("store-policy"),
        "store-role",
        "IDENTITY_POLICY_DENIES",
      ],
      [
        "when the role may do something else",
        (s) => s.with("store-policy", { policy: allow("dynamodb:GetItem", ANY_TABLE) }),
        "store-role",
        "IDENTITY_POLICY_DENIES",
      ],
      [
        "when the role is for another table",
        (s) =>
          s.with("store-policy", {
            policy: allow("dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/others"),
          }),
        "store-role",
        "IDENTITY_POLICY_DENIES",
      ],
      [
        "when the template names another table",
        (s) =>
          s.with("get-messages-integration", {
            requestTemplates: { "application/json": '{"TableName":"others"}' },
          }),
        "store-role",
        "IDENTITY_POLICY_DENIES",
      ],
      [
        "when it queries an index that the role may not",
        (s) =>
          s
            .with("get-messages-integration", {
              uri: "arn:aws:apigateway:eu-west-1:dynamodb:action/Query",
              requestTemplates: {
                "application/json": '{"TableName": "messages-id", "IndexName": "by-time"}',
              },
            })
            .with("store-policy", {
              policy: allow("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:123456789012:table/messages-id"),
            }),
        "store-role",
        "IDENTITY_POLICY_DENIES",
      ],
    ],
  );

  it("says which service and what it does", () => {
    expect(hops(ask(storeStack(), "internet", METHOD)).join("\n")).to.contain(
      "is answered by dynamodb PutItem",
    );
  });

  it("reaches the table, and does with it what the role allows", () => {
    expectReachable(ask(storeStack(), METHOD, "resource:messages-table"));
    expectReachable(ask(storeStack(), METHOD, "dynamodb:PutItem"));
    expectBlocked(ask(storeStack(), METHOD, "dynamodb:Scan"), "store-role", "IDENTITY_POLICY_DENIES");
    expectBlocked(ask(storeStack(), METHOD, "ssm"), "get-messages", "NO_SOURCE_OR_DESTINATION");
    expectBlocked(ask(storeStack(), METHOD, "fetcher"), "get-messages", "NO_SOURCE_OR_DESTINATION");
  });

  it("keeps intents of both kinds", () => {
    const from = { kind: "method", method: "GET", path: "/messages" } as const;
    const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/messages-id";
    const to = (action: string) =>
      ({ kind: "service", service: "dynamodb", action, resource: table }) as const;
    const intents: Intent[] = [
      { from, to: to("dynamodb:PutItem"), port: 443, must: "reach", why: "it stores messages" },
      { from, to: to("dynamodb:Scan"), port: 443, must: "not-reach", why: "it never reads them all" },
    ];
    const proofs = (actions: string | readonly string[]) =>
      proveIntents(
        graphOf(
          storeStack()
            .with("store-policy", { policy: allow(actions, table) })
            .add("component", "store", { intents }),
        ),
      ).map(({ ok }) => ok);
    expect(proofs("dynamodb:PutItem")).to.deep.equal([true, true]);
    expect(proofs("dynamodb:*")).to.deep.equal([true, false]);
    expect(proofs("dynamodb:GetItem")).to.deep.equal([false, true]);
  });

  it("with a role that is not in the stack is not known", () => {
    expectUnknown(ask(storeStack().without("store-role"), "internet", METHOD));
  });
});

describe("a method that wants an API key", () => {
  breaks(
    "and a plan that has one",
    keyStack,
    ["internet", METHOD],
    [
      ["without a plan", (s) => s.without("plan"), "get-messages", "API_KEY_WITHOUT_PLAN"],
      ["without a key", (s) => s.without("plan-key"), "get-messages", "API_KEY_WITHOUT_PLAN"],
      [
        "when the key is disabled",
        (s) => s.with("key", { enabled: false }),
        "get-messages",
        "API_KEY_WITHOUT_PLAN",
      ],
      [
        "when the plan is for another stage",
        (s) => s.with("plan", { apiStages: [{ apiId: "api-id", stage: "test" }] }),
        "get-messages",
        "API_KEY_WITHOUT_PLAN",
      ],
      [
        "when the plan is for another API",
        (s) => s.with("plan", { apiStages: [{ apiId: "a1b2c3", stage: "live" }] }),
        "get-messages",
        "API_KEY_WITHOUT_PLAN",
      ],
    ],
  );

  it("is reached with a key, and says of which plan", () => {
    expect(hops(ask(keyStack(), "internet", METHOD))).to.include(
      "get-messages: with an API key of plan plan",
    );
  });
});

describe("a method with IAM authorization", () => {
  it("is closed to the internet, and an intent may say so", () => {
    const stack = publicStack().with("get-messages", { authorization: "AWS_IAM" });
    expectBlocked(ask(stack, "internet", METHOD), "get-messages", "API_METHOD_REQUIRES_AUTHORIZATION");
    const intent: Intent = {
      from: { kind: "internet" },
      to: { kind: "method", method: "GET", path: "/messages" },
      port: 443,
      must: "not-reach",
      why: "only signed requests are let in",
    };
    const proofs = (from: typeof stack) =>
      proveIntents(graphOf(from.add("component", "api-component", { intents: [intent] }))).map(
        ({ ok }) => ok,
      );
    expect(proofs(stack)).to.deep.equal([true]);
    expect(proofs(publicStack())).to.deep.equal([false]);
  });
});
