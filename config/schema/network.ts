import { NAT_INSTANCE_TYPES, NAT_MODES } from "@lambda-networking/preflight/aws";
import { z } from "zod";
import { EXCLUSION_MODES, INTERNET_BLOCK_MODES } from "../../components/network/vpc/block-public-access.js";
import { FLOW_LOG_DESTINATIONS } from "../../components/network/vpc/flow-logs.js";
import {
  isAvailabilityZoneName,
  PRIVATE_SUBNETS,
  SLOT_COUNTS,
} from "../../components/network/vpc/subnet-plan.js";
import { checkCidr, choice, cidrBlock, flag, isWithoutRepetition, oneOf, retentionInDays } from "./shared.js";

export const NETWORKING_MODES = ["public", "vpc"] as const;

const ZONES = 'Write how many, such as 2, or their names, each once, such as ["eu-west-1a", "eu-west-1b"].';
const availabilityZones = z.union(
  [
    z.int({ error: ZONES }).min(1, { error: ZONES }).max(16, { error: ZONES }),
    z
      .array(z.string({ error: ZONES }).refine(isAvailabilityZoneName, { error: ZONES }), { error: ZONES })
      .min(1, { error: ZONES })
      .refine(isWithoutRepetition, { error: ZONES }),
  ],
  { error: ZONES },
);

const flowLogs = z.strictObject({
  trafficType: choice(["ALL", "ACCEPT", "REJECT"]).default("REJECT").describe("The traffic that is logged."),
  destination: choice(FLOW_LOG_DESTINATIONS).default("cloud-watch-logs").meta({
    description: "Where the logs go: to a log group, or as Apache Parquet files to a bucket of the stack.",
    cost: "$0.50/GB for cloud-watch-logs, $0.285/GB for s3.",
  }),
  retentionInDays: retentionInDays.default(14).meta({
    description: "How many days the logs are kept.",
    cost: "$0.03/GB-month, in a bucket $0.023.",
  }),
});

const blockPublicAccess = z.strictObject({
  mode: choice(INTERNET_BLOCK_MODES)
    .optional()
    .describe(
      "The block of the whole account in the Region, so only one stack there may set it. block-ingress: nothing comes in by an internet gateway. block-bidirectional: nothing goes out either. Without it the account's setting stays as it is. It outlives the stack.",
    ),
  exclusion: choice(EXCLUSION_MODES)
    .optional()
    .describe(
      "What the account's block does not block for this VPC. allow-egress: NAT gateways and egress-only internet gateways get out. allow-bidirectional: everything.",
    ),
});

const id = (prefix: string, example: string) =>
  z.string({ error: example }).regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), { error: example });

const SUBNET = "Write a subnet's id, such as subnet-0123456789abcdef0.";
const subnetsByZone = z.record(
  z
    .string()
    .refine(isAvailabilityZoneName, { error: "Write an Availability Zone's name, such as eu-west-1a." })
    .meta({ title: "ZONE" }),
  id("subnet", SUBNET),
  { error: "Write a subnet for each zone, such as {eu-west-1a: subnet-0123456789abcdef0}." },
);

const existing = z.strictObject({
  id: id("vpc", "Write the VPC's id, such as vpc-0123456789abcdef0.").describe(
    "The VPC. A change replaces everything in it.",
  ),
  subnets: subnetsByZone.describe(
    "The private subnets, one for each zone: the functions and the endpoints are placed in them.",
  ),
  publicSubnets: subnetsByZone
    .default({})
    .describe("The subnets with a route to an internet gateway, for what the internet must reach."),
  nat: flag
    .default(false)
    .describe(
      "Whether the private subnets lead to the internet through the owner's NAT, so that what has no endpoint is reached by it.",
    ),
  endpoints: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]*$/, {
          error: "Write a service's short name, such as ssm or execute-api.",
        })
        .meta({ title: "SERVICE" }),
      id("vpce", "Write the endpoint's id, such as vpce-0123456789abcdef0."),
      { error: "Write endpoints by service, such as {ssm: vpce-0123456789abcdef0}." },
    )
    .default({})
    .describe(
      "The VPC's own endpoints that the stack uses instead of making one, by the service's short name. Their owner decides who may call through them.",
    ),
});

const TRANSIT_GATEWAY = "Write false, or {id: tgw-0123456789abcdef0, routes: [10.50.0.0/16]}.";
const transitGateway = z.strictObject({
  id: id("tgw", "Write the transit gateway's id, such as tgw-0123456789abcdef0.").describe(
    "The transit gateway, of this account or shared with it. A change replaces the attachment.",
  ),
  routes: z
    .array(cidrBlock, { error: "Write a list of IPv4 blocks, such as [10.50.0.0/16]." })
    .min(1, { error: "Write at least one block, such as 10.50.0.0/16." })
    .refine(isWithoutRepetition, { error: "Write each block once." })
    .describe("The blocks that the private subnets reach through it, each a route in each of their tables."),
});

