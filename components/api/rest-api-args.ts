import type { EndpointType } from "../../preflight/aws/index.js";
import type { Place } from "../../preflight/intents.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { InterfaceEndpoint } from "../network/endpoints/interface-endpoint.js";
import type { Domains } from "./domain-plan.js";
import type { RouteSource } from "./routes/route.js";
import type { Caching, Cors, MethodsSettings, Throttling } from "./settings.js";
import type { Sharing } from "./sharing.js";
import type { UsagePlan } from "./stage/usage-plans.js";
import type { WebAclSettings } from "./stage/web-acl.js";

export interface RestApiArgs {
  /**
   * `PRIVATE`: reached through an execute-api endpoint only. `REGIONAL`: on the internet. `EDGE`: on the
   * internet, through CloudFront. $3.50 a million calls each. PRIVATE and REGIONAL turn into each other in
   * place.
   */
  readonly endpointType: EndpointType;
  /** The execute-api endpoint of a private API; its policy is limited to this API. */
  readonly endpoint?: InterfaceEndpoint | undefined;
  /** Who must be able to call a private API, to be proved before deployment. */
  readonly callers: readonly Place[];
  /** Who else may call a private API; nobody where absent. */
  readonly sharing?: Sharing | undefined;
  /** Peering connections, by the names of their settings, whose consumer VPCs know the API's public name. */
  readonly peers?: readonly string[] | undefined;
  /** The custom domain names that the API will have. */
  readonly domains?: Domains | undefined;
  /** The stage, and first segment of the URL: `v1`. */
  readonly stageName: string;
  /** What is served, and by what. */
  readonly routes: readonly RouteSource[];
  /** Log each call. The account needs a role for it: see {@link RestApiArgs.manageAccountRole}. */
  readonly accessLogs: boolean;
  /** Set that role here, for the whole account in this region. */
  readonly manageAccountRole: boolean;
  readonly logRetentionInDays: number;
  /** CloudWatch metrics for each method; each metric costs $0.30 a month. */
  readonly metrics: boolean;
  /** X-Ray traces. */
  readonly tracing: boolean;
  /** What the stage lets through; the account's limits where absent. */
  readonly throttling?: Throttling | false | undefined;
  /** The stage's cache; none where absent. */
  readonly caching?: Caching | false | undefined;
  /** What is different for single methods. */
  readonly methods?: MethodsSettings | undefined;
  /** By name. A plan limits whoever calls with one of its keys a method that wants one. */
  readonly usagePlans?: Readonly<Record<string, UsagePlan>> | undefined;
  /**
   * Look at requests before they go on, answer every error in one shape, take no old TLS and, where there are custom
   * domain names, no other name. Free.
   */
  readonly hardening?: boolean | undefined;
  /** Let web pages of another origin read the answers. */
  readonly cors?: Cors | false | undefined;
  /** A web ACL of AWS WAF in front of the stage. From $7 a month and $0.60 a million requests. */
  readonly webAcl?: WebAclSettings | false | undefined;
  readonly target: DeploymentTarget;
}
