import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../preflight/graph/index.js";
import { permissionReport } from "../../preflight/least-privilege/report.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import type { ProofReport } from "../../preflight/report/model.js";
import { change, inPolicy, type Mutation, without } from "../support/mutations.js";
import { build } from "../support/stacks.js";

// The shipped event pipeline keeps all its proofs. Each proof fails after the one change that concerns it.

const PUBLISH = "log-producer reach sns:443";
const HAND_OVER = "log-topic reach log-consumer:443";
const START = "log-schedule reach log-producer:443";
const KEEP_MESSAGES = "log-topic reach log-failures-undelivered:443";
const KEEP_STARTS = "log-schedule reach log-failures-undelivered:443";

interface Broken {
  readonly breaks: string;
  readonly mutation: Mutation;
  /** Failed proofs, each with its code (or `reachable`) and a resource that it names. */
  readonly fails: readonly (readonly [proof: string, code: string, names: string])[];
}

/** Adds a statement to a role that should not be there. */
const alsoAllow = (action: string) =>
  inPolicy('"Statement":[', `"Statement":[{"Effect":"Allow","Action":"${action}","Resource":"*"},`);

const admitEverybody = change("log-topic-policy", ":TopicPolicy", () => ({
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: "*" }],
  }),
}));

const ANYWHERE: readonly Broken[] = [
  {
    breaks: "the producer's permission to publish",
    mutation: change("log-producer-permissions", ":RolePolicy", inPolicy("sns:Publish", "sns:Subscribe")),
    fails: [], // the topic's policy names the role, which is enough within an account
  },
  {
    breaks: "the topic's policy, which then names another role",
    mutation: change(
      "log-topic-policy",
      ":TopicPolicy",
      inPolicy(/role\/log-producer-role-[0-9a-f]+/g, "role/other"),
    ),
    fails: [[PUBLISH, "RESOURCE_POLICY_DENIES", "log-topic"]],
  },
  {
    breaks: "the consumer's permission for the topic",
    mutation: without("log-topic-to-log-consumer", ":Permission"),
    fails: [[HAND_OVER, "LAMBDA_PERMISSION_MISSING", "log-consumer-function"]],
  },
  {
    breaks: "the source of that permission",
    mutation: change("log-topic-to-log-consumer", ":Permission", () => ({
      sourceArn: "arn:aws:sns:eu-west-1:111122223333:another",
    })),
    fails: [[HAND_OVER, "LAMBDA_PERMISSION_MISSING", "log-consumer-function"]],
  },
  {
    breaks: "the qualifier of that permission",
    mutation: change("log-topic-to-log-consumer", ":Permission", () => ({ qualifier: "other" })),
    fails: [[HAND_OVER, "LAMBDA_PERMISSION_MISSING", "log-consumer-function"]],
  },
  {
    breaks: "the subscription",
    mutation: without("log-topic-to-log-consumer", ":TopicSubscription"),
    fails: [
      [HAND_OVER, "NO_SOURCE_OR_DESTINATION", "log-topic"],
      [KEEP_MESSAGES, "NO_SOURCE_OR_DESTINATION", "log-topic"],
    ],
  },
  {
    breaks: "the producer's permission for the schedule",
    mutation: change("log-schedule-to-log-producer", ":Permission", () => ({
      principal: "sns.amazonaws.com",
    })),
    fails: [[START, "LAMBDA_PERMISSION_MISSING", "log-producer-function"]],
  },
  {
    breaks: "the schedule, which is turned off",
    mutation: change("log-schedule", ":EventRule", () => ({ state: "DISABLED" })),
    fails: [
      [START, "DELIVERY_STOPPED", "log-schedule"],
      [KEEP_STARTS, "DELIVERY_STOPPED", "log-schedule"],
    ],
  },
  {
    breaks: "the account of the consumer's permission",
    mutation: change("log-topic-to-log-consumer", ":Permission", () => ({ sourceAccount: "210987654321" })),
    fails: [[HAND_OVER, "LAMBDA_PERMISSION_MISSING", "log-consumer-function"]],
  },
  {
    breaks: "the consumer's permission, which then is for its URL only",
    mutation: change("log-topic-to-log-consumer", ":Permission", () => ({ invokedViaFunctionUrl: true })),
    fails: [[HAND_OVER, "LAMBDA_PERMISSION_MISSING", "log-consumer-function"]],
  },
  {
    breaks: "the topic, which becomes FIFO",
    mutation: change("log-topic", "/topic:Topic", () => ({ fifoTopic: true })),
    fails: [[HAND_OVER, "DELIVERY_NOT_SUPPORTED", "log-topic-to-log-consumer"]],
  },
  {
    breaks: "the subscription, which waits for a confirmation",
    mutation: change("log-topic-to-log-consumer", ":TopicSubscription", () => ({
      pendingConfirmation: true,
    })),
    fails: [[HAND_OVER, "DELIVERY_STOPPED", "log-topic-to-log-consumer"]],
  },
  {
    breaks: "the schedule's target",
    mutation: without("log-schedule-to-log-producer", ":EventTarget"),
    fails: [
      [START, "NO_SOURCE_OR_DESTINATION", "log-schedule"],
      [KEEP_STARTS, "NO_SOURCE_OR_DESTINATION", "log-schedule"],
    ],
  },
  {
    breaks: "the queue's policy, which then refuses the topic",
    mutation: change("log-failures-undelivered", ":Queue", inPolicy("sns.amazonaws.com", "s3.amazonaws.com")),
    fails: [[KEEP_MESSAGES, "RESOURCE_POLICY_DENIES", "log-failures-undelivered"]],
  },
];

