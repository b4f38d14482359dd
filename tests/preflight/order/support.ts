import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../../preflight/graph/index.js";
import { checkOrder } from "../../../preflight/order/check-order.js";
import { labelOf, type Proof, proveIntents } from "../../../preflight/reachability/index.js";

/** `fetcher -> ssm: fetcher-live < ssm-endpoint, ssm-from-fetcher` for each late path, with what it needs sorted. */
export function latePaths(resources: readonly SourceResource[], proofs?: readonly Proof[]): string[] {
  const graph = graphFromResources(resources);
  return checkOrder(graph, proofs ?? proveIntents(graph)).late.map(({ intent, user, late }) => {
    const needs = late.map(({ ref, waitsForUser }) => `${ref.name}${waitsForUser ? " (circle)" : ""}`).sort();
    return `${labelOf(intent.from)} -> ${labelOf(intent.to)}: ${user.name} < ${needs.join(", ")}`;
  });
}

/** The stack without the dependencies of some resources on another one. */
export function cut(
  resources: readonly SourceResource[],
  isWaiting: (resource: SourceResource) => boolean,
  urn: string,
): readonly SourceResource[] {
  let count = 0;
  const cutFrom = resources.map((resource) => {
    if (!isWaiting(resource)) return resource;
    const { dependencies = [], propertyDependencies = {} } = resource;
    const left = (urns: readonly string[]) => urns.filter((each) => each !== urn);
    if ([...dependencies, ...Object.values(propertyDependencies).flat()].includes(urn)) count += 1;
    return {
      ...resource,
      dependencies: left(dependencies),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([property, urns]) => [property, left(urns)]),
      ),
    };
  });
  expect(count, `something waits for ${urn}`).to.be.above(0);
  return cutFrom;
}

/** Every pair of a resource and one that it waits for by itself, each once. */
export function dependenciesIn(
  resources: readonly SourceResource[],
): { readonly waiting: string; readonly on: string }[] {
  return resources.flatMap(({ urn, dependencies = [], propertyDependencies = {} }) =>
    [...new Set([...dependencies, ...Object.values(propertyDependencies).flat()])].map((on) => ({
      waiting: urn,
      on,
    })),
  );
}
