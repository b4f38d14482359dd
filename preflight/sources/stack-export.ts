import { UserError } from "../errors/user-error.js";
import { cleanText } from "../resources/clean-text.js";
import { isNestedTooDeep, TOO_DEEP } from "../resources/hostile.js";
import { isRecord, type Properties } from "../resources/read.js";
import type { SourceResource } from "../resources/resource.js";
import { holdsUnknown } from "../resources/unknown.js";
import { copiesOf, withoutCopies } from "./provider-copies.js";
import { Secrets } from "./secrets.js";
import { isUnknownText, providerUrn } from "./wire-values.js";

const VERSIONS = [3, 4];

/**
 * The resources of a `pulumi stack export`. Secrets that are not in plain text are unknown. Resources that are pending
 * deletion or replacement are left out.
 *
 * @throws UserError if the JSON is not a stack export, or if it hides what is to be proved
 */
export function resourcesFromExport(json: unknown): SourceResource[] {
  if (!isRecord(json)) throw new UserError(`a stack export is a JSON object, this is ${nameOf(json)}`);
  const { version, deployment } = json;
  if (!isRecord(deployment)) {
    throw new UserError('not a stack export: it has no "deployment"; write one with `pulumi stack export`');
  }
  if (typeof version === "number" && !VERSIONS.includes(version)) {
    throw new UserError(
      `a stack export of version ${version} is not supported; supported: ${VERSIONS.join(", ")}`,
    );
  }
  const { resources = [] } = deployment;
  if (!Array.isArray(resources))
    throw new UserError('not a stack export: "deployment.resources" is not a list');
  return resources.flatMap((resource: unknown, i) => {
    if (!isRecord(resource))
      throw new UserError(`deployment.resources[${i}] is ${nameOf(resource)}, not an object`);
    return isGone(resource) ? [] : [resourceOf(resource, i)];
  });
}

/**
 * Whether AWS no longer has a resource, or will not have it after the update. `delete` marks the old resource of a
 * replacement, `pendingReplacement` one that was deleted before its replacement is created.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go
 */
function isGone({ delete: isDeleted, pendingReplacement }: Properties): boolean {
  return isDeleted === true || pendingReplacement === true;
}

function resourceOf(resource: Properties, i: number): SourceResource {
  const {
    urn,
    type,
    parent,
    provider,
    id,
    inputs,
    outputs,
    dependencies,
    propertyDependencies,
    external,
    custom,
  } = resource;
  if (typeof urn !== "string") throw new UserError(`deployment.resources[${i}] has no "urn"`);
  if (typeof type !== "string")
    throw new UserError(`deployment.resources[${i}] (${cleanText(urn)}) has no "type"`);
  if (isNestedTooDeep(resource))
    throw new UserError(`deployment.resources[${i}] (${cleanText(urn)}) ${TOO_DEEP}`);
  const secrets = new Secrets();
  const { properties, found } = deployedProperties(
    type,
    secrets.opened(inputs),
    secrets.opened(outputs),
    external === true,
  );
  secrets.hideNameIn(id, properties.arn);
  // An intent that cannot be read would be missing among the proofs without a sign.
  if (custom === false && holdsUnknown(properties.intents)) {
    const name = cleanText(urn.split("::").at(-1) ?? urn);
    throw new UserError(
      `the intents of ${name} (${cleanText(type)}) are secret, so they cannot be proved; export with: pulumi stack export --show-secrets`,
    );
  }
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::") || urn,
    ...(typeof parent === "string" ? { parent } : {}),
    ...(custom === false ? { isComponent: true } : {}),
    ...(typeof provider === "string" && provider !== "" ? { provider: providerUrn(provider) } : {}),
    ...(typeof id === "string" && id !== "" && !isUnknownText(id) ? { id } : {}),
    properties,
    ...(found !== undefined && { found }),
    ...(secrets.texts.length > 0 && { secretTexts: secrets.texts }),
    ...(external === true && { isRead: true }),
    ...(Array.isArray(dependencies) && { dependencies: texts(dependencies) }),
    ...(isRecord(propertyDependencies)
      ? { propertyDependencies: released(dependenciesOf(propertyDependencies)) }
      : {}),
  };
}

function dependenciesOf(properties: Properties): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(properties).map(([property, urns]) => [property, Array.isArray(urns) ? texts(urns) : []]),
  );
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === "string");
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/**
 * Names of properties in the released provider, by their plural. Pulumi's Terraform bridge makes a list's name plural
 * unless the provider overrides it. The released provider does so for rules, other builds of it do not.
 */
const RELEASED = new Map([
  ["ingresses", "ingress"],
  ["egresses", "egress"],
]);

/**
 * A deployed resource's properties: inputs overlaid with outputs. The provider's copies are set apart as `found`.
 * @param isRead whether the stack only reads the resource, which then has no inputs
 */
export function deployedProperties(
  type: string,
  inputs: Properties,
  outputs: Properties,
  isRead: boolean,
): Pick<SourceResource, "properties" | "found"> {
  if (copiesOf(type).length === 0) return { properties: { ...inputs, ...outputs } };
  const [written, found] = [released(inputs), released(outputs)];
  const all = { ...written, ...found };
  // Without inputs there is nothing to compare the outputs with.
  if (isRead || Object.keys(written).length === 0) return { properties: all };
  const { own, copies } = withoutCopies(type, all, (name) => Object.hasOwn(written, name));
  return Object.values(copies).every(isAbsent) ? { properties: own } : { properties: own, found: copies };
}

/** Whether a copy has nothing in it: the provider writes an empty list or text. */
function isAbsent(copy: unknown): boolean {
  return copy === undefined || copy === null || copy === "" || (Array.isArray(copy) && copy.length === 0);
}

export function released<T>(bag: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(bag).map(([name, value]) => [RELEASED.get(name) ?? name, value]));
}
