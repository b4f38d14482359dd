import { deployedProperties, released } from "./property-names.js";
import { isRecord, type Properties } from "./read.js";
import type { SourceResource } from "./source.js";
import { UNKNOWN } from "./unknown.js";

/** A file that is not a stack export; its message is for the person who gave it. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}

/** The engine's marks in a deployment: https://github.com/pulumi/pulumi sdk/go/common/resource */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_TEXTS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const VERSIONS = [3, 4];

/**
 * The resources of a `pulumi stack export`. Secrets that are not in plain text are unknown; resources that are
 * waiting to be deleted are left out.
 *
 * @throws {ExportError} when the JSON is not a stack export.
 */
export function resourcesFromExport(json: unknown): SourceResource[] {
  if (!isRecord(json)) throw new ExportError(`a stack export is a JSON object, this is ${nameOf(json)}`);
  const { version, deployment } = json;
  if (!isRecord(deployment)) {
    throw new ExportError('not a stack export: it has no "deployment"; write one with `pulumi stack export`');
  }
  if (typeof version === "number" && !VERSIONS.includes(version)) {
    throw new ExportError(
      `a stack export of version ${version} is not supported; supported: ${VERSIONS.join(", ")}`,
    );
  }
  const { resources = [] } = deployment;
  if (!Array.isArray(resources))
    throw new ExportError('not a stack export: "deployment.resources" is not a list');
  return resources.flatMap((resource: unknown, i) => {
    if (!isRecord(resource))
      throw new ExportError(`deployment.resources[${i}] is ${nameOf(resource)}, not an object`);
    return resource.delete === true ? [] : [resourceOf(resource, i)];
  });
}

function resourceOf(resource: Properties, i: number): SourceResource {
  const { urn, type, parent, id, inputs, outputs, propertyDependencies, external } = resource;
  if (typeof urn !== "string") throw new ExportError(`deployment.resources[${i}] has no "urn"`);
  if (typeof type !== "string") throw new ExportError(`deployment.resources[${i}] (${urn}) has no "type"`);
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::") || urn,
    ...(typeof parent === "string" ? { parent } : {}),
    ...(typeof id === "string" && id !== "" && !UNKNOWN_TEXTS.has(id) ? { id } : {}),
    properties: deployedProperties(type, valuesOf(inputs), valuesOf(outputs), external === true),
    ...(isRecord(propertyDependencies)
      ? { propertyDependencies: released(dependenciesOf(propertyDependencies)) }
      : {}),
  };
}

function valuesOf(properties: unknown): Record<string, unknown> {
  if (!isRecord(properties)) return {};
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, unwrap(value)]));
}

/** Plain values: secrets and resource references unwrapped, what is not known as `UNKNOWN`. */
function unwrap(value: unknown): unknown {
  if (typeof value === "string") return UNKNOWN_TEXTS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isRecord(value)) return value;
  switch (value[SIGNATURE_KEY]) {
    case SECRET_SIGNATURE:
      return secret(value.plaintext);
    case OUTPUT_SIGNATURE:
      return value.value === undefined ? UNKNOWN : unwrap(value.value);
    case RESOURCE_SIGNATURE:
      return unwrap(value.id ?? value.urn);
    default:
      return valuesOf(value);
  }
}

/** The plain text of a secret is JSON. */
function secret(plaintext: unknown): unknown {
  if (typeof plaintext !== "string") return UNKNOWN;
  try {
    return unwrap(JSON.parse(plaintext));
  } catch {
    return UNKNOWN;
  }
}

function dependenciesOf(properties: Properties): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(properties).map(([property, urns]) => [
      property,
      Array.isArray(urns) ? urns.filter((urn) => typeof urn === "string") : [],
    ]),
  );
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