const SECONDARY = "Write a list of IPv4 blocks, such as [100.64.0.0/16].";
const functionSubnets = z.strictObject({
  cidrBlock: cidrBlock.describe(
    "A part of vpc.secondaryCidrBlocks, divided into the zone slots: a /16 gives a /19 with eight slots. A change replaces the subnets.",
  ),
});

export const vpcSchema = z.strictObject({
  existing: z
    .union([z.literal(false), existing], {
      error: "Write false, or {id: vpc-0123456789abcdef0, subnets: {eu-west-1a: subnet-0123456789abcdef0}}.",
    })
    .default(false)
    .meta({
      description:
        "Deploys everything but the VPC into one that another team owns, with its subnets, route tables and NAT (docs/network.md). A change replaces everything in it.",
      cost: "Free.",
    }),
  cidrBlock: cidrBlock
    .default("10.0.0.0/16")
    .describe("The VPC's IPv4 block, /16 to /22 with eight slots. A change replaces the VPC."),
  ipamPoolId: id("ipam-pool", "Write the pool's id, such as ipam-pool-0123456789abcdef0.")
    .optional()
    .describe(
      "An IPAM pool that vpc.cidrBlock is allocated from. A change replaces the VPC (docs/network.md).",
    ),
  secondaryCidrBlocks: z
    .array(cidrBlock, { error: SECONDARY })
    .refine(isWithoutRepetition, { error: "Write each block once." })
    .default([])
    .meta({
      description:
        "More IPv4 blocks of the VPC, /16 to /28, for vpc.functionSubnets. One can be added or taken away at any time.",
      cost: "Free.",
    }),
  allowPublicCidrBlock: flag
    .default(false)
    .describe(
      "Allows a block outside RFC 1918. The VPC then cannot reach the real owners of these addresses.",
    ),
  availabilityZones: availabilityZones
    .default(2)
    .describe(
      "The Availability Zones: how many, by letter from the first that the account can use, or a list of their names. Interface endpoints and NAT are paid for in each zone.",
    ),
  azSlots: z
    .literal(SLOT_COUNTS, { error: oneOf(SLOT_COUNTS) })
    .default(8)
    .describe(
      "The number of equal parts of the VPC, one for each zone letter. Never change it after the first deployment, because every subnet would move (docs/decisions/slots-not-counts.md).",
    ),
  functionSubnets: z
    .union([flag, functionSubnets], { error: "Write true, false, or {cidrBlock: 100.64.0.0/16}." })
    .default(false)
    .meta({
      description:
        "A tier of subnets only for functions, with the private subnets' ways out. true: in each zone an eighth of its slot; {cidrBlock}: in a secondary block. No other subnet moves.",
      cost: "Free.",
    }),
  transitGateway: z
    .union([z.literal(false), transitGateway], { error: TRANSIT_GATEWAY })
    .default(false)
    .meta({
      description:
        "Attaches the VPC to a transit gateway, with routes from the private subnets. What lies behind it is not the stack's (docs/network.md).",
      cost: "$36.50 a month for the attachment, and $0.02/GB.",
    }),
  nat: choice(NAT_MODES).default("none").meta({
    description:
      "The NAT, which is the private subnets' route to the internet. single: one gateway for all zones. perAz: one in each zone. regional: one resource that AWS spreads over the zones in use and bills for each. instance: a small EC2 instance, without a gateway's promises (docs/nat.md).",
    cost: "$36.50 a month for each gateway with its public address, and $0.045/GB. An instance: $7.36 with its address, and nothing for a GB.",
  }),
  natInstance: z
    .strictObject({
      instanceType: choice(NAT_INSTANCE_TYPES).default("t4g.nano").meta({
        description:
          "The instance type, of the arm64 architecture. t4g.nano sustains 32 Mbit/s, and more in bursts.",
        cost: "$3.07 a month for a t4g.nano; each next size doubles it.",
      }),
      perAz: flag.default(false).meta({
        description:
          "Whether each zone has an instance of its own. With false, the first zone's serves all, so that its failure cuts all off.",
        cost: "$7.36 a month for each zone.",
      }),
    })
    .prefault({})
    .meta({ description: "The NAT instances. They exist only with vpc.nat: instance." }),
  ipv6: flag.default(false).meta({
    description:
      "Adds IPv6: a /56 from Amazon, a /64 for each subnet, and an egress-only internet gateway with its routes.",
    cost: "Free.",
  }),
  flowLogs: z
    .union([z.literal(false), flowLogs], {
      error: "Write false, or {trafficType: REJECT, retentionInDays: 14}.",
    })
    .default(false)
    .meta({
      description: "Logs the VPC's traffic to CloudWatch Logs or to a bucket.",
      cost: "From $0.285/GB.",
    }),
  networkAcls: flag.default(false).meta({
    description:
      "Gives each tier of subnets a network ACL of its own, which allows what the stack's parts need in both directions, and nothing else. A second lock beside the security groups (docs/network-controls.md).",
    cost: "Free.",
  }),
  blockPublicAccess: z
    .union([z.literal(false), blockPublicAccess], {
      error: "Write false, or {exclusion: allow-egress}.",
    })
    .default(false)
    .meta({
      description:
        "VPC Block Public Access, by which an account closes the internet gateways of its VPCs whatever their routes say (docs/network-controls.md).",
      cost: "Free.",
    }),
});

