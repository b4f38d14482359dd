import {
  type Cidr,
  contains,
  formatBlock,
  ipv4Block,
  overlaps,
  secondaryBlockFault,
  serviceNamed,
} from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import { smallestTierPrefix } from "../../components/network/vpc/subnet-plan.js";
import { field, type RawConfig } from "../raw-config.js";
import { peerSchema } from "../schema/api.js";
import { vpcSchema } from "../schema/network.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { entries, valid, validFields } from "./valid.js";

/** What a network that outgrows the default has: more blocks, a tier for functions, a pool, a transit gateway, another's VPC. */
export function networkChecks(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  return [
    ...secondaryBlocks(raw),
    ...functionSubnets(raw),
    ...pool(raw),
    ...transitGateway(raw),
    ...existing(raw, region),
  ];
}

/** The blocks of the stack's own VPC by key, the primary first. */
export function vpcBlocks(raw: RawConfig): { readonly key: string; readonly text: string }[] {
  const primary = valid(raw, "vpc.cidrBlock");
  return [
    ...(primary === undefined ? [] : [{ key: "vpc.cidrBlock", text: primary }]),
    ...(valid(raw, "vpc.secondaryCidrBlocks") ?? []).map((text) => ({
      key: "vpc.secondaryCidrBlocks",
      text,
    })),
  ];
}

/** The zones of the stack: those that are named, or how many there are. */
export function zoneCount(raw: RawConfig): number {
  const subnets = validFields(raw, "vpc.existing")?.subnets;
  if (subnets !== undefined) return Object.keys(subnets).length;
  const zones = valid(raw, "vpc.availabilityZones");
  return typeof zones === "number" ? zones : (zones?.length ?? 1);
}

function secondaryBlocks(raw: RawConfig): ConfigIssue[] {
  const primary = valid(raw, "vpc.cidrBlock");
  const texts = valid(raw, "vpc.secondaryCidrBlocks") ?? [];
  if (primary === undefined) return [];
  const allowsPublic = valid(raw, "vpc.allowPublicCidrBlock") === true;
  return texts.flatMap((text, index) => {
    const earlier = texts.slice(0, index).map(ipv4Block);
    const fault = secondaryBlockFault(ipv4Block(text), [ipv4Block(primary), ...earlier], allowsPublic);
    return fault === undefined ? [] : [issue("vpc.secondaryCidrBlocks", text, fault)];
  });
}

function functionSubnets(raw: RawConfig): ConfigIssue[] {
  const tier = valid(raw, "vpc.functionSubnets");
  const slots = valid(raw, "vpc.azSlots");
  if (typeof tier !== "object" || slots === undefined) return [];
  const text = tier.cidrBlock;
  const key = "vpc.functionSubnets.cidrBlock";
  const block = ipv4Block(text);
  const homes = (valid(raw, "vpc.secondaryCidrBlocks") ?? []).filter((home) =>
    contains(ipv4Block(home), block),
  );
  if (homes.length === 0) {
    return [
      issue(
        key,
        text,
        `It is in none of vpc.secondaryCidrBlocks. Add ${text} to them, or write functionSubnets: true.`,
      ),
    ];
  }
  const longest = smallestTierPrefix(slots);
  if (block.prefix <= longest) return [];
  return [
    issue(
      key,
      text,
      `It is too small for ${slots} zone slots of /28 at least. Write a /${longest} or larger.`,
    ),
  ];
}

function pool(raw: RawConfig): ConfigIssue[] {
  const id = valid(raw, "vpc.ipamPoolId");
  if (id === undefined || field(raw.vpc, "cidrBlock") !== undefined) return [];
  const fix =
    "The subnets are planned before the deployment, so write vpc.cidrBlock too: the block to allocate from the pool. " +
    `This tells the next free one: aws ec2 allocate-ipam-pool-cidr --ipam-pool-id ${id} --netmask-length 20 --preview-next-cidr`;
  return [issue("vpc.ipamPoolId", id, fix)];
}

function transitGateway(raw: RawConfig): ConfigIssue[] {
  const key = "vpc.transitGateway.routes";
  const routes = validFields(raw, "vpc.transitGateway")?.routes ?? [];
  const own = vpcBlocks(raw);
  const peers = entries(field(field(raw.api, "sharing"), "peers")).flatMap(([name, peer]) => {
    const text = peerSchema.shape.cidrBlock.safeParse(field(peer, "cidrBlock")).data;
    return text === undefined
      ? []
      : [{ key: `${under("api.sharing.peers", name)}.cidrBlock`, block: ipv4Block(text) }];
  });
  return routes.flatMap((text) => {
    const block = ipv4Block(text);
    if (block.prefix === 0) {
      const fix =
        "The way to the internet is vpc.nat, and a proof ends at the transit gateway. Write the blocks of the networks behind it.";
      return [issue(key, text, fix)];
    }
    const inside = own.find((home) => contains(ipv4Block(home.text), block));
    if (inside !== undefined) {
      const fix = `It is inside ${inside.key}, ${inside.text}, whose packets stay in the VPC. Write a block of another network.`;
      return [issue(key, text, fix)];
    }
    const peer = peers.find((other) => overlaps(other.block, block));
    if (peer !== undefined) {
      return [
        issue(
          key,
          text,
          `It overlaps ${peer.key}, ${formatBlock(peer.block)}, which the peering connection leads to. Keep one of them.`,
        ),
      ];
    }
    return reserved(key, text, block);
  });
}

