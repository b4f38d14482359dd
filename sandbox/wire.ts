import { isRecord } from "../preflight/graph/read.js";
import { UNKNOWN } from "../preflight/graph/unknown.js";

// The engine's marks for values that JSON has no word for:
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Plain values of what goes over the engine's wire: secrets opened, unknown ones `UNKNOWN`. */
export function plain(value: unknown): unknown {
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  switch (value[SIGNATURE]) {
    case SECRET:
    case OUTPUT:
      return "value" in value ? plain(value.value) : UNKNOWN;
    case RESOURCE:
      return plain(value.id ?? value.urn);
    default:
      return plainRecord(value);
  }
}

export function plainRecord(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Whether a secret stands in a value, at any depth. */
export function hasSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecret);
  return isRecord(value) && (value[SIGNATURE] === SECRET || Object.values(value).some(hasSecret));
}

/** The text of a file in an archive of texts, such as a function's bundle. */
export function fileInArchive(archive: unknown, file: string): string | undefined {
  if (!isRecord(archive) || archive[SIGNATURE] !== ARCHIVE || !isRecord(archive.assets)) return undefined;
  const asset = archive.assets[file];
  return isRecord(asset) && typeof asset.text === "string" ? asset.text : undefined;
}
