import { NAT_MODES } from "@lambda-networking/preflight/aws";
import { z } from "zod";
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
  trafficType: choice(["ALL", "ACCEPT", "REJECT"]).default("REJECT"),
  retentionInDays: retentionInDays.default(14),
});

export const vpcSchema = z.strictObject({
  cidrBlock: cidrBlock.default("10.0.0.0/16"),
  allowPublicCidrBlock: flag.default(false),
  availabilityZones: availabilityZones.default(2),
  azSlots: z.literal(SLOT_COUNTS, { error: oneOf(SLOT_COUNTS) }).default(8),
  nat: choice(NAT_MODES).default("none"),
  ipv6: flag.default(false),
  flowLogs: z
    .union([z.literal(false), flowLogs], {
      error: "Write false, or {trafficType: REJECT, retentionInDays: 14}.",
    })
    .default(false),
});

const CALLER = `Write ${PRIVATE_SUBNETS}, a CIDR block such as 10.30.0.0/16, or a security group's id.`;
const caller = z.string({ error: CALLER }).superRefine((text, context) => {
  const isNamed = text === PRIVATE_SUBNETS || /^sg-[0-9a-f]{8,17}$/.test(text);
  if (!isNamed) checkCidr(text, context, CALLER);
});

const interfaceEndpoint = (allowFrom: string[]) =>
  z.strictObject({
    privateDns: flag.default(true),
    allowFrom: z
      .array(caller, { error: `Write a list. ${CALLER}` })
      .refine(isWithoutRepetition, { error: "Write each caller once." })
      .default(allowFrom),
  });

export const endpointsSchema = z.strictObject({
  ssm: z
    .union([z.literal(false), interfaceEndpoint([])], {
      error: "Write false, or {privateDns: true, allowFrom: []}.",
    })
    .prefault({}),
  executeApi: interfaceEndpoint([PRIVATE_SUBNETS]).prefault({}),
  dynamodb: flag.default(true),
  s3: flag.default(false),
  others: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, {
        error: "Write a service's short name, such as secretsmanager or ecr.api.",
      }),
      interfaceEndpoint([PRIVATE_SUBNETS]).prefault({}),
      { error: "Write service names with their settings, such as {secretsmanager: {privateDns: true}}." },
    )
    .default({}),
});
