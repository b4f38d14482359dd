import { expect } from "chai";
import { UNKNOWN } from "../../../../preflight/graph/index.js";
import { ACCOUNT, allow, REGION, Stack, urnOf, vpcStack } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, expectReachable, expectUnknown, hops } from "../support.js";

const arn = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
const ORDERS = arn("sqs", "orders");
const NEWS = arn("sns", "news");
const READ = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** A topic that delivers to a queue, which a function reads. */
function pipeline(): Stack {
  return new Stack([])
    .add("topic", "news", { name: "news", arn: NEWS })
    .add("queue", "orders", { name: "orders", arn: ORDERS, url: "orders-id" })
    .add("queuePolicy", "orders-policy", {
      queueUrl: "orders-id",
      policy: allow("sqs:SendMessage", ORDERS, {
        Principal: { Service: "sns.amazonaws.com" },
        Condition: {
          ArnEquals: { "aws:SourceArn": NEWS },
          StringEquals: { "aws:SourceAccount": ACCOUNT },
        },
      }),
    })
    .add("subscription", "news-to-orders", { topic: NEWS, protocol: "sqs", endpoint: ORDERS })
    .add("role", "worker-role", { name: "worker-role", arn: `arn:aws:iam::${ACCOUNT}:role/worker-role` })
    .add("rolePolicy", "worker-policy", { role: "worker-role", policy: allow(READ, ORDERS) })
    .add("function", "worker", {
      name: "worker",
      arn: arn("lambda", "function:worker"),
      role: `arn:aws:iam::${ACCOUNT}:role/worker-role`,
    })
    .add("sourceMapping", "worker-orders", { eventSourceArn: ORDERS, functionName: "worker", enabled: true });
}

const fromOther = (condition: object) => ({
  policy: allow("sqs:SendMessage", ORDERS, {
    Principal: { Service: "sns.amazonaws.com" },
    Condition: condition,
  }),
});

breaks(
  "deliver",
  pipeline,
  ["news", "worker"],
  [
    ["without the subscription", (s) => s.without("news-to-orders"), "news", "NO_SOURCE_OR_DESTINATION"],
    ["without the mapping", (s) => s.without("worker-orders"), "news", "NO_SOURCE_OR_DESTINATION"],
    [
      "when the mapping is off",
      (s) => s.with("worker-orders", { enabled: false }),
      "worker-orders",
      "DELIVERY_STOPPED",
    ],
    [
      "when the subscription waits for a confirmation",
      (s) => s.with("news-to-orders", { pendingConfirmation: true }),
      "news-to-orders",
      "DELIVERY_STOPPED",
    ],
    ["without the queue's policy", (s) => s.without("orders-policy"), "orders", "RESOURCE_POLICY_DENIES"],
    [
      "when the queue's policy is for another account",
      (s) => s.with("orders-policy", fromOther({ StringEquals: { "aws:SourceAccount": "210987654321" } })),
      "orders",
      "RESOURCE_POLICY_DENIES",
    ],
    [
      "when the queue's policy is for another topic",
      (s) => s.with("orders-policy", fromOther({ ArnEquals: { "aws:SourceArn": arn("sns", "other") } })),
      "orders",
      "RESOURCE_POLICY_DENIES",
    ],
    ["without the role's policy", (s) => s.without("worker-policy"), "worker-role", "IDENTITY_POLICY_DENIES"],
    [
      "when the role may not delete messages",
      (s) => s.with("worker-policy", { policy: allow(READ.slice(0, 1), ORDERS) }),
      "worker-role",
      "IDENTITY_POLICY_DENIES",
    ],
    [
      "when the queue is encrypted with the key that AWS manages",
      (s) => s.with("orders", { kmsMasterKeyId: "alias/aws/sqs" }),
      "orders",
      "RESOURCE_POLICY_DENIES",
    ],
    [
      "when the queue is FIFO and the topic is not",
      (s) => s.with("orders", { fifoQueue: true }),
      "news-to-orders",
      "DELIVERY_NOT_SUPPORTED",
    ],
  ],
);

