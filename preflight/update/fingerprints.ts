import { createHash } from "node:crypto";
import { isRecord } from "../resources/read.js";
import type { RecordedResource } from "../sources/mocks/recorded-resource.js";
import { assetsOf } from "../sources/wire-values.js";
import type { DeployedResource } from "./deployed.js";
import { type UpdatePlan, UpdatePlanner } from "./plan.js";

/** A resource of a report: which inputs it had, without their values. */
export interface Fingerprint {
  readonly urn: string;
  readonly type: string;
  /** A hash of each input; `secret` for a secret, which a hash would give away. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly retained?: boolean | undefined;
  readonly protected?: boolean | undefined;
}

const SECRET = "secret";

/** The resources of a program in memory, for a report that a later run compares with. */
export function fingerprints(resources: readonly RecordedResource[]): Fingerprint[] {
  return resources
    .filter(({ isComponent, type }) => !isComponent && !type.startsWith("pulumi:"))
    .map((resource) => ({
      urn: resource.urn,
      type: resource.type,
      inputs: hashes(resource),
      ...(resource.retainOnDelete === true && { retained: true }),
      ...(resource.protect === true && { protected: true }),
    }));
}

/**
 * What an update would do to the stack that a report is about, if it was deployed as the report has it. Both sides are
 * programs in memory, in which a resource's id does not change if it is replaced, so the dependencies tell what follows.
 */
export function planSinceReport(
  report: { readonly project: string; readonly stack: string; readonly resources: readonly Fingerprint[] },
  resources: readonly RecordedResource[],
  region: string,
): UpdatePlan {
  const { project, stack } = report;
  const planner = new UpdatePlanner({ project, stack, resources: report.resources.map(asDeployed) }, region);
  for (const resource of resources) {
    if (resource.isComponent || resource.type.startsWith("pulumi:")) continue;
    planner.stateOf({
      urn: resource.urn,
      type: resource.type,
      name: resource.name,
      aliases: resource.aliases ?? [],
      inputs: hashes(resource),
      propertyDependencies: resource.propertyDependencies ?? {},
      ignoreChanges: resource.ignoreChanges ?? [],
      replaceOnChanges: resource.replaceOnChanges ?? [],
      protect: resource.protect === true,
    });
  }
  const { steps, notes } = planner.plan();
  const secrets = resources.some(({ secrets: names }) => names.length > 0);
  return {
    steps,
    notes: [
      ...notes,
      "Compared with a saved report: ids and addresses are not known, and changes in AWS since then are not seen.",
      ...(secrets ? ["A changed secret is not seen."] : []),
    ],
  };
}

function asDeployed({ urn, type, inputs, retained, protected: isProtected }: Fingerprint): DeployedResource {
  return {
    urn,
    type,
    name: urn.split("::").slice(3).join("::"),
    // The planner takes a resource without an id for one that the update makes again.
    id: urn,
    inputs,
    outputs: {},
    defaults: new Set(),
    isProtected: isProtected === true,
    isRetained: retained === true,
  };
}

function hashes({ inputs, secrets }: RecordedResource): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, secrets.includes(name) ? SECRET : hashOf(value)]),
  );
}

function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(assetsOf(value) ?? value, sorted) ?? "undefined")
    .digest("hex")
    .slice(0, 12);
}

/** Sorts the keys of objects, and writes an unknown value as a text. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value === "symbol") return value.toString();
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
