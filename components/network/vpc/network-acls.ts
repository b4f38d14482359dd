import { createHash } from "node:crypto";
import { contains, parseCidr } from "@lambda-networking/preflight/aws";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Tier } from "./subnet-plan.js";

/** One end of a connection: a tier of the VPC's subnets, or a block of addresses, IPv4 or IPv6. */
export type FlowEnd = Tier | { readonly cidrBlock: string };

/** TCP connections that must work: who opens them, to whom, on which port. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly port: number;
  /**
   * The tier whose subnets forward the connection, as those of NAT gateways do.
   * @default the connection is direct
   */
  readonly through?: Tier;
}

/** A rule that allows TCP. Every rule allows, so their order does not matter. */
export interface AclRule {
  readonly ruleNo: number;
  readonly cidrBlock: string;
  readonly fromPort: number;
  readonly toPort: number;
}

export interface AclRules {
  readonly ingress: readonly AclRule[];
  readonly egress: readonly AclRule[];
}

/**
 * Ports that answers come back to: Lambda, NAT gateways and load balancers use all of them.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
const EPHEMERAL = [1024, 65535] as const;

/**
 * AWS allows 20 rules in a direction, and 40 on request.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls
 */
export const MOST_RULES = 20;

export interface AclPlanArgs {
  readonly flows: readonly Flow[];
  /** The blocks of each tier's subnets. */
  readonly blocks: ReadonlyMap<Tier, readonly string[]>;
  /** The VPC's own blocks. They stand for a tier's, if those would make more rules than AWS allows. */
  readonly vpcBlocks: readonly string[];
}

/**
 * Plans the network ACL of each tier: what the flows need in both directions, answers included, because an ACL is
 * stateless. Everything else is denied. Traffic inside a subnet does not pass an ACL, nor do questions to the VPC's DNS
 * resolver.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export function planNetworkAcls({ flows, blocks, vpcBlocks }: AclPlanArgs): ReadonlyMap<Tier, AclRules> {
  const exact = planWith(flows, blocks);
  const tooMany = [...exact.values()].some(
    ({ ingress, egress }) => ingress.length > MOST_RULES || egress.length > MOST_RULES,
  );
  if (!tooMany) return exact;
  return planWith(flows, new Map([...blocks.keys()].map((tier) => [tier, vpcBlocks])));
}

function planWith(
  flows: readonly Flow[],
  blocks: ReadonlyMap<Tier, readonly string[]>,
): ReadonlyMap<Tier, AclRules> {
  const blocksOf = (end: FlowEnd) => (typeof end === "string" ? (blocks.get(end) ?? []) : [end.cidrBlock]);
  const opened = new Map(
    [...blocks.keys()].map((tier) => [tier, { ingress: new Rules(), egress: new Rules() }]),
  );
  for (const { from, to, port, through } of flows) {
    for (const [tier, { ingress, egress }] of opened) {
      if (tier === from || tier === through) {
        egress.allow(blocksOf(to), [port, port]);
        ingress.allow(blocksOf(to), EPHEMERAL);
      }
      if (tier === to || tier === through) {
        ingress.allow(blocksOf(from), [port, port]);
        egress.allow(blocksOf(from), EPHEMERAL);
      }
    }
  }
  return new Map(
    [...opened].map(([tier, { ingress, egress }]) => [
      tier,
      { ingress: ingress.numbered(), egress: egress.numbered() },
    ]),
  );
}

type Ports = readonly [from: number, to: number];

/** The rules of one direction. */
class Rules {
  private readonly allowed: { readonly cidrBlock: string; readonly ports: Ports }[] = [];

  allow(blocks: readonly string[], ports: Ports): void {
    for (const cidrBlock of blocks) {
      const rule = { cidrBlock, ports };
      if (this.allowed.some((other) => covers(other, rule))) continue;
      const kept = this.allowed.filter((other) => !covers(rule, other));
      this.allowed.splice(0, this.allowed.length, ...kept, rule);
    }
  }

  /**
   * Numbers the rules by what they allow. With numbers in a row, one more rule would move all after it, and AWS changes
   * a rule's number by deleting it first.
   */
  numbered(): AclRule[] {
    const taken = new Set<number>();
    const named = this.allowed.map((rule) => ({ ...rule, key: `${rule.cidrBlock} ${rule.ports.join("-")}` }));
    named.sort((a, b) => (a.key < b.key ? -1 : 1));
    return named.map(({ key, cidrBlock, ports: [fromPort, toPort] }) => {
      let ruleNo = FIRST_NUMBER + (createHash("sha256").update(key).digest().readUInt32BE(0) % NUMBERS);
      while (taken.has(ruleNo)) ruleNo += 1;
      taken.add(ruleNo);
      return { ruleNo, cidrBlock, fromPort, toPort };
    });
  }
}

/** AWS allows 1 to 32766. Numbers below the first are left to rules that deny, and the last for collisions. */
const FIRST_NUMBER = 1000;
const NUMBERS = 30_000;

function covers(
  a: { readonly cidrBlock: string; readonly ports: Ports },
  b: { readonly cidrBlock: string; readonly ports: Ports },
): boolean {
  const [outer, inner] = [parseCidr(a.cidrBlock), parseCidr(b.cidrBlock)];
  if (outer === undefined || inner === undefined) return false;
  return contains(outer, inner) && a.ports[0] <= b.ports[0] && a.ports[1] >= b.ports[1];
}

/** Creates the network ACL of a tier's subnets. Free. */
export function createNetworkAcl(
  name: string,
  args: { readonly vpcId: pulumi.Input<string>; readonly subnetIds: readonly pulumi.Input<string>[] },
  { ingress, egress }: AclRules,
  parent: pulumi.Resource,
): aws.ec2.NetworkAcl {
  return new aws.ec2.NetworkAcl(
    name,
    {
      vpcId: args.vpcId,
      subnetIds: [...args.subnetIds],
      ingress: ingress.map(entry),
      egress: egress.map(entry),
    },
    { parent },
  );
}

function entry({ cidrBlock, ...rule }: AclRule) {
  const block = cidrBlock.includes(":") ? { ipv6CidrBlock: cidrBlock } : { cidrBlock };
  return { ...rule, ...block, action: "allow", protocol: "tcp" };
}
