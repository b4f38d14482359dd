import { createHash } from "node:crypto";
import { isRecord, json, type Properties } from "../resources/read.js";
import { holdsUnknown, UNKNOWN } from "../resources/unknown.js";
import { assetsOf } from "../sources/wire-values.js";
import type { DeployedResource } from "./deployed.js";

/** How a planned input stands to the deployed one. `unknown`: one of them is not known before the update. */
export type Difference = "changed" | "unknown";

/** Inputs that the provider adds by itself. */
const ADDED = new Set(["__defaults", "tagsAll", "region"]);

/**
 * The inputs in which a planned resource differs from the deployed one, by name. What the provider chose, such as a
 * name with random letters, differs only if the program now gives it.
 */
export function differences(
  planned: Properties,
  { inputs, defaults }: Pick<DeployedResource, "inputs" | "defaults">,
  ignored: readonly string[] = [],
): ReadonlyMap<string, Difference> {
  const found = new Map<string, Difference>();
  for (const name of new Set([...Object.keys(planned), ...Object.keys(inputs)])) {
    if (ignored.includes(name) || name === "__defaults") continue;
    const [now, before] = [planned[name], inputs[name]];
    if (isAbsent(now) && (defaults.has(name) || ADDED.has(name))) continue;
    const difference = compare(now, before);
    if (difference !== undefined) found.set(name, difference);
  }
  return found;
}

function compare(now: unknown, before: unknown): Difference | undefined {
  if (isAbsent(now) && isAbsent(before)) return undefined;
  if (now === UNKNOWN || before === UNKNOWN) return "unknown";
  const [files, deployedFiles] = [assetsOf(now), assetsOf(before)];
  if (files !== undefined && deployedFiles !== undefined)
    return sameFiles(files, deployedFiles) ? undefined : "changed";
  if (Array.isArray(now) && Array.isArray(before)) {
    if (now.length !== before.length) return "changed";
    return worst(now.map((item, i) => compare(item, before[i])));
  }
  if (isRecord(now) && isRecord(before)) {
    const names = [...new Set([...Object.keys(now), ...Object.keys(before)])].filter(
      (name) => name !== "__defaults",
    );
    const chosen = Array.isArray(before.__defaults) ? before.__defaults.map(String) : [];
    return worst(
      names.map((name) =>
        isAbsent(now[name]) && chosen.includes(name) ? undefined : compare(now[name], before[name]),
      ),
    );
  }
  if (typeof now === "string" && typeof before === "string") return compareTexts(now, before);
  if (holdsUnknown(now) || holdsUnknown(before)) return "unknown";
  return String(now) === String(before) && !isRecord(now) ? undefined : "changed";
}

/** Texts; documents in JSON are the same if they say the same. */
function compareTexts(now: string, before: string): Difference | undefined {
  if (now === before) return undefined;
  const [document, deployed] = [documentOf(now), documentOf(before)];
  return document === undefined || deployed === undefined ? "changed" : compare(document, deployed);
}

function documentOf(text: string): unknown {
  return /^\s*[[{]/.test(text) ? json(text) : undefined;
}

function worst(all: readonly (Difference | undefined)[]): Difference | undefined {
  if (all.includes("changed")) return "changed";
  return all.find((one) => one !== undefined);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Whether an archive has the same files. The state holds the files' hashes, and not always their texts. */
function sameFiles(now: Properties, before: Properties): boolean {
  const names = Object.keys(now);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => {
      const [file, deployed] = [now[name], before[name]];
      if (!isRecord(file) || !isRecord(deployed) || typeof file.text !== "string") return false;
      const hash = createHash("sha256").update(file.text).digest("hex");
      return deployed.hash === hash || deployed.text === file.text;
    })
  );
}
