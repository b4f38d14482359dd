import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../preflight/graph/index.js";
import { permissionReport } from "../../preflight/least-privilege/report.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { EVERYTHING } from "../support/everything.js";
import { change, inPolicy, type Mutation } from "../support/mutations.js";
import { build, type Resources } from "../support/stacks.js";

const EXISTING = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/** The property with the key of each resource that stores something. */
const KEY_OF: Readonly<Record<string, (properties: Record<string, unknown>) => unknown>> = {
  "aws:cloudwatch/logGroup:LogGroup": ({ kmsKeyId }) => kmsKeyId,
  "aws:lambda/function:Function": ({ kmsKeyArn }) => kmsKeyArn,
  "aws:sqs/queue:Queue": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:sns/topic:Topic": ({ kmsMasterKeyId }) => kmsMasterKeyId,
  "aws:dynamodb/table:Table": ({ serverSideEncryption }) => at(serverSideEncryption, "kmsKeyArn"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({ rules }) =>
    at(rules, "0.applyServerSideEncryptionByDefault.kmsMasterKeyId"),
  "aws:ssm/parameter:Parameter": ({ type, keyId }) => (type === "SecureString" ? keyId : undefined),
  "aws:rds/cluster:Cluster": ({ kmsKeyId }) => kmsKeyId,
};

function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (found, step) => (typeof found === "object" && found !== null ? Reflect.get(found, step) : undefined),
      value,
    );
}

/** What stores something and is not encrypted with the key. */
function missedBy({ all }: Resources, key: string): string[] {
  return all.flatMap(({ type, name, properties }) => {
    const of = KEY_OF[type];
    if (of === undefined || (type.endsWith(":Parameter") && properties.type !== "SecureString")) return [];
    return of({ ...properties }) === key ? [] : [`${type} ${name}`];
  });
}

function failuresOf(resources: readonly SourceResource[]): string[] {
  const graph = graphFromResources(resources);
  return [
    ...proofReports(graph)
      .filter(({ ok }) => !ok)
      .map(({ id, verdict }) => `${id}: ${verdict.status}`),
    ...permissionReport(graph).refused.map(({ policy }) => `refused: ${policy.name}`),
  ];
}

