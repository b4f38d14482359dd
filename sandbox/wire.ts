import { isRecord } from "../preflight/resources/read.js";
import { UNKNOWN } from "../preflight/resources/unknown.js";
import { plainValue, SECRET_SIGNATURE, SIGNATURE_KEY } from "../preflight/sources/wire-values.js";

const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Plain values of what goes over the engine's wire: secrets opened, unknown ones `UNKNOWN`. */
function plain(value: unknown): unknown {
  return plainValue(value, (secret) => ("value" in secret ? plain(secret.value) : UNKNOWN));
}

export function plainRecord(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Whether a secret stands in a value, at any depth. */
export function hasSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecret);
  return (
    isRecord(value) && (value[SIGNATURE_KEY] === SECRET_SIGNATURE || Object.values(value).some(hasSecret))
  );
}

/** The text of a file in an archive of texts, such as a function's bundle. */
export function fileInArchive(archive: unknown, file: string): string | undefined {
  if (!isRecord(archive) || archive[SIGNATURE_KEY] !== ARCHIVE || !isRecord(archive.assets)) return undefined;
  const asset = archive.assets[file];
  return isRecord(asset) && typeof asset.text === "string" ? asset.text : undefined;
}
