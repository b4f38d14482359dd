import { regionOfZone } from "../../aws/regions.js";
import { isAccountId, parseArn } from "../../iam/arn.js";
import { groupBy, json, list, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isSet } from "../../resources/unknown.js";
import type { Home, Key } from "../model.js";

const PROVIDER = "pulumi:providers:aws";

/**
 * The account and the Region of each resource: its own `region`, which every resource has since version 7 of the
 * provider, else those in its ARN or its Availability Zone, else its provider's. A provider that names none of its own
 * is where most of its resources are.
 * https://www.pulumi.com/registry/packages/aws/installation-configuration/
 *
 * @param stack where most of the stack is
 * @param target where the stack is deployed, if that is declared
 */
export function homesOf(
  resources: ReadonlyMap<Key, SourceResource>,
  stack: Home,
  target: Home,
): (resource: SourceResource) => Home {
  const inAws = [...resources.values()].filter(({ type }) => type.startsWith("aws:"));
  const groups = groupBy(inAws, ({ provider }) => provider);
  const providers = new Map(
    [...groups].map(([urn, members]): [string | undefined, Home] => {
      const declared = declaredBy(urn === undefined ? undefined : resources.get(urn));
      const own = members.map(ownHome);
      const shared = {
        account: declared.account ?? most(own.map(({ account }) => account)),
        region: declared.region ?? most(own.map(({ region }) => region)),
      };
      if (groups.size === 1) return [urn, either(shared, stack)];
      // With several providers, what one of them does not say is not known, but the default one is the deployment's.
      return [urn, isDefault(urn) ? either(shared, target) : shared];
    }),
  );
  return (resource) => {
    if (resource.type === PROVIDER) return providers.get(resource.urn) ?? declaredBy(resource);
    return either(ownHome(resource), providers.get(resource.provider) ?? {});
  };
}

/** Whether a provider is the one that the engine makes from the stack's configuration, such as `default_7_48_0`. */
function isDefault(urn: string | undefined): boolean {
  return urn === undefined || /::default(_[0-9_]+)?$/.test(urn);
}

function either(first: Home, second: Home): Home {
  return { account: first.account ?? second.account, region: first.region ?? second.region };
}

/** Resources whose `arn` names another resource, which may be in another account or Region. */
const NAMES_ANOTHER: ReadonlySet<string> = new Set(["aws:cloudwatch/eventTarget:EventTarget"]);

/** What a resource itself says. */
export function ownHome({ type, properties }: SourceResource): Home {
  const written = NAMES_ANOTHER.has(type) ? undefined : text(properties.arn);
  const arn = isSet(written) ? parseArn(written) : undefined;
  const zone = text(properties.availabilityZone);
  const own = text(properties.region);
  const isRegional = type.startsWith("aws:") && isSet(own);
  return {
    account: arn !== undefined && isAccountId(arn.account) ? arn.account : undefined,
    region:
      (isRegional ? own : undefined) ??
      (arn?.region || undefined) ??
      (isSet(zone) ? regionOfZone(zone) : undefined),
  };
}

/** What a provider's configuration says. */
function declaredBy(provider: SourceResource | undefined): Home {
  if (provider === undefined) return {};
  const { region, allowedAccountIds, assumeRole, assumeRoles } = provider.properties;
  const [only, ...others] = list(parsed(allowedAccountIds)).map(String);
  const roles = [parsed(assumeRole), ...list(parsed(assumeRoles))];
  const last = roles.flatMap((role) => accountOfRole(role) ?? []).at(-1);
  const written = text(region);
  return {
    account: only !== undefined && others.length === 0 && isAccountId(only) ? only : last,
    region: isSet(written) ? written : undefined,
  };
}

/** The account of a role that a provider assumes. Of a chain of roles the last one counts. */
function accountOfRole(role: unknown): string | undefined {
  if (typeof role !== "object" || role === null || !("roleArn" in role)) return undefined;
  const arn = text(role.roleArn);
  const account = isSet(arn) ? parseArn(arn)?.account : undefined;
  return account !== undefined && isAccountId(account) ? account : undefined;
}

/** A provider's configuration reaches it as text, lists and objects as JSON. */
function parsed(value: unknown): unknown {
  return typeof value === "string" ? (json(value) ?? value) : value;
}

/** The most frequent value; of equally frequent ones the first in the alphabet. */
export function most(values: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
}

/** Whether two places are certainly not the same: in another account or another Region. */
export function isElsewhere(a: Home, b: Home, scope: "account" | "region" = "region"): boolean {
  const differs = (one: string | undefined, other: string | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  return differs(a.account, b.account) || (scope === "region" && differs(a.region, b.region));
}
