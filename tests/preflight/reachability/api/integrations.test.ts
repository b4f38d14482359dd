import { expect } from "chai";
import type { Intent } from "../../../../preflight/graph/index.js";
import { proveIntents } from "../../../../preflight/reachability/index.js";
import { storeStack } from "../../graph/api-fixtures.js";
import { allow, vpcStack } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, expectReachable, expectUnknown, graphOf, hops } from "../support.js";

const METHOD = "GET /messages";
const ANY_TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/*";

describe("integration of an AWS service", () => {
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
        "when another service may assume the role",
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

  it("names the service and the action", () => {
    expect(hops(ask(storeStack(), "internet", METHOD)).join("\n")).to.contain(
      "is answered by dynamodb PutItem",
    );
  });

  it("reaches the table with the actions that the role allows", () => {
    expectReachable(ask(storeStack(), METHOD, "resource:messages-table"));
    expectReachable(ask(storeStack(), METHOD, "dynamodb:PutItem"));
    expectBlocked(ask(storeStack(), METHOD, "dynamodb:Scan"), "store-role", "IDENTITY_POLICY_DENIES");
    expectBlocked(ask(storeStack(), METHOD, "ssm"), "get-messages", "NO_SOURCE_OR_DESTINATION");
    expectBlocked(ask(storeStack(), METHOD, "fetcher"), "get-messages", "NO_SOURCE_OR_DESTINATION");
  });

  it("proves intents of both kinds", () => {
    const from = { kind: "method", method: "GET", path: "/messages" } as const;
    const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/messages-id";
    const to = (action: string) =>
      ({ kind: "service", service: "dynamodb", action, resource: table }) as const;
    const intents: Intent[] = [
      { from, to: to("dynamodb:PutItem"), port: 443, must: "reach", reason: "it stores messages" },
      { from, to: to("dynamodb:Scan"), port: 443, must: "not-reach", reason: "it never reads them all" },
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

  it("is unknown if the role is not in the stack", () => {
    expectUnknown(ask(storeStack().without("store-role"), "internet", METHOD));
  });
});

describe("integration of a function", () => {
  const alias = () =>
    vpcStack()
      .add("alias", "live", {
        name: "live",
        functionName: "fetcher-id",
        invokeArn: "arn:of:the:alias",
        arn: "arn:aws:lambda:eu-west-1:123456789012:function:fetcher-id:live",
      })
      .with("get-messages-integration", { uri: "arn:of:the:alias" });

  it("requires the permission on the alias if the method invokes an alias", () => {
    expectBlocked(ask(alias(), "private subnets", METHOD), "fetcher", "LAMBDA_PERMISSION_MISSING");
    expectReachable(ask(alias().with("invoke", { qualifier: "live" }), "private subnets", METHOD));
  });

  it("answers a question from the method to the function", () => {
    expectReachable(ask(vpcStack(), METHOD, "fetcher"));
    expectBlocked(
      ask(vpcStack().without("invoke"), METHOD, "fetcher"),
      "fetcher",
      "LAMBDA_PERMISSION_MISSING",
    );
  });

  it("is unknown if the function is not in the stack", () => {
    expectUnknown(ask(vpcStack().without("fetcher"), "private subnets", METHOD));
  });
});
