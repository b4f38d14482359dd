import { type Graph, isKnown, type RestApi } from "../../preflight/graph/index.js";
import { isRecord } from "../../preflight/resources/read.js";

/** What an API and its stage say of all of their methods. */
export interface ApiSettings {
  readonly apiId: string;
  readonly stageName: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly binaryMediaTypes: readonly string[];
  /** Whether the stage has a cache; which methods use it is up to their settings. */
  readonly hasCache: boolean;
}

/** @param stageName of the API's only stage */
export function settingsOf(graph: Graph, api: RestApi, stageName: string, region: string): ApiSettings {
  const { executionArn, binaryMediaTypes } = graph.resources.get(api.ref.urn)?.properties ?? {};
  const { variables, cacheClusterEnabled } =
    graph.resources.get(api.stages[0]?.ref.urn ?? "")?.properties ?? {};
  return {
    apiId: isKnown(api.id) ? api.id : "",
    stageName,
    accountId: String(executionArn).split(":")[4] ?? "",
    region,
    stageVariables: Object.fromEntries(
      Object.entries(isRecord(variables) ? variables : {}).map(([name, value]) => [name, String(value)]),
    ),
    binaryMediaTypes: Array.isArray(binaryMediaTypes) ? binaryMediaTypes.map(String) : [],
    hasCache: cacheClusterEnabled === true,
  };
}
