import {
  AWS_LIMITS,
  type AwsLimit,
  DOCKER_BLOCK,
  ipv4Block,
  isRefused,
  overlaps,
} from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import { executionStates } from "../../components/events/execution-states.js";
import { REFUSALS } from "../../components/front-door/routes.js";
import { PRIVATE_SUBNETS } from "../../components/network/vpc/subnet-plan.js";
import { CONSTRAINTS } from "../constraints.js";
import { field, type RawConfig } from "../raw-config.js";
import { egressNotices } from "./egress.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { validRoutes } from "./front-door.js";
import { vpcBlocks, zoneCount } from "./network.js";
import { apiPolicySize, endpointPolicySize } from "./policy-sizes.js";
import { callersByKey } from "./same-rules.js";
import { entries, valid, validEntries, validFields } from "./valid.js";

/** What the configuration asks for, where AWS has a limit on it. */
interface Asked {
  readonly key: string;
  readonly used: number;
  readonly limit: AwsLimit;
  /** What to write instead. */
  readonly fix: string;
}

/** What is above a limit that AWS raises for nobody. */
export function refusedSizes(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  return asked(raw, region)
    .filter(({ used, limit }) => isRefused(limit, used))
    .map(({ key, used, limit, fix }) =>
      issue(
        key,
        `${used} ${limit.what}`,
        `AWS takes ${whole(limit.most ?? limit.limit)} and never more. ${fix}`,
      ),
    );
}

/**
 * What AWS may refuse: above a default quota, which the account may have had raised, or with a use that has conflicts.
 * @returns notices in the form of issues
 */
export function advice(raw: RawConfig, region: string | undefined): ConfigIssue[] {
  const quotas = asked(raw, region)
    .filter(({ used, limit }) => used > limit.limit && !isRefused(limit, used))
    .map(({ key, used, limit: { what, limit, most, page }, fix }) => {
      const upTo = most === undefined ? "" : ` (AWS raises it to ${whole(most)} at most)`;
      const notice = `The default quota is ${whole(limit)}. Unless the account's is higher${upTo}, AWS refuses the rest in the middle of the update. ${fix} ${page}`;
      return issue(key, `${whole(used)} ${what}`, notice);
    });
  return [...quotas, ...docker(raw), ...memory(raw), ...natInstance(raw), ...egressNotices(raw)];
}

function asked(raw: RawConfig, region: string | undefined): Asked[] {
  return [...inVpc(raw), ...ofApi(raw, region), ...ofPipeline(raw)];
}

function inVpc(raw: RawConfig): Asked[] {
  if (valid(raw, "networking") !== "vpc") return [];
  const isPrivate = endpointTypeOf(raw) === "PRIVATE";
  const zones = zoneCount(raw);
  const tiers = valid(raw, "vpc.functionSubnets") === false ? 1 : 2;
  const nat = valid(raw, "vpc.nat");
  const isPerAz = nat === "perAz" || (nat === "instance" && valid(raw, "vpc.natInstance.perAz") === true);
  const peers = isPrivate ? entries(field(field(raw.api, "sharing"), "peers")).length : 0;
  const others = validEntries(raw, "endpoints.others");
  const ssm = valid(raw, "endpoints.ssm");
  const pipeline = validFields(raw, "logPipeline");
  const ownSns = pipeline !== undefined && pipeline.via !== "ipv6" && nat === "none" && !others.has("sns");
  const endpoints = others.size + [ssm, isPrivate, ownSns].filter(Boolean).length;
  const { elasticAddresses, interfaceEndpoints, peerings, routes, securityGroupRules } = CONSTRAINTS;
  return [
    {
      key: "frontDoor.routes",
      used: validRoutes(raw).length + REFUSALS,
      limit: routes.limit,
      fix: "Write fewer, shorter path prefixes, or ask for a higher quota.",
    },
    {
      key: "vpc.nat",
      used: isPerAz ? zones : nat === "single" || nat === "instance" ? 1 : 0,
      limit: elasticAddresses.limit,
      fix: "Write single, regional or fewer zones, or ask for a higher quota.",
    },
    {
      key: "vpc.secondaryCidrBlocks",
      used: vpcBlocks(raw).length,
      limit: CONSTRAINTS.vpcBlocks.limit,
      fix: "Write fewer, wider blocks, or ask for a higher quota.",
    },
    {
      key: "endpoints.others",
      used: endpoints,
      limit: interfaceEndpoints.limit,
      fix: "Leave some out, write vpc.nat: single instead of them, or ask for a higher quota.",
    },
    {
      key: "api.sharing.peers",
      used: peers,
      limit: peerings.limit,
      fix: "Let some call through endpoints of their own (api.sharing.vpcEndpoints), or ask for a higher quota.",
    },
    ...callersByKey(raw).map(([key, allowFrom]) => {
      const subnets = allowFrom.includes(PRIVATE_SUBNETS) ? zones * tiers - 1 : 0;
      const isExecuteApi = key.startsWith("endpoints.executeApi");
      return {
        key,
        // The function's own rule; the execute-api endpoint has one for each peer instead.
        used: isExecuteApi && !isPrivate ? 0 : allowFrom.length + subnets + (isExecuteApi ? peers : 1),
        limit: securityGroupRules.limit,
        fix: "Write fewer, wider blocks, or ask for a higher quota.",
      };
    }),
  ];
}

