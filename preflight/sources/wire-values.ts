import { isRecord } from "../resources/read.js";
import { UNKNOWN } from "../resources/unknown.js";

/** The engine's marks for values that JSON cannot express: https://github.com/pulumi/pulumi sdk/go/common/resource */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
export const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The runtime's text for a value that is not known yet, of whatever type. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWN_TEXTS = new Set([
  UNKNOWN_TEXT,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The URN in a reference to a provider, which is the provider's URN, `::` and its id. */
export function providerUrn(reference: string): string {
  return reference.split("::").slice(0, 4).join("::");
}

/** Whether a text represents a value that is not known yet. */
export function isUnknownText(text: string): boolean {
  return UNKNOWN_TEXTS.has(text);
}

/**
 * Plain values of the engine's format: outputs and resource references are unwrapped, unknown values are `UNKNOWN`.
 * @param open opens a secret, because exports and the wire store it differently
 */
export function plainValue(
  value: unknown,
  open: (secret: Readonly<Record<string, unknown>>) => unknown,
): unknown {
  if (typeof value === "string") return isUnknownText(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((item) => plainValue(item, open));
  if (!isRecord(value)) return value;
  switch (value[SIGNATURE_KEY]) {
    case SECRET_SIGNATURE:
      return open(value);
    case OUTPUT_SIGNATURE:
      return value.value === undefined ? UNKNOWN : plainValue(value.value, open);
    case RESOURCE_SIGNATURE:
      return plainValue(value.id ?? value.urn, open);
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item, open)]));
  }
}

/** Plain values of the engine's wire format: secrets are opened, unknown values are `UNKNOWN`. */
function plain(value: unknown): unknown {
  return plainValue(value, (secret) => ("value" in secret ? plain(secret.value) : UNKNOWN));
}

export function plainRecord(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Whether a value contains a secret, at any depth. */
export function hasSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecret);
  return (
    isRecord(value) && (value[SIGNATURE_KEY] === SECRET_SIGNATURE || Object.values(value).some(hasSecret))
  );
}

/** The files of an archive, by name. */
export function assetsOf(archive: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(archive) && archive[SIGNATURE_KEY] === ARCHIVE_SIGNATURE && isRecord(archive.assets)
    ? archive.assets
    : undefined;
}

/** The text of a file in an archive of texts, such as a function's bundle. */
export function fileInArchive(archive: unknown, file: string): string | undefined {
  const asset = assetsOf(archive)?.[file];
  return isRecord(asset) && typeof asset.text === "string" ? asset.text : undefined;
}

/**
 * A plain copy of a value that the engine passes to a policy, with `UNKNOWN` for every unknown value.
 *
 * At preview such a value is a Proxy that throws if an unknown property is read. An error that leaves a policy would
 * turn a mandatory policy into a warning, so each property is read separately, and a property that cannot be read is
 * unknown. A provider writes `null` for a property that was not given, so it is left out.
 */
function knownValue(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, i) => knownProperty(value, i));
  if (!isRecord(value)) return value;
  return isPlain(value) ? knownProperties(value) : UNKNOWN; // the content of an asset does not matter
}

/** Like {@link knownValue}, for an object's properties. */
export function knownProperties(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(value)
      .map((key) => [key, knownProperty(value, key)])
      .filter(([, property]) => property !== null && property !== undefined),
  );
}

function knownProperty(holder: object, key: PropertyKey): unknown {
  try {
    return knownValue(Reflect.get(holder, key));
  } catch {
    return UNKNOWN;
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
