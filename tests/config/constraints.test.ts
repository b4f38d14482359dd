import { expect } from "chai";
import fc from "fast-check";
import { earlierOverlaps } from "../../config/checks/blocks.js";
import { apiPolicySize, endpointPolicySize } from "../../config/checks/policy-sizes.js";
import { fetcherVariables, producerVariables } from "../../config/checks/variables.js";
import { ALL_CONSTRAINTS, CONSTRAINTS, type ConstraintName } from "../../config/constraints.js";
import { parseConfig } from "../../config/index.js";
import { ipv4Block, overlaps } from "../../preflight/aws/cidr.js";
import { settingsSchema, settingsUnder } from "../../tools/docs/configuration.js";
import { build, propertyOf, type Resources, textOf } from "../support/stacks.js";
import type { Raw } from "./example.js";

const REGION = "eu-west-1";

/** A configuration that a constraint is about, and the same after the fix. */
interface Example {
  readonly raw: Raw;
  readonly key: string;
  /** A part of what is told. */
  readonly fix: string;
  readonly fixed: Raw;
  /** @default eu-west-1 */
  readonly region?: string;
}

const VPC = { networking: "vpc" } as const;
const PUBLIC = { networking: "public" } as const;
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const named = <T>(count: number, make: (index: number) => T, name = "name") =>
  Object.fromEntries(times(count, (i) => [`${name}${i}`, make(i)]));

