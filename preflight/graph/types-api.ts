import type { Key, Node, PolicySource } from "./types.js";
import type { Maybe } from "./unknown.js";

/** What an integration asks an AWS service to do, with the role that it names. */
export interface ServiceAction {
  /** As in IAM and in the service's endpoint: `dynamodb`. */
  readonly service: string;
  /** `PutItem`; undefined for a URI with a path, which does not say. */
  readonly action: string | undefined;
  /** Resources of the stack that the mapping templates name. */
  readonly resources: readonly Key[];
  /** The table's index that they name. */
  readonly index: string | undefined;
}

export interface ApiIntegration extends Node {
  readonly type: Maybe<string>;
  readonly uri: Maybe<string> | undefined;
  /** The function that it invokes. */
  readonly function: Maybe<Key> | undefined;
  readonly qualifier: Maybe<string> | undefined;
  /** The AWS service that it calls by itself. */
  readonly serviceAction: ServiceAction | undefined;
  readonly credentials: Maybe<Key> | undefined;
}

export interface ApiMethod extends Node {
  readonly httpMethod: Maybe<string>;
  /** `/messages`, from the root. */
  readonly path: Maybe<string>;
  readonly authorization: Maybe<string>;
  readonly apiKeyRequired: Maybe<boolean>;
  readonly integration: ApiIntegration | undefined;
}

export interface RestApi extends Node {
  readonly id: Maybe<string>;
  readonly endpointType: Maybe<"EDGE" | "REGIONAL" | "PRIVATE">;
  readonly vpcEndpoints: readonly Maybe<Key>[];
  readonly disableExecuteApiEndpoint: Maybe<boolean>;
  readonly policy: PolicySource | undefined;
  readonly methods: readonly ApiMethod[];
  readonly stages: readonly ApiStage[];
  /** Whether an OpenAPI body may define methods that are not listed. */
  readonly hasBody: boolean;
}

export interface ApiStage extends Node {
  readonly stageName: Maybe<string>;
  /** GB; undefined: no cache. */
  readonly cacheSize: Maybe<string> | undefined;
  readonly settings: readonly MethodSetting[];
}

/** What a stage sets for all its methods, or for one of them. */
export interface MethodSetting extends Node {
  /** As AWS writes it: any method of any path is two asterisks with a slash between, else `~1messages/GET`. */
  readonly methodPath: Maybe<string>;
  readonly cachingEnabled: Maybe<boolean>;
  /** Requests a second; undefined: none but the account's. */
  readonly rateLimit: Maybe<number> | undefined;
  /** Requests at once. */
  readonly burstLimit: Maybe<number> | undefined;
}

/** A custom domain name of API Gateway. */
export interface DomainName extends Node {
  readonly domainName: Maybe<string>;
  readonly endpointType: Maybe<"EDGE" | "REGIONAL" | "PRIVATE">;
  /** Only a private domain name has one of its own. */
  readonly domainNameId: Maybe<string> | undefined;
  /** Undefined: a public domain name, or a private one that refuses everybody. */
  readonly policy: PolicySource | undefined;
  readonly mappings: readonly BasePathMapping[];
  /** Endpoints that may present a private domain name. */
  readonly associations: readonly Maybe<Key>[];
}

export interface BasePathMapping extends Node {
  readonly api: Maybe<Key>;
  /** Undefined: the stage is the first part of the path. */
  readonly stageName: Maybe<string> | undefined;
  /** Without slashes around it; empty for the root. */
  readonly basePath: Maybe<string>;
}

export interface UsagePlan extends Node {
  readonly stages: readonly PlanStage[];
  readonly keys: readonly PlanKey[];
  /** Of each key, in requests a second. */
  readonly rateLimit: Maybe<number> | undefined;
  /** Of each key, in requests at once. */
  readonly burstLimit: Maybe<number> | undefined;
  readonly quota: { readonly limit: Maybe<number>; readonly period: Maybe<QuotaPeriod> } | undefined;
}

export type QuotaPeriod = "DAY" | "WEEK" | "MONTH";

export interface PlanStage {
  readonly api: Maybe<Key>;
  readonly stageName: Maybe<string>;
}

export interface PlanKey {
  readonly key: Maybe<Key>;
  readonly enabled: Maybe<boolean>;
}
