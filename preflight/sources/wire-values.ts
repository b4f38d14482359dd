import { isRecord } from "../resources/read.js";
import { UNKNOWN } from "../resources/unknown.js";

/** The engine's marks for what JSON has no word for: https://github.com/pulumi/pulumi sdk/go/common/resource */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
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

/** Whether a text stands for a value that is not known yet. */
export function isUnknownText(text: string): boolean {
  return UNKNOWN_TEXTS.has(text);
}

/**
 * Plain values of what the engine writes: outputs and resource references unwrapped, what is not known `UNKNOWN`.
 * @param open what a secret holds; exports and the wire keep it differently
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
