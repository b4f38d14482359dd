import type { Graph, LambdaFunction } from "../graph/index.js";
import { isKnown } from "../graph/index.js";
import type { Need } from "../iam/index.js";
import { READ, readArn } from "../reachability/deliveries/roles.js";

/**
 * What Lambda does with a function's role to read the queues and streams of its event source mappings.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function pollNeeds(graph: Graph, { ref }: LambdaFunction): Need[] {
  return graph.deliveries
    .filter(({ to, means }) => to === ref.urn && means.kind === "poll")
    .flatMap(({ ref: mapping, from }) => {
      const source = isKnown(from) ? graph.managedResources.get(from) : undefined;
      const resource = source && readArn(graph, source);
      if (source === undefined || resource === undefined) return [];
      const reason = `${mapping.name} reads ${source.ref.name}`;
      return (READ[source.kind] ?? []).map((action) => ({ action, resource, reason }));
    });
}