const PUBLIC: readonly Broken[] = [
  ...ANYWHERE,
  {
    breaks: "the topic's policy, which then admits everybody",
    mutation: admitEverybody,
    fails: ["internet", "log-consumer", "fetcher"].map(
      (from) => [`${from} not-reach sns:443`, "reachable", "log-topic"] as const,
    ),
  },
  {
    breaks: "nothing: a role that may publish anywhere is refused by the topic all the same",
    mutation: change("fetcher-permissions", ":RolePolicy", alsoAllow("sns:*")),
    fails: [],
  },
  {
    breaks: "that refusal, where such a role is",
    mutation: (resources) =>
      change(
        "log-topic-policy",
        ":TopicPolicy",
        inPolicy("ArnNotEquals", "ArnEquals"),
      )(change("log-consumer-permissions", ":RolePolicy", alsoAllow("sns:Publish"))(resources)),
    fails: [
      [PUBLISH, "RESOURCE_POLICY_DENIES", "log-topic"],
      ["log-consumer not-reach sns:443", "reachable", "log-consumer-role"],
    ],
  },
];

const IN_VPC: readonly Broken[] = [
  ...ANYWHERE,
  {
    breaks: "the topic's policy, which then admits everybody, though the network lets no other function out",
    mutation: admitEverybody,
    fails: [
      ["internet not-reach sns:443", "reachable", "log-topic"],
      ["internet not-reach log-consumer:443", "reachable", "log-topic"],
    ],
  },
  {
    breaks: "the producer's egress rule",
    mutation: without("log-producer-to-sns", ":SecurityGroupEgressRule"),
    fails: [[PUBLISH, "SG_HAS_NO_RULES", "log-producer-function"]],
  },
  {
    breaks: "the endpoint's ingress rule",
    mutation: without("sns-from-log-producer", ":SecurityGroupIngressRule"),
    fails: [[PUBLISH, "SG_HAS_NO_RULES", "sns-endpoint"]],
  },
  {
    breaks: "the endpoint's policy",
    mutation: change("sns-endpoint", ":VpcEndpoint", inPolicy("log-topic", "other-topic")),
    fails: [[PUBLISH, "VPCE_POLICY_DENIES", "sns-endpoint"]],
  },
  {
    breaks: "the endpoint, by leaving it out",
    mutation: without("sns-endpoint", ":VpcEndpoint"),
    fails: [[PUBLISH, "ENI_SG_RULES_MISMATCH", "log-producer-function"]],
  },
  {
    breaks: "the consumer's confinement",
    mutation: (resources) => [
      ...resources,
      {
        urn: "urn:pulumi:prod::lambda-networking::aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::all",
        type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        name: "all",
        id: "sgr-1",
        properties: {
          securityGroupId: resources.find(
            ({ name, type }) => name === "log-consumer-function" && type.endsWith(":SecurityGroup"),
          )?.id,
          cidrIpv4: "0.0.0.0/0",
          ipProtocol: "-1",
        },
      },
    ],
    // Without NAT the rule leads nowhere.
    fails: [],
  },
];

const STACKS = [
  { title: "public", stack: "dev", settings: { logPipeline: {} }, broken: PUBLIC },
  {
    title: "in a VPC without NAT",
    stack: "prod",
    settings: { logPipeline: {}, vpc: { nat: "none" } },
    broken: IN_VPC,
  },
] as const;

for (const { title, stack, settings, broken } of STACKS) {
  describe(`proofReports of an event pipeline, ${title}`, () => {
    let made: readonly SourceResource[];
    before(async () => {
      made = (await build(stack, settings)).all;
    });

    it("proves every intent, including those of the pipeline", () => {
      const proofs = proofReports(graphFromResources(made));
      expect(proofs.filter(({ ok }) => !ok).map(({ id }) => id)).to.deep.equal([]);
      expect(proofs.map(({ id }) => id)).to.include.members([
        PUBLISH,
        HAND_OVER,
        START,
        KEEP_MESSAGES,
        KEEP_STARTS,
        "internet not-reach sns:443",
        "log-consumer not-reach sns:443",
        "fetcher not-reach sns:443",
      ]);
    });

    it("leaves no excess grant", () => {
      const { roles } = permissionReport(graphFromResources(made));
      expect(roles.flatMap(({ excess }) => excess)).to.deep.equal([]);
      expect(roles.flatMap(({ unknown }) => unknown)).to.deep.equal([]);
    });

    it("reports a grant that nothing needs", () => {
      const resources = without("log-consumer-events", ":FunctionEventInvokeConfig")(made);
      const { roles } = permissionReport(graphFromResources(resources));
      expect(roles.flatMap(({ excess }) => excess)).to.deep.equal([
        `sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:lambda-networking-${stack}-log-dead-letters, unused`,
      ]);
    });

    for (const { breaks, mutation, fails } of broken) {
      it(`fails only the affected proofs after breaking ${breaks}`, () => {
        const failed = proofReports(graphFromResources(mutation(made))).filter(({ ok }) => !ok);
        expect(failed.map((proof) => [proof.id, codeOf(proof)])).to.have.deep.members(
          fails.map(([proof, code]) => [proof, code]),
        );
        for (const [proof, , names] of fails) {
          const found = failed.find(({ id }) => id === proof);
          expect(JSON.stringify([found?.verdict, found?.failure])).to.contain(names);
        }
      });
    }
  });
}

function codeOf({ verdict }: ProofReport): string {
  return verdict.status === "blocked" ? verdict.code : verdict.status;
}
