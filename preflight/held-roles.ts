import { type Graph, isKnown, type Key, type Role, type SourceResource } from "./graph/index.js";
import { ofType } from "./graph/of-type.js";

/**
 * The resources of a type that hold a role.
 * @param key the role's
 * @param property what names it by its ARN: `roleArn`
 */
export function holdersOf(
  graph: Graph,
  key: Key,
  { arn }: Role,
  type: string,
  property: string,
): SourceResource[] {
  return ofType(graph, type).filter(
    ({ properties, propertyDependencies }) =>
      (isKnown(arn) && properties[property] === arn) ||
      propertyDependencies?.[property]?.includes(key) === true,
  );
}