/** What may stand in a list of callers. */
export const CALLER = `Write ${PRIVATE_SUBNETS}, a CIDR block such as 10.30.0.0/16, or a security group's id.`;

/** Whether a caller is named by its subnets or its security group, and not by its addresses. */
export const isNamedCaller = (text: string) => text === PRIVATE_SUBNETS || /^sg-[0-9a-f]{8,17}$/.test(text);

const caller = z.string({ error: CALLER }).superRefine((text, context) => {
  if (!isNamedCaller(text)) checkCidr(text, context, CALLER);
});

/** The descriptions of an interface endpoint's fields. */
interface EndpointText {
  readonly privateDns: string;
  readonly allowFrom: string;
}

const OTHER_ENDPOINT: EndpointText = {
  privateDns: "Whether the service's public name resolves to the endpoint in the whole VPC.",
  allowFrom:
    "Who may connect on port 443 besides the function: privateSubnets, CIDR blocks and security group ids.",
};

const interfaceEndpoint = (callers: string[], { privateDns, allowFrom }: EndpointText) =>
  z.strictObject({
    privateDns: flag.default(true).describe(privateDns),
    allowFrom: z
      .array(caller, { error: `Write a list. ${CALLER}` })
      .refine(isWithoutRepetition, { error: "Write each caller once." })
      .default(callers)
      .describe(allowFrom),
  });

export const endpointsSchema = z.strictObject({
  ssm: z
    .union(
      [
        z.literal(false),
        interfaceEndpoint([], {
          privateDns:
            "Whether the service's public name resolves to the endpoint in the whole VPC. With false the function uses the endpoint's own name.",
          allowFrom:
            "Who may connect on port 443 besides the function: privateSubnets, CIDR blocks and security group ids. They too may read the stack's parameter path only.",
        }),
      ],
      {
        error: "Write false, or {privateDns: true, allowFrom: []}.",
      },
    )
    .prefault({})
    .meta({
      description:
        "The interface endpoint for Parameter Store. With false the function reads through NAT; without NAT too it cannot read.",
      cost: "$7.30 a month in each zone, and $0.01/GB.",
    }),
  executeApi: interfaceEndpoint([PRIVATE_SUBNETS], {
    privateDns:
      "Whether execute-api names resolve to the endpoint in the whole VPC. Then other, public APIs of the Region answer 403 there.",
    allowFrom:
      "Who may call the private API, on port 443: privateSubnets, CIDR blocks and security group ids.",
  })
    .prefault({})
    .meta({
      description: "The interface endpoint that the API is called through. It exists if the API is PRIVATE.",
      cost: "$7.30 a month in each zone, and $0.01/GB.",
    }),
  dynamodb: flag.default(true).meta({ description: "The gateway endpoint for DynamoDB.", cost: "Free." }),
  s3: flag.default(false).meta({ description: "The gateway endpoint for S3.", cost: "Free." }),
  others: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]*$/, {
          error: "Write a service's short name, such as secretsmanager or ecr.api.",
        })
        .meta({ title: "SERVICE" }),
      interfaceEndpoint([PRIVATE_SUBNETS], OTHER_ENDPOINT).prefault({}),
      { error: "Write service names with their settings, such as {secretsmanager: {privateDns: true}}." },
    )
    .default({})
    .meta({
      description:
        "More interface endpoints, by the service's short name, such as secretsmanager or ecr.api. dynamodb is for callers in other networks, which a gateway endpoint does not serve; functions use it only with endpoints.dynamodb: false.",
      cost: "$7.30 a month in each zone and $0.01/GB, for each endpoint.",
    }),
});