function ofApi(raw: RawConfig, region: string | undefined): Asked[] {
  const type = endpointTypeOf(raw);
  const plans = validEntries(raw, "api.usagePlans");
  const keys = [...plans.values()].reduce((sum, plan) => sum + (plan.keys?.length ?? 0), 0);
  const domains = entries(field(raw.api, "domains")).map(([name]) => name);
  const { apiKeys, apiPolicy, domainNames, endpointPolicy, usagePlans } = CONSTRAINTS;
  return [
    {
      key: "api.usagePlans",
      used: plans.size,
      limit: usagePlans.limit,
      fix: "Put several keys into one plan, or ask for a higher quota.",
    },
    { key: "api.usagePlans", used: keys, limit: apiKeys.limit, fix: "Use an authorizer instead of keys." },
    {
      key: "api.domains",
      used: domains.length,
      limit: type === "PRIVATE" ? AWS_LIMITS.privateDomainNames : domainNames.limit,
      fix: "Use base paths of fewer names, or ask for a higher quota.",
    },
    {
      key: "api.sharing",
      used: apiPolicySize(raw, region),
      limit: apiPolicy.limit,
      fix: "Name whole VPCs (api.sharing.vpcs) or accounts instead of endpoints, or ask for a higher quota.",
    },
    ...(type === "PRIVATE"
      ? [
          {
            key: "api.domains",
            used: endpointPolicySize(raw, region),
            limit: endpointPolicy.limit,
            fix: "Use base paths of fewer domain names.",
          },
        ]
      : []),
  ];
}

function ofPipeline(raw: RawConfig): Asked[] {
  const notifications = valid(raw, "logPipeline.codePipelineNotifications");
  if (!notifications || !valid(raw, "logPipeline")) return [];
  return [
    {
      key: "logPipeline.codePipelineNotifications.pipelines",
      used: JSON.stringify(executionStates(notifications)).length,
      limit: CONSTRAINTS.eventPattern.limit,
      fix: "Write fewer pipelines, or none for all of them, or ask for a higher quota.",
    },
  ];
}

function docker(raw: RawConfig): ConfigIssue[] {
  if (valid(raw, "networking") !== "vpc") return [];
  const notice =
    "It has addresses of 172.17.0.0/16, which Docker has on the hosts of some services, such as Cloud9 and SageMaker, so these do not reach the VPC. Another block has no such conflict. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
  return vpcBlocks(raw)
    .filter(({ text }) => overlaps(ipv4Block(text), DOCKER_BLOCK))
    .map(({ key, text }) => issue(key, text, notice));
}

/** Settings of NAT instances that there are not. */
function natInstance(raw: RawConfig): ConfigIssue[] {
  const settings = field(raw.vpc, "natInstance");
  const nat = valid(raw, "vpc.nat");
  if (settings === undefined || nat === undefined || nat === "instance") return [];
  return [
    issue(
      "vpc.natInstance",
      settings,
      `It has no effect with vpc.nat: ${nat}. Write vpc.nat: instance, or leave it out.`,
    ),
  ];
}

/** Some accounts, most of them new, have less memory than Lambda's documented range. */
const MEMORY_OF_SOME_ACCOUNTS = 3008;

function memory(raw: RawConfig): ConfigIssue[] {
  const size = valid(raw, "function.memorySize");
  if (size === undefined || size <= MEMORY_OF_SOME_ACCOUNTS) return [];
  const notice = `Some accounts may have ${whole(MEMORY_OF_SOME_ACCOUNTS)} MB at most, until AWS support raises it. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html`;
  return [issue("function.memorySize", size, notice)];
}

function whole(count: number): string {
  return count.toLocaleString("en-US");
}