describe("deliver", () => {
  it("names every hand-over of a chain", () => {
    const path = hops(ask(pipeline(), "news", "worker"));
    expect(path[0]).to.equal("news-to-orders: hands what news has to orders");
    expect(path.join("\n")).to.include("worker-orders: hands what orders has to worker");
  });

  it("ends if queues are each other's dead-letter queue", () => {
    const redrive = (target: string) => JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount: 3 });
    const circle = pipeline()
      .with("orders", { redrivePolicy: redrive(arn("sqs", "failed")) })
      .add("queue", "failed", {
        name: "failed",
        arn: arn("sqs", "failed"),
        redrivePolicy: redrive(ORDERS),
      });
    expectReachable(ask(circle, "orders", "failed"));
    expectReachable(ask(circle, "failed", "worker"));
    expectBlocked(
      ask(
        circle.with("orders", { redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) }),
        "failed",
        "worker",
      ),
      "orders",
      "RESOURCE_POLICY_DENIES",
    );
  });

  it("is unknown if a mapping's source is not known, and follows its dependency if it has one", () => {
    const hidden = pipeline().with("worker-orders", { eventSourceArn: UNKNOWN });
    expectUnknown(ask(hidden, "orders", "worker"), "worker-orders");
    const told = hidden.resources.map((resource) =>
      resource.name === "worker-orders"
        ? { ...resource, propertyDependencies: { eventSourceArn: [urnOf("queue", "orders")] } }
        : resource,
    );
    expectReachable(ask(new Stack(told), "orders", "worker"));
  });

  it("is unknown if the role, the policy or the switch is not known", () => {
    expectUnknown(ask(pipeline().without("worker-role", "worker-policy"), "orders", "worker"));
    expectUnknown(ask(pipeline().with("orders-policy", { policy: UNKNOWN }), "news", "orders"), "orders");
    const enabled = pipeline().with("worker-orders", { enabled: UNKNOWN });
    expectUnknown(ask(enabled, "orders", "worker"), "worker-orders");
  });

  it("is unknown for a broker, whose poller connects from the function's network", () => {
    const broker = pipeline().with("worker-orders", {
      eventSourceArn: undefined,
      selfManagedEventSource: { endpoints: { KAFKA_BOOTSTRAP_SERVERS: "b-1.example.com:9092" } },
    });
    expectUnknown(ask(broker, "orders", "worker"), "worker-orders");
  });

  it("blocks a mapping of a queue in another Region than the function", () => {
    const away = `arn:aws:sqs:us-east-1:${ACCOUNT}:orders`;
    const stack = pipeline()
      .with("orders", { arn: away })
      .with("worker-orders", { eventSourceArn: away })
      .with("worker-policy", { policy: allow(READ, away) });
    expectBlocked(ask(stack, "orders", "worker"), "worker-orders", "DELIVERY_NOT_SUPPORTED");
  });

  it("tells rules of one name on two buses apart", () => {
    const twice = pipeline()
      .add("rule", "on-default", {
        name: "tick",
        arn: arn("events", "rule/tick"),
        scheduleExpression: "rate(1 hour)",
      })
      .add("rule", "on-shop", { name: "tick", arn: arn("events", "rule/shop/tick"), eventBusName: "shop" })
      .add("target", "tick-worker", {
        rule: "tick",
        eventBusName: "shop",
        arn: arn("lambda", "function:worker"),
      })
      .add("permission", "tick-invokes", {
        action: "lambda:InvokeFunction",
        function: "worker",
        principal: "events.amazonaws.com",
        sourceArn: arn("events", "rule/shop/tick"),
      });
    expectReachable(ask(twice, "on-shop", "worker"));
    expectBlocked(ask(twice, "on-default", "worker"), "on-default", "NO_SOURCE_OR_DESTINATION");
  });
});

describe("besideDestinations", () => {
  const failed = arn("sqs", "failed");
  const withQueue = (stack: Stack) =>
    stack
      .without("fetcher-out")
      .with("fetcher-policy", { policy: allow("sqs:SendMessage", failed) })
      .add("queue", "failed", { name: "failed", arn: failed });

  it("leaves open whether a function reaches the queue of its failed invocations, if its own calls do not", () => {
    expectBlocked(ask(withQueue(vpcStack()), "fetcher", "failed"), "fetcher-group", "SG_HAS_NO_RULES");
    const told = withQueue(vpcStack()).with("fetcher", { deadLetterConfig: { targetArn: failed } });
    expectUnknown(ask(told, "fetcher", "failed"), "fetcher");
    const shut = told.with("fetcher-policy", { policy: allow("sqs:ReceiveMessage", failed) });
    expectBlocked(ask(shut, "fetcher", "failed"), "fetcher-group", "SG_HAS_NO_RULES");
  });
});