/** A route to these addresses is refused: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
const NOT_ROUTED = [ipv4Block("169.254.168.0/22"), ipv4Block("198.19.0.0/16"), ipv4Block("224.0.0.0/4")];

function reserved(key: string, text: string, block: Cidr): ConfigIssue[] {
  const found = NOT_ROUTED.find((other) => contains(other, block));
  if (found === undefined) return [];
  return [issue(key, text, `AWS routes nothing to ${formatBlock(found)}. Write a block of another network.`)];
}

/** Keys of `vpc` that say how another team's VPC is, which only that team decides. */
function existing(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const vpc = validFields(raw, "vpc.existing");
  const written = field(raw.vpc, "existing");
  if (vpc === undefined || written === undefined || written === false) return [];
  return [
    ...ownersKeys(raw),
    ...ownersParts(raw),
    ...zonesOfSubnets(vpc, region),
    ...existingEndpoints(raw, vpc.endpoints ?? {}),
  ];
}

function ownersKeys(raw: RawConfig): ConfigIssue[] {
  return Object.entries(vpcSchema.shape).flatMap(([name, schema]) => {
    if (name === "existing") return [];
    const value = field(raw.vpc, name);
    if (value === undefined || !schema.safeParse(value).success) return [];
    const usual = JSON.stringify(schema.safeParse(undefined).data);
    if (JSON.stringify(schema.safeParse(value).data) === usual) return [];
    return [
      issue(
        `vpc.${name}`,
        value,
        "The VPC of vpc.existing is its owner's, who decides this. Take one of them out.",
      ),
    ];
  });
}

function ownersParts(raw: RawConfig): ConfigIssue[] {
  const database = field(raw, "database");
  const peers = field(field(raw.api, "sharing"), "peers");
  const frontDoor = field(raw, "frontDoor");
  return [
    ...(frontDoor === undefined || frontDoor === false
      ? []
      : [
          issue(
            "frontDoor",
            frontDoor,
            "It stands in a VPC of the stack's own. Take it or vpc.existing out.",
          ),
        ]),
    ...(database === undefined || database === false
      ? []
      : [
          issue(
            "database",
            database,
            "It needs isolated subnets, which the stack does not make in the VPC of vpc.existing. Take one of them out.",
          ),
        ]),
    ...(entries(peers).length === 0
      ? []
      : [
          issue(
            "api.sharing.peers",
            peers,
            "The owner of the VPC of vpc.existing peers it and routes. Name the callers in api.sharing.vpcEndpoints or vpcs.",
          ),
        ]),
  ];
}

type ExistingFields = NonNullable<ReturnType<typeof validFields<"vpc.existing">>>;

function zonesOfSubnets({ subnets, publicSubnets }: ExistingFields, region: string | undefined) {
  const found: ConfigIssue[] = [];
  const key = "vpc.existing.subnets";
  if (subnets !== undefined && Object.keys(subnets).length === 0) {
    found.push(issue(key, subnets, "Write a subnet for each zone, at least one."));
  }
  const homes = new Map<string, string>();
  for (const [at, map] of [[key, subnets] as const, ["vpc.existing.publicSubnets", publicSubnets] as const]) {
    for (const [zone, id] of Object.entries(map ?? {})) {
      const own = `${at}.${zone}`;
      if (region !== undefined && zone.slice(0, -1) !== region) {
        found.push(
          issue(
            own,
            id,
            `The stack's region (aws:region) is ${region}. Write its zones, such as ${region}a.`,
          ),
        );
      }
      const twin = homes.get(id);
      homes.set(id, twin ?? own);
      if (twin !== undefined) {
        found.push(
          issue(own, id, `${twin} has the same subnet, and a subnet is in one zone. Keep one of them.`),
        );
      }
    }
  }
  return found;
}

/** The key of `endpoints` that tells how an endpoint is made, by service. */
const OWN_KEYS: Readonly<Record<string, string>> = { ssm: "ssm", "execute-api": "executeApi" };

function existingEndpoints(
  raw: RawConfig,
  endpoints: Readonly<Record<string, string | undefined>>,
): ConfigIssue[] {
  return Object.entries(endpoints).flatMap(([service, id]) => {
    const key = under("vpc.existing.endpoints", service);
    const name = serviceNamed(service);
    if (name !== service) {
      return [
        issue(
          key,
          id,
          name === undefined ? "AWS has no such service." : `Its endpoint has another name. Write ${name}.`,
        ),
      ];
    }
    if (service === "execute-api" && endpointTypeOf(raw) === "REGIONAL") {
      return [issue(key, id, "A REGIONAL API is not called through an endpoint. Take it out.")];
    }
    const own = OWN_KEYS[service];
    const at = own === undefined ? under("endpoints.others", service) : `endpoints.${own}`;
    const written =
      own === undefined ? field(field(raw.endpoints, "others"), service) : field(raw.endpoints, own);
    if (written === undefined) return [];
    return [
      issue(at, written, `The stack uses ${id} of ${key}, whose owner decides this. Take one of them out.`),
    ];
  });
}
