import { NAT_MODES } from "@lambda-networking/preflight/aws";
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

export const vpcSchema = z.strictObject({
  cidrBlock: cidrBlock
    .default("10.0.0.0/16")
    .describe("The VPC's IPv4 block, /16 to /22 with eight slots. A change replaces the VPC."),
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
  nat: choice(NAT_MODES).default("none").meta({
    description:
      "The NAT gateways, which are the private subnets' route to the internet. single: one for all zones. perAz: one in each zone. regional: one resource that AWS spreads over the zones in use and bills for each.",
    cost: "$36.50 a month for each gateway with its public address, and $0.045/GB.",
  }),
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
  blockPublicAccess: z
    .union([z.literal(false), blockPublicAccess], {
      error: "Write false, or {exclusion: allow-egress}.",
    })
    .default(false)
    .meta({
      description:
        "VPC Block Public Access, by which an account closes the internet gateways of its VPCs whatever their routes say (https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html).",
      cost: "Free.",
    }),
});

const CALLER = `Write ${PRIVATE_SUBNETS}, a CIDR block such as 10.30.0.0/16, or a security group's id.`;
const caller = z.string({ error: CALLER }).superRefine((text, context) => {
  const isNamed = text === PRIVATE_SUBNETS || /^sg-[0-9a-f]{8,17}$/.test(text);
  if (!isNamed) checkCidr(text, context, CALLER);
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
