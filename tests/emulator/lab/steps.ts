import type { SourceResource } from "../../../preflight/graph/index.js";
import { CreationOrder } from "../../../preflight/order/creation-order.js";

/** When the engine began and ended its work on a resource, by its events' numbers. */
interface Step {
  begin: number;
  end: number;
}

/** The steps of an update or a deletion, by URN, from the events that `--json` prints. */
export function stepsIn(stdout: string): ReadonlyMap<string, Step> {
  const steps = new Map<string, Step>();
  for (const line of stdout.split("\n").filter((text) => text.startsWith("{"))) {
    const { sequence, resourcePreEvent, resOutputsEvent } = JSON.parse(line);
    const { urn, op } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
    if (urn === undefined || op === "same") continue;
    const step = steps.get(urn) ?? { begin: Number.POSITIVE_INFINITY, end: 0 };
    if (resourcePreEvent !== undefined) step.begin = Math.min(step.begin, sequence);
    else step.end = Math.max(step.end, sequence);
    steps.set(urn, step);
  }
  return steps;
}

/**
 * Where the engine did not keep to the order that preflight computes: what was made before something that it waits for
 * was there or, if resources were deleted, what was deleted before something that waited for it was gone.
 */
export function outOfOrder(
  steps: ReadonlyMap<string, Step>,
  resources: readonly SourceResource[],
  did: "create" | "delete",
): string[] {
  const order = new CreationOrder(new Map(resources.map((resource) => [resource.urn, resource])));
  // A component ends when its last child does, and is nothing in AWS.
  const real = resources.filter(({ isComponent = false }) => !isComponent).map(({ urn }) => urn);
  return real.flatMap((urn) =>
    real
      .filter((earlier) => order.before(urn).has(earlier))
      .flatMap((earlier) => {
        const [first, then] = did === "create" ? [earlier, urn] : [urn, earlier];
        const [one, other] = [steps.get(first), steps.get(then)];
        if (one === undefined || other === undefined || one.end < other.begin) return [];
        return [`${nameOf(then)} before ${nameOf(first)}`];
      }),
  );
}

/** The type's last part and the name: `Alias fetcher-live`. */
export function nameOf(urn: string): string {
  const [, , type = "", name] = urn.split("::");
  return `${type.split(":").at(-1)} ${name}`;
}