describe("The key of a stack", () => {
  for (const [what, kmsKey] of [
    ["a new key", "create"],
    ["an existing key", EXISTING],
  ] as const) {
    it(`encrypts everything that stores something, with ${what}`, async () => {
      const stack = await build("prod", { ...EVERYTHING, kmsKey });
      const key = kmsKey === "create" ? String(stack.one("kms/key:Key").properties.arn) : EXISTING;
      expect(missedBy(stack, key)).to.deep.equal([]);
      expect(stack.one("rds/cluster:Cluster").properties.masterUserSecretKmsKeyId).to.equal(key);
      // Every type that has a key was there, so that the list above is of something.
      expect(
        Object.keys(KEY_OF).filter((type) => !stack.all.some((each) => each.type === type)),
      ).to.deep.equal([]);
    });

    it(`keeps every proof with ${what}, with no grant beyond need and nothing that AWS refuses`, async () => {
      const { all } = await build("prod", { ...EVERYTHING, kmsKey });
      expect(failuresOf(all)).to.deep.equal([]);
      const { roles } = permissionReport(graphFromResources(all));
      expect(
        roles.flatMap(({ role, excess }) => excess.map((grant) => `${role.name}: ${grant}`)),
      ).to.deep.equal([]);
    });
  }

  it("encrypts the logs of authorizers, the front door's web ACL and NGINX too", async () => {
    const { all } = await build("prod", {
      kmsKey: "create",
      api: {
        authorizers: {
          staff: { jwt: { issuer: "https://login.example.com", audience: ["orders"] } },
          own: { function: { handler: "handlers/log-consumer/index.ts" } },
        },
        methods: {
          "GET /messages": { authorization: "staff" },
          "POST /messages": { authorization: "own" },
        },
      },
      messageStore: {},
      frontDoor: {
        kind: "proxy",
        domainName: "api.example.com",
        certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab",
        allowFrom: ["privateSubnets"],
        routes: [{ path: "/messages" }],
        webAcl: {},
        proxy: { image: `public.ecr.aws/nginx/nginx@sha256:${"ab".repeat(32)}` },
      },
    });
    const groups = all.filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ name }) => name)).to.include.members([
      "authorizer-staff-logs",
      "authorizer-own-logs",
      "front-door-web-acl",
      "front-door-proxy-logs",
    ]);
    const { refused } = permissionReport(graphFromResources(all));
    expect(refused.map(({ policy }) => policy.name)).to.deep.equal([]);
  });

  it("is not made, nor asked for, unless it is configured", async () => {
    const { all } = await build("prod", EVERYTHING);
    expect(all.filter(({ type }) => type.startsWith("aws:kms"))).to.deep.equal([]);
    expect(JSON.stringify(all)).not.to.include("kms:GenerateDataKey");
  });

  it("gives way to a key that one part names for itself", async () => {
    const own = EXISTING.replace("1234abcd", "ffff0000");
    const stack = await build("prod", {
      ...EVERYTHING,
      kmsKey: "create",
      parameters: { path: "/lambda-networking/prod", kmsKeyArn: own },
      database: { kmsKeyArn: own },
    });
    const secret = stack.all.find(({ properties }) => properties.type === "SecureString");
    expect(secret?.properties.keyId).to.equal(own);
    expect(stack.one("rds/cluster:Cluster").properties.kmsKeyId).to.equal(own);
  });

  it("lets Lambda put a function's failures into the encrypted queue, with the function's role", async () => {
    const stack = await build("prod", { ...EVERYTHING, kmsKey: "create" });
    for (const name of ["log-producer-permissions", "log-consumer-permissions"]) {
      const { Statement } = JSON.parse(
        String(stack.one("iam/rolePolicy:RolePolicy", name).properties.policy),
      );
      expect(Statement, name).to.deep.include({
        Effect: "Allow",
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: stack.one("kms/key:Key").properties.arn,
        Condition: { StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" } },
      });
    }
  });

  it("is rotated, waits 30 days before it is deleted, and is used through services only", async () => {
    const key = (await build("prod", { ...EVERYTHING, kmsKey: "create" })).one("kms/key:Key");
    expect(key.properties).to.include({ enableKeyRotation: true, deletionWindowInDays: 30 });
    const { Statement } = JSON.parse(String(key.properties.policy));
    const use = /^kms:(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|CreateGrant|\*)/;
    for (const { Sid, Action, Condition, Principal } of Statement) {
      const mayUse = [Action].flat().some((action) => use.test(action));
      if (mayUse) expect(Condition, Sid).to.be.an("object").that.is.not.empty;
      expect(JSON.stringify(Principal), Sid).not.to.include('"*"');
    }
  });

  describe("admits no more than what is used: without", () => {
    const inKey = (from: string | RegExp, to: string): Mutation => change("key", ":Key", inPolicy(from, to));
    const inRole = (name: string, from: string | RegExp, to: string): Mutation =>
      change(name, ":RolePolicy", inPolicy(from, to));
    const through = (method: string) => [
      `${method} reach dynamodb:443: blocked`,
      ...["vpc-private-a", "vpc-private-b"].map((subnet) => `${subnet} reach ${method}:443: blocked`),
    ];
    const POST = through("POST /messages");
    const GET = through("GET /messages/{id}");
    const SSM = "fetcher reach ssm:443: unknown";
    const SNS = "log-producer reach sns:443: blocked";
    const LOGS = [
      "fetcher-logs",
      "log-producer-logs",
      "log-consumer-logs",
      "api-access-logs",
      "vpc-flow-logs",
      "database-logs",
    ];
    const cases: readonly { breaks: string; mutation: Mutation; fails: readonly string[] }[] = [
      {
        breaks: "DynamoDB",
        mutation: inKey('"dynamodb.eu-west-1.amazonaws.com",', ""),
        fails: [...POST, ...GET],
      },
      { breaks: "Parameter Store", mutation: inKey('"ssm.eu-west-1.amazonaws.com",', ""), fails: [SSM] },
      { breaks: "SNS for callers", mutation: inKey('"sns.eu-west-1.amazonaws.com",', ""), fails: [SNS] },
      {
        breaks: "SNS as a sender",
        mutation: inKey('"Service":"sns.amazonaws.com"', '"Service":"ses.amazonaws.com"'),
        fails: ["log-topic reach log-failures-undelivered:443: blocked"],
      },
      {
        breaks: "the schedule's rule among the senders",
        mutation: inKey(/"arn:aws:events:[^"]+log-schedule",/, ""),
        fails: ["log-schedule reach log-failures-undelivered:443: blocked"],
      },
      {
        breaks: "the alarms among the senders",
        mutation: inKey("alarm:*", "alarm:other-*"),
        fails: ["watching-fetcher-errors reach watching-alarms:443: blocked"],
      },
      {
        breaks: "CloudWatch Logs",
        mutation: inKey("logs.eu-west-1.amazonaws.com", "logs.us-east-1.amazonaws.com"),
        fails: LOGS.map((name) => `refused: ${name}`),
      },
      {
        breaks: "one log group",
        mutation: inKey(/"arn:aws:logs:[^"]+-fetcher",/, ""),
        fails: ["refused: fetcher-logs"],
      },
      {
        breaks: "the writer's own permission",
        mutation: inRole("messages-put-permissions", "kms:Decrypt", "kms:DescribeKey"),
        fails: POST,
      },
      {
        breaks: "the producer's own permission",
        mutation: inRole("log-producer-permissions", /kms:GenerateDataKey/g, "kms:DescribeKey"),
        fails: [SNS],
      },
      {
        breaks: "the fetcher's own permission",
        mutation: inRole("fetcher-permissions", /kms:Decrypt/g, "kms:DescribeKey"),
        fails: [SSM],
      },
    ];
    for (const { breaks, mutation, fails } of cases) {
      it(breaks, async () => {
        const { all } = await build("prod", { ...EVERYTHING, kmsKey: "create" });
        expect(failuresOf(mutation(all)).sort()).to.deep.equal([...fails].sort());
      });
    }
  });
});
