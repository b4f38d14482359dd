import { type Graph, graphFromResources, type SourceResource } from "../../graph/index.js";
import { list } from "../../resources/read.js";
import { holdsUnknown } from "../../resources/unknown.js";
import { withPlannedValues } from "./planned-values.js";
import { type EngineResource, sourceResources, type WrittenProperties } from "./resources.js";

/** A stack as the engine knows it at preview or after an update. */
export interface StackView {
  readonly graph: Graph;
  /** Components whose intents are not known yet, so that none of them is proved. */
  readonly undeclared: readonly SourceResource[];
}

/** Builds a graph from the engine's resources. */
export function viewStack(resources: readonly EngineResource[], written?: WrittenProperties): StackView {
  const sources = withPlannedValues(sourceResources(resources, written));
  const undeclared = sources.filter(({ properties }) => holdsUnknown(properties.intents));
  const graph = graphFromResources(
    sources.map((source) => (undeclared.includes(source) ? withoutUnknownIntents(source) : source)),
    declaredTarget(sources),
  );
  return { graph, undeclared };
}

/** The resource without its unknown intents, so that the known ones are still proved. */
function withoutUnknownIntents(source: SourceResource): SourceResource {
  const intents = list(source.properties.intents).filter((intent) => !holdsUnknown(intent));
  return { ...source, properties: { ...source.properties, intents } };
}

const ARN = /arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):/g;

/**
 * The account and the Region in the components' outputs. At a first preview no resource has an ARN yet, but components
 * name their deployment target. Several accounts or Regions prove nothing.
 */
function declaredTarget(sources: readonly SourceResource[]): { account?: string; region?: string } {
  const texts = sources.map(({ properties: { intents, planned } }) => JSON.stringify([intents, planned]));
  const found = texts.flatMap((text) => [...text.matchAll(ARN)]);
  return {
    account: only(found.map(([, , account]) => account)),
    region: only(found.map(([, region]) => region)),
  };
}

function only(values: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = new Set(values.filter((value) => value !== ""));
  return others.length === 0 ? first : undefined;
}
