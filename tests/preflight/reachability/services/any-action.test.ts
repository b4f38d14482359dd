import { expect } from "chai";
import fc from "fast-check";
import { actionsOf } from "../../../../preflight/aws/service-actions.js";
import { graphFromResources } from "../../../../preflight/graph/index.js";
import { authorize, type DocumentKind, namedPolicy } from "../../../../preflight/iam/index.js";
import { parsePlace, trace } from "../../../../preflight/reachability/index.js";

// A role may call a queue if some action that exists is allowed. The oracle asks for each of them.

const ACCOUNT = "123456789012";
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:orders`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/sender-role`;
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/limit`;
const URL = `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/orders`;

const patterns = ["*", "sqs:*", "sqs:Send*", "sqs:*Message", "sqs:*Queue*", "sqs:?e*Message", "s3:*"];
const action = fc.constantFrom(...patterns, "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:PurgeQueue");
const resource = fc.constantFrom("*", QUEUE, "arn:aws:sqs:*:*:or*", "arn:aws:sqs:*:*:x*", "arn:aws:sqs");

const policies = (kind: DocumentKind) =>
  fc
    .array(
      fc.record({
        Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
        Action: fc.array(action, { minLength: 1, maxLength: 2 }),
        Resource: kind === "identity" ? resource : resource.filter((arn) => arn !== "arn:aws:sqs"),
        ...(kind === "identity" ? {} : { Principal: fc.constant("*") }),
      }),
      { minLength: 1, maxLength: 2 },
    )
    .map((Statement) => ({ Version: "2012-10-17", Statement }));

interface Case {
  readonly identity: object;
  readonly boundary: object | undefined;
  readonly queue: object | undefined;
}

function verdict({ identity, boundary, queue }: Case): string {
  const made = (type: string, name: string, id: string, properties: Record<string, unknown>) => ({
    urn: `urn:pulumi:dev::orders::${type}::${name}`,
    type,
    name,
    id,
    properties,
  });
  const limit = boundary === undefined ? {} : { permissionsBoundary: BOUNDARY };
  const graph = graphFromResources([
    made("pulumi:providers:aws", "default", "default-id", { region: "eu-west-1" }),
    made("aws:iam/role:Role", "sender-role", "sender-role", { name: "sender-role", arn: ROLE, ...limit }),
    made("aws:iam/rolePolicy:RolePolicy", "sends", "sender-role:sends", {
      role: "sender-role",
      policy: JSON.stringify(identity),
    }),
    made("aws:iam/policy:Policy", "limit", BOUNDARY, {
      arn: BOUNDARY,
      policy: JSON.stringify(boundary ?? identity),
    }),
    made("aws:lambda/function:Function", "sender", "sender", {
      name: "sender",
      role: ROLE,
      arn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:sender`,
    }),
    made("aws:sqs/queue:Queue", "orders", URL, { name: "orders", arn: QUEUE, url: URL }),
    ...(queue === undefined
      ? []
      : [
          made("aws:sqs/queuePolicy:QueuePolicy", "admits", URL, {
            queueUrl: URL,
            policy: JSON.stringify(queue),
          }),
        ]),
  ]);
  return trace(graph, parsePlace("sender", graph), parsePlace("orders", graph)).status;
}

function oracle({ identity, boundary, queue }: Case): string {
  const allowed = actionsOf("sqs").some((each) => {
    const request = {
      principal: { kind: "role", arn: ROLE, session: "sender" } as const,
      action: each,
      resource: QUEUE,
    };
    const { decision } = authorize(request, {
      identity: [namedPolicy("own", "identity", identity)],
      ...(boundary !== undefined && { boundary: namedPolicy("boundary", "identity", boundary) }),
      ...(queue !== undefined && {
        resource: { kind: "resource" as const, policy: namedPolicy("queue", "resource", queue) },
      }),
    });
    return decision === "allowed";
  });
  return allowed ? "reachable" : "blocked";
}

describe("a function's call of a queue, with any action", () => {
  it("is possible exactly if an action that exists is allowed by every policy", () => {
    const cases = fc.record({
      identity: policies("identity"),
      boundary: fc.option(policies("identity"), { nil: undefined }),
      queue: fc.option(policies("resource"), { nil: undefined }),
    });
    fc.assert(
      fc.property(cases, (each) => {
        expect(verdict(each)).to.equal(oracle(each));
      }),
      { numRuns: 400 },
    );
  });
});
