import { isUnknownText, plainValue } from "./engine-values.js";
import { deployedProperties, released } from "./property-names.js";
import { isRecord, type Properties } from "./read.js";
import type { SourceResource } from "./source.js";
import { UNKNOWN } from "./unknown.js";

/** A file that is not a stack export; its message is for the person who gave it. */
export class ExportError extends Error {
  override readonly name = "ExportError";
}

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
    ...(typeof id === "string" && id !== "" && !isUnknownText(id) ? { id } : {}),
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

function unwrap(value: unknown): unknown {
  return plainValue(value, ({ plaintext }) => secret(plaintext));
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