const kms = (region: string, partition = "aws") => `arn:${partition}:kms:${region}:111122223333:key/1234abcd`;
const layer = (region: string) => `arn:aws:lambda:${region}:111122223333:layer:tools:3`;
const secret = (region: string) => `arn:aws:secretsmanager:${region}:111122223333:secret:app-AbCdEf`;
const certificate = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1234abcd`;
const database = (settings: object): Raw => ({
  ...VPC,
  database: settings,
  function: { reservedConcurrency: 10 },
});
const user = (name: string, region = REGION) => database({ user: { name, secretArn: secret(region) } });
const peer = (index: number, more: object = {}) => ({
  vpcId: `vpc-${(0x10000000 + index).toString(16)}`,
  cidrBlock: `10.${64 + (index >> 8)}.${index & 255}.0/24`,
  routeTableIds: ["rtb-0a1b2c3d"],
  ...more,
});
const peers = (map: object): Raw => ({ ...VPC, api: { sharing: { peers: map } } });
const executeApi = (...allowFrom: string[]): Raw => ({ ...VPC, endpoints: { executeApi: { allowFrom } } });
const domains = (count: number, basePaths: string[] = ["(none)"], length = 8): Raw["api"] => ({
  domains: Object.fromEntries(
    times(count, (i) => [
      `${"n".repeat(length)}${i}.example.com`,
      { certificateArn: certificate(REGION), basePaths },
    ]),
  ),
});
const frontDoor = (settings: object): Raw => ({
  ...VPC,
  frontDoor: {
    domainName: "api.example.com",
    certificateArn: certificate(REGION),
    allowFrom: ["10.30.0.0/16"],
    routes: [{ path: "/messages" }],
    ...settings,
  },
});
const plans = (count: number, keys: number): Raw => ({
  ...PUBLIC,
  api: {
    methods: { "GET /messages": { apiKeyRequired: true } },
    usagePlans: named(count, (i) => ({ keys: times(keys, (k) => `key-${i}-${k}`) }), "plan"),
  },
});
const pipelines = (count: number): Raw => ({
  ...PUBLIC,
  logPipeline: { codePipelineNotifications: { pipelines: times(count, (i) => `pipeline-with-a-name-${i}`) } },
});
const sharing = (count: number): Raw => ({
  ...VPC,
  api: { sharing: { vpcEndpoints: times(count, (i) => `vpce-${(0x10000000 + i).toString(16)}`) } },
});
const blocks = (count: number) => times(count, (i) => `10.${64 + (i >> 8)}.${i & 255}.0/24`);

/** One for each row of the table, so that no row is without its check. */
const EXAMPLES: Readonly<Record<ConstraintName, Example>> = {
  kmsKeyArn: {
    raw: { ...PUBLIC, parameters: { kmsKeyArn: kms("us-east-1") } },
    key: "parameters.kmsKeyArn",
    fix: "The stack's Region (aws:region) is eu-west-1. It is in us-east-1. Write the ARN of one in eu-west-1.",
    fixed: { ...PUBLIC, parameters: { kmsKeyArn: kms(REGION) } },
  },
  secretArn: {
    raw: user("app", "eu-west-2"),
    key: "database.user.secretArn",
    fix: "It is in eu-west-2. Write the ARN of one in eu-west-1.",
    fixed: user("app"),
  },
  layers: {
    raw: { ...PUBLIC, function: { layers: [layer(REGION), layer("us-east-1")] } },
    key: "function.layers",
    fix: "It is in us-east-1.",
    fixed: { ...PUBLIC, function: { layers: [layer(REGION)] } },
  },
  certificateArn: {
    raw: {
      ...PUBLIC,
      api: { domains: { "api.example.com": { certificateArn: certificate("us-east-1") } } },
    },
    key: 'api.domains["api.example.com"].certificateArn',
    fix: "A REGIONAL API's certificate is in the stack's own region",
    fixed: { ...PUBLIC, api: { domains: { "api.example.com": { certificateArn: certificate(REGION) } } } },
  },
  listenerCertificateArn: {
    raw: frontDoor({ certificateArn: certificate("us-east-1") }),
    key: "frontDoor.certificateArn",
    fix: "It is in us-east-1. Write the ARN of one in eu-west-1.",
    fixed: frontDoor({}),
  },
  routes: {
    raw: frontDoor({ routes: times(99, (i) => ({ path: `/p${i}` })) }),
    key: "frontDoor.routes",
    fix: "The default quota is 100.",
    fixed: frontDoor({ routes: times(98, (i) => ({ path: `/p${i}` })) }),
  },
  principals: {
    raw: peers({ near: peer(1, { roleArn: "arn:aws-cn:iam::111122223333:role/accept" }) }),
    key: "api.sharing.peers.near.roleArn",
    fix: "It is of the partition aws-cn, and the stack's Region (aws:region), eu-west-1, is of aws. Write the ARN of one there, which begins with arn:aws:iam:.",
    fixed: peers({ near: peer(1, { roleArn: "arn:aws:iam::111122223333:role/accept" }) }),
  },
  variables: {
    raw: { ...PUBLIC, function: { environment: { A: "x".repeat(3950) } } },
    key: "function.environment",
    fix: "Lambda takes 4096 bytes of names and values together, and the program's own variables have",
    fixed: { ...PUBLIC, function: { environment: { A: "x".repeat(3800) } } },
  },
  provisionedConcurrency: {
    raw: { ...PUBLIC, function: { provisionedConcurrency: 901 } },
    key: "function.provisionedConcurrency",
    fix: "Of the account's 1000 Lambda keeps 100 unprovisioned, so 900 are left. Write at most that or, with a larger quota, write it as function.accountConcurrency.",
    fixed: { ...PUBLIC, function: { provisionedConcurrency: 901, accountConcurrency: 1001 } },
  },
  reservedConcurrency: {
    raw: { ...PUBLIC, function: { reservedConcurrency: 901 } },
    key: "function.reservedConcurrency",
    fix: "so 900 are left",
    fixed: { ...PUBLIC, function: { reservedConcurrency: 900 } },
  },
  memorySize: {
    raw: { ...PUBLIC, function: { memorySize: 3009 } },
    key: "function.memorySize",
    fix: "Some accounts may have 3,008 MB",
    fixed: { ...PUBLIC, function: { memorySize: 3008 } },
  },
  vpcBlock: {
    raw: { ...VPC, vpc: { cidrBlock: "198.19.0.0/16", allowPublicCidrBlock: true } },
    key: "vpc.cidrBlock",
    fix: "198.19.0.0/16 is reserved for AWS's own services, so no VPC has it. Write a block of 10.0.0.0/8",
    fixed: { ...VPC, vpc: { cidrBlock: "198.18.0.0/16", allowPublicCidrBlock: true } },
  },
  dockerBlock: {
    raw: { ...VPC, vpc: { cidrBlock: "172.17.0.0/16" } },
    key: "vpc.cidrBlock",
    fix: "172.17.0.0/16, which Docker has",
    fixed: { ...VPC, vpc: { cidrBlock: "172.18.0.0/16" } },
  },
  secondaryBlock: {
    raw: { ...VPC, vpc: { secondaryCidrBlocks: ["192.168.0.0/16"] } },
    key: "vpc.secondaryCidrBlocks",
    fix: "AWS adds no block of 192.168.0.0/16 to a VPC whose first block is 10.0.0.0/16. Write a block of 10.0.0.0/8 or 100.64.0.0/10.",
    fixed: { ...VPC, vpc: { secondaryCidrBlocks: ["100.64.0.0/16"] } },
  },
  vpcBlocks: {
    raw: { ...VPC, vpc: { secondaryCidrBlocks: blocks(5) } },
    key: "vpc.secondaryCidrBlocks",
    fix: "The default quota is 5.",
    fixed: { ...VPC, vpc: { secondaryCidrBlocks: blocks(4) } },
  },
  transitRoutes: {
    raw: { ...VPC, vpc: { transitGateway: { id: "tgw-0a1b2c3d", routes: ["10.0.5.0/24"] } } },
    key: "vpc.transitGateway.routes",
    fix: "It is inside vpc.cidrBlock, 10.0.0.0/16, whose packets stay in the VPC.",
    fixed: { ...VPC, vpc: { transitGateway: { id: "tgw-0a1b2c3d", routes: ["10.50.0.0/16"] } } },
  },
  sameRule: {
    // The private half of the second of eight slots of 10.0.0.0/16.
    raw: executeApi("privateSubnets", "10.0.32.0/20"),
    key: "endpoints.executeApi.allowFrom",
    fix: "It is a private subnet of zone b, which privateSubnets has already",
    fixed: executeApi("privateSubnets", "10.0.32.0/21"),
  },
  securityGroupRules: {
    raw: executeApi(...blocks(61)),
    key: "endpoints.executeApi.allowFrom",
    fix: "The default quota is 60.",
    fixed: executeApi(...blocks(60)),
  },
  interfaceEndpoints: {
    raw: { ...VPC, endpoints: { others: manyEndpoints(49) } },
    key: "endpoints.others",
    fix: "The default quota is 50.",
    fixed: { ...VPC, endpoints: { others: manyEndpoints(48) } },
  },
  elasticAddresses: {
    raw: { ...VPC, vpc: { nat: "perAz", availabilityZones: 6 } },
    key: "vpc.nat",
    fix: "The default quota is 5.",
    fixed: { ...VPC, vpc: { nat: "regional", availabilityZones: 6 } },
    region: "us-east-1",
  },
  peerings: {
    raw: peers(named(51, (i) => peer(i), "peer")),
    key: "api.sharing.peers",
    fix: "Unless the account's is higher (AWS raises it to 125 at most)",
    fixed: peers(named(50, (i) => peer(i), "peer")),
  },
  apiPolicy: {
    raw: sharing(560),
    key: "api.sharing",
    fix: "The default quota is 8,192.",
    fixed: sharing(440),
  },
  endpointPolicy: {
    raw: { ...VPC, api: domains(160, ["(none)"], 60) },
    key: "api.domains",
    fix: "AWS takes 20,480 and never more.",
    fixed: { ...VPC, api: domains(45) },
  },
  domainNames: {
    raw: { ...VPC, api: domains(51) },
    key: "api.domains",
    fix: "The default quota is 50.",
    fixed: { ...PUBLIC, api: domains(51) },
  },
  basePaths: {
    raw: {
      ...PUBLIC,
      api: domains(
        1,
        times(201, (i) => `messages/v${i}`),
      ),
    },
    key: 'api.domains["nnnnnnnn0.example.com"].basePaths',
    fix: "A domain name has 200 base paths of several levels.",
    fixed: {
      ...PUBLIC,
      api: domains(
        1,
        times(200, (i) => `messages/v${i}`),
      ),
    },
  },
  usagePlans: {
    raw: plans(301, 1),
    key: "api.usagePlans",
    fix: "The default quota is 300.",
    fixed: plans(300, 1),
  },
  apiKeys: {
    raw: plans(2, 5001),
    key: "api.usagePlans",
    fix: "AWS takes 10,000 and never more.",
    fixed: plans(2, 5000),
  },
  eventPattern: {
    raw: pipelines(90),
    key: "logPipeline.codePipelineNotifications.pipelines",
    fix: "The default quota is 2,048.",
    fixed: pipelines(60),
  },
  parameterValue: {
    raw: { ...PUBLIC, parameters: { values: { greeting: "hello {{ssm:name}}" } } },
    key: "parameters.values.greeting",
    fix: "Parameter Store takes {{…}} for a reference",
    fixed: { ...PUBLIC, parameters: { values: { greeting: "hello { {name} }" } } },
  },
  parameterName: {
    raw: {
      ...PUBLIC,
      parameters: { path: `/${"p".repeat(899)}`, values: { ["n".repeat(70)]: "hello" } },
    },
    key: `parameters.values.${"n".repeat(70)}`,
    fix: "After parameters.path there is room for",
    fixed: {
      ...PUBLIC,
      parameters: { path: `/${"p".repeat(899)}`, values: { ["n".repeat(60)]: "hello" } },
    },
  },
  databaseName: {
    raw: database({ name: "Admin" }),
    key: "database.name",
    fix: "RDS keeps this name. Write another, such as app.",
    fixed: database({ name: "administration" }),
  },
  databaseUser: {
    raw: user("rds_superuser"),
    key: "database.user.name",
    fix: "Write a user of your own, such as app.",
    fixed: user("rdsuser"),
  },
  peerRegion: {
    raw: peers({ near: peer(1, { region: "eu-centrl-1" }) }),
    key: "api.sharing.peers.near.region",
    fix: "Did you mean eu-central-1?",
    fixed: peers({ near: peer(1, { region: "eu-central-1" }) }),
  },
  peerNames: {
    raw: peers({ near: peer(1, { region: "eu-central-1" }), "near-requester": peer(2) }),
    key: "api.sharing.peers.near-requester",
    fix: "Write another name, such as near-2.",
    fixed: peers({ near: peer(1, { region: "eu-central-1" }), "near-2": peer(2) }),
  },
};

/** Endpoints of services that AWS has. */
function manyEndpoints(count: number): Raw {
  const services =
    `kms sns sqs sts ecs ecr.api ecr.dkr logs events monitoring secretsmanager states lambda athena glue
    codebuild codecommit codedeploy codepipeline config cloudtrail elasticfilesystem elasticache elasticbeanstalk email-smtp
    execute-api rds rds-data redshift redshift-data sagemaker.api sagemaker.runtime servicecatalog ssmmessages ec2messages
    storagegateway synthetics textract transcribe transfer translate xray acm-pca airflow.api appconfig appmesh
    apprunner autoscaling backup batch cloudformation comprehend dms ebs ec2 ecs-agent ecs-telemetry forecast fsx`
      .split(/\s+/)
      .filter((name) => name !== "execute-api");
  return Object.fromEntries(services.slice(0, count).map((service) => [service, {}]));
}

type Told = readonly (readonly [key: string, fix: string])[];

function told(raw: Raw, region = REGION): { readonly refused: Told; readonly advice: Told } {
  const { issues = [], ...parsed } = parseConfig(raw, region);
  const pairs = (list: readonly { readonly key: string; readonly fix: string }[]) =>
    list.map(({ key, fix }) => [key, fix] as const);
  return { refused: pairs(issues), advice: pairs("advice" in parsed ? parsed.advice : []) };
}

const isConstraint = (name: string): name is ConstraintName => name in CONSTRAINTS;

describe("CONSTRAINTS", () => {
  for (const [name, { raw, key, fix, fixed, region }] of Object.entries(EXAMPLES)) {
    const how = isConstraint(name) ? CONSTRAINTS[name].told : "refused";
    it(`${name} is told as ${how}, with its key and what to write`, () => {
      const found = told(raw, region);
      const list = how === "refused" ? found.refused : found.advice;
      const match = list.find(([of, text]) => of === key && text.includes(fix));
      expect(match, JSON.stringify(found)).not.to.equal(undefined);
      if (how === "advice") expect(found.refused).to.deep.equal([]);
      const after = told(fixed, region);
      expect(after.refused).to.deep.equal([]);
      expect(after.advice.filter(([of, text]) => of === key && text.includes(fix))).to.deep.equal([]);
    });
  }

  it("names keys that the configuration has", () => {
    const keys = new Set(
      Object.entries(settingsSchema().properties ?? {}).flatMap(([key, schema]) =>
        typeof schema === "object" && schema !== null
          ? [key, ...settingsUnder(key, schema).map((setting) => setting.key)]
          : [],
      ),
    );
    for (const { keys: own } of ALL_CONSTRAINTS) {
      for (const key of own) expect(keys, key).to.include(key);
    }
  });

  it("has every key that takes an ARN, so that each is checked for its Region and partition", () => {
    const withArn = Object.entries(settingsSchema().properties ?? {}).flatMap(([key, schema]) => {
      if (typeof schema !== "object" || schema === null) return [];
      return [{ key, schema }, ...settingsUnder(key, schema)]
        .filter(({ schema: one }) =>
          /"\^arn:/.test(
            JSON.stringify({ ...one, properties: {}, additionalProperties: {}, anyOf: flat(one) }),
          ),
        )
        .map((setting) => setting.key);
    });
    const checked = ALL_CONSTRAINTS.filter(({ arn }) => arn !== undefined).flatMap(({ keys }) => keys);
    expect(withArn).not.to.have.length(0);
    expect(
      checked,
      "A new key for an ARN belongs into config/constraints.ts, with `arn`: its home, which config/checks/arns.ts checks",
    ).to.include.members(withArn);
  });
});

/** The options of a schema that are no maps. */
function flat(schema: { readonly anyOf?: unknown }): unknown[] {
  return Array.isArray(schema.anyOf)
    ? schema.anyOf.filter(
        (option) => typeof option === "object" && option !== null && !("properties" in option),
      )
    : [];
}

describe("parseConfig: ARNs", () => {
  it("rejects one of another partition than the Region's", () => {
    for (const [region, partition] of [
      ["cn-north-1", "aws-cn"],
      ["us-gov-west-1", "aws-us-gov"],
      ["eusc-de-east-1", "aws-eusc"],
    ] as const) {
      const issuesIn = (arn: string) =>
        (parseConfig({ ...PUBLIC, parameters: { kmsKeyArn: arn } }, region).issues ?? []).map(
          ({ fix }) => fix,
        );
      expect(issuesIn(kms(region, partition))).to.deep.equal([]);
      expect(issuesIn(kms(region))[0]).to.contain(`is of ${partition}`);
    }
  });

  it("rejects a peer in another partition", () => {
    const [[key, fix] = []] = told(peers({ near: peer(1, { region: "cn-north-1" }) })).refused;
    expect(key).to.equal("api.sharing.peers.near.region");
    expect(fix).to.contain("AWS peers no VPCs across partitions");
    expect(told(peers({ near: peer(1, { region: "eusc-de-east-1" }) })).refused[0]?.[1]).to.contain(
      "aws-eusc",
    );
  });

  it("rejects one of another service or of another kind of resource", () => {
    const wrong = [
      { parameters: { kmsKeyArn: "arn:aws:kms:eu-west-1:111122223333:alias/mine" } },
      { parameters: { kmsKeyArn: "arn:aws:s3:::bucket" } },
      { function: { layers: ["arn:aws:lambda:eu-west-1:111122223333:function:tools"] } },
      { function: { layers: ["arn:aws:lambda:eu-west-1:111122223333:layer:tools"] } },
      { api: { caching: { invalidators: ["arn:aws:iam::111122223333:group/all"] } } },
    ];
    for (const raw of wrong)
      expect(told({ ...PUBLIC, ...raw }).refused, JSON.stringify(raw)).not.to.have.length(0);
  });
});

describe("parseConfig: blocks", () => {
  it("rejects what AWS reserves, for a peer too, and takes addresses that networks share", () => {
    for (const cidrBlock of [
      "0.1.0.0/16",
      "127.0.0.0/16",
      "169.254.0.0/16",
      "224.0.0.0/16",
      "250.0.0.0/16",
    ]) {
      for (const allowPublicCidrBlock of [true, false]) {
        const raw = { ...VPC, vpc: { cidrBlock, allowPublicCidrBlock } };
        expect(told(raw).refused[0]?.[1], cidrBlock).to.contain("no VPC has it");
      }
      expect(told(peers({ near: peer(1, { cidrBlock }) })).refused[0]?.[1], cidrBlock).to.contain(
        "no VPC has it",
      );
    }
    expect(told({ ...VPC, vpc: { cidrBlock: "100.64.0.0/16" } }).refused).to.deep.equal([]);
  });

  it("finds the first earlier block that one overlaps, as comparing each with each does", () => {
    const block = fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 4, max: 28 }))
      .map(([octet, prefix]) => {
        const { first } = ipv4Block(`10.${octet}.${octet}.0/${prefix}`);
        const octets = [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n);
        return `${octets.join(".")}/${prefix}`;
      });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 30 }), (texts) => {
        const list = texts.map((text, i) => ({ key: `key${i}`, text }));
        const expected = list.map(({ text }, i) =>
          list.slice(0, i).find((other) => overlaps(ipv4Block(other.text), ipv4Block(text))),
        );
        expect(earlierOverlaps(list)).to.deep.equal(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("tells of a peer's block although another of its keys is wrong", () => {
    const raw = peers({ near: peer(1, { vpcId: "vpc-x", cidrBlock: "10.0.0.0/24" }) });
    expect(told(raw).refused.map(([key]) => key)).to.have.members([
      "api.sharing.peers.near.vpcId",
      "api.sharing.peers.near.cidrBlock",
    ]);
  });
});

describe("parseConfig: provisioned concurrency", () => {
  it("fits into the reserved concurrency or, without one, into what the account has left", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 2000 }),
        fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 0, max: 200 }),
        (accountConcurrency, reserved, provisioned, each) => {
          const raw = {
            ...PUBLIC,
            function: {
              accountConcurrency,
              provisionedConcurrency: provisioned,
              ...(reserved !== undefined && { reservedConcurrency: reserved }),
            },
            logPipeline: { reservedConcurrency: each },
          };
          const room = reserved ?? accountConcurrency - 100 - 2 * each;
          const keys = told(raw).refused.map(([key]) => key);
          expect(keys.includes("function.provisionedConcurrency")).to.equal(provisioned > Math.max(0, room));
        },
      ),
    );
  });
});

describe("parseConfig: names", () => {
  it("rejects paths that begin with what is AWS's, and takes 14 levels", () => {
    for (const path of ["/aws", "/AWS/x", "/awsome", "/ssm-x", "/SSMx/y"]) {
      const [[key, fix] = []] = told({ ...PUBLIC, parameters: { path } }).refused;
      expect([key, fix?.includes("AWS keeps what begins with /aws or /ssm")], path).to.deep.equal([
        "parameters.path",
        true,
      ]);
    }
    expect(told({ ...PUBLIC, parameters: { path: "/x".repeat(14) } }).refused).to.deep.equal([]);
    expect(told({ ...PUBLIC, parameters: { path: "/x".repeat(15) } }).refused).to.have.length(1);
  });

  it("takes a stage with hyphens", () => {
    for (const stageName of ["blue-green", "v1", "a_b", "-", "x".repeat(128)]) {
      expect(told({ ...PUBLIC, api: { stageName } }).refused, stageName).to.deep.equal([]);
    }
    for (const stageName of ["", "v 1", "v.1", "x".repeat(129)]) {
      expect(told({ ...PUBLIC, api: { stageName } }).refused, stageName).to.have.length(1);
    }
  });

  it("rejects users that RDS and PostgreSQL have for themselves", () => {
    for (const name of [
      "rdsadmin",
      "RDSAdmin",
      "pg_monitor",
      "rds_iam",
      "admin",
      "user",
      "postgres",
      "rdsproxyadmin",
    ]) {
      expect(
        told(user(name)).refused.map(([key]) => key),
        name,
      ).to.deep.equal(["database.user.name"]);
    }
    for (const name of ["app", "pgadmin", "postgres2", "users"]) {
      expect(told(user(name)).refused, name).to.deep.equal([]);
    }
  });

  it("never tells a secret's value that Parameter Store would refuse", () => {
    const raw = { ...PUBLIC, secretParameters: { token: "correct {{horse}}" } };
    const { issues = [] } = parseConfig(raw, REGION, new Set(["secretParameters"]));
    expect(issues.map(({ key, value }) => [key, value])).to.deep.equal([
      ["secretParameters.token", "(secret)"],
    ]);
    expect(JSON.stringify(issues)).not.to.contain("horse");
  });

  it("counts a message as JSON, in which each quote has two characters", () => {
    expect(told({ ...PUBLIC, logPipeline: { message: "x".repeat(2000) } }).refused).to.deep.equal([]);
    const [[key] = []] = told({ ...PUBLIC, logPipeline: { message: '"'.repeat(2000) } }).refused;
    expect(key).to.equal("logPipeline.message");
  });
});

describe("figures of the configuration's checks", () => {
  const RICH = {
    function: { reservedConcurrency: 10 },
    database: { user: { name: "app", secretArn: secret(REGION) } },
    endpoints: { ssm: { privateDns: false }, others: { sns: { privateDns: false } } },
    logPipeline: { message: "hello" },
    parameters: { path: "/long/path", keys: "relative" },
    api: {
      cors: { allowOrigin: "https://app.example.com" },
      caching: { invalidators: ["arn:aws:iam::111122223333:role/deployer"] },
      methods: { "GET /messages": { authorization: "AWS_IAM" } },
      domains: { "api.example.com": { certificateArn: certificate(REGION) } },
      sharing: {
        vpcEndpoints: ["vpce-0123456789abcdef0"],
        vpcs: ["vpc-0123456789abcdef0"],
        accounts: ["444455556666"],
      },
    },
  };
  let resources: Resources;
  before(async () => {
    resources = await build("prod", RICH);
  });
  const rawOf = () => ({
    ...VPC,
    ...RICH,
  });

  it("have every variable that the program gives its functions, at least as long", () => {
    const raw = rawOf();
    const counted = [
      ["fetcher-function", fetcherVariables(raw, REGION)],
      ["log-producer-function", producerVariables({ ...DEFAULT_PIPELINE, message: "hello" }, REGION)],
    ] as const;
    for (const [name, variables] of counted) {
      const own = propertyOf(resources.one("lambda/function:Function", name), "environment.variables");
      if (typeof own !== "object" || own === null) throw new Error(`${name} has no variables`);
      const message = `config/checks/variables.ts counts every variable that ${name} gets from the program`;
      expect(Object.keys(variables), message).to.include.members(Object.keys(own));
      for (const [key, value] of Object.entries(own)) {
        expect(variables[key]?.length, `${name}: ${key}`).to.be.at.least(String(value).length);
      }
    }
  });

  it("have the API's and the endpoint's policies, within 120 characters", () => {
    const raw = rawOf();
    const sized = [
      [apiPolicySize(raw, REGION), resources.one("apigateway/restApiPolicy:RestApiPolicy")],
      [endpointPolicySize(raw, REGION), resources.one("ec2/vpcEndpointPolicy:VpcEndpointPolicy")],
    ] as const;
    for (const [size, resource] of sized) {
      const own = textOf(resource, "policy").length;
      expect(size, resource.name).to.be.within(own - 60, own + 120);
    }
  });
});

const DEFAULT_PIPELINE = (() => {
  const { config } = parseConfig({ ...PUBLIC, logPipeline: {} }, REGION);
  if (config === undefined || config.logPipeline === false)
    throw new Error("the pipeline's defaults are not valid");
  return config.logPipeline;
})();

describe("parseConfig with very many entries", () => {
  /** The least processor time of some runs, in milliseconds: other processes on the machine do not count. */
  const least = (raw: () => Raw) =>
    Math.min(
      ...times(3, () => {
        const input = raw();
        const begin = process.cpuUsage();
        parseConfig(input, REGION);
        const { user, system } = process.cpuUsage(begin);
        return (user + system) / 1000;
      }),
    );
  const cases: Readonly<Record<string, (count: number) => Raw>> = {
    peers: (count) => peers(named(count, (i) => peer(i % 40_000), "peer")),
    "peers that overlap": (count) => peers(named(count, () => peer(0), "peer")),
    "unknown endpoints": (count) => ({ ...VPC, endpoints: { others: named(count, () => ({}), "service") } }),
    callers: (count) => executeApi("privateSubnets", ...blocks(Math.min(count, 40_000))),
    parameters: (count) => ({ ...PUBLIC, parameters: { values: named(count, () => "{{x}}") } }),
    "usage plans": (count) => plans(count, 1),
    "domain names": (count) => ({ ...PUBLIC, api: domains(count) }),
  };
  for (const [title, make] of Object.entries(cases)) {
    it(`takes no longer for each of 16,000 ${title} than for each of 1,000, within a wide margin`, () => {
      least(() => make(1_000));
      const few = Math.max(
        least(() => make(1_000)),
        4,
      );
      const many = least(() => make(16_000));
      // 16 if it is linear, 256 if each is compared with each.
      expect(many / few, `${few} ms and ${many} ms`).to.be.below(80);
    });
  }
});
