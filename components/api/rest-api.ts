import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { Place, Setting } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { PolicyDocument } from "../base/policy-document.js";
import type { ServiceEndpoint } from "../network/endpoints/service-endpoint.js";
import { type Authorizers, createAuthorizer } from "./access/authorizer.js";
import { endpointSecurity } from "./access/endpoint-security.js";
import { apiIntents } from "./access/intents.js";
import { plannedPolicies } from "./access/planned-policies.js";
import {
  type ApiStage,
  apiPolicy,
  endpointPolicy,
  executionArn,
  otherStages,
  type Sharing,
} from "./access/resource-policy.js";
import { deploy } from "./deployment.js";
import { createGatewayResponses } from "./gateway-responses.js";
import { type InvokeUrl, invokeUrls } from "./invoke-urls.js";
import { corsRoutes } from "./routes/cors.js";
import { RequestValidators } from "./routes/request-validation.js";
import { type ApiContext, ApiPaths, type Route, type RouteSource } from "./routes/route.js";
import {
  type Caching,
  type Cors,
  type Domains,
  domainUrls,
  type Method,
  type MethodsSettings,
  type Throttling,
} from "./settings.js";
import { accessLogSettings, createAccountRole } from "./stage/access-logs.js";
import { cacheCluster, cacheInvalidationStatements, withAnyPrincipal } from "./stage/caching.js";
import { createMethodSettings } from "./stage/method-settings.js";
import { createUsagePlans, type UsagePlan } from "./stage/usage-plans.js";
import { associateWebAcl, type WebAclSettings } from "./stage/web-acl.js";

/**
 * A REST API with its stage, policies and domain names.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
 */
export class RestApi extends pulumi.ComponentResource {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** Every way to call the stage. */
  readonly invokeUrls: pulumi.Output<InvokeUrl[]>;
  /** Ids of the usage plans' API keys, by key name. The keys' values are only in AWS and, encrypted, in the state. */
  readonly apiKeyIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(
    private readonly name: string,
    args: RestApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:api:RestApi", name, {}, opts);
    this.api = this.createApi(args);
    const context = this.createContext(args);
    const served = args.routes.map((route) => route.make(context));
    const routes = [...served, ...corsRoutes(context, served)];
    const policy = this.createPolicy(args, routes);
    const deployment = this.deploy(args, context, policy, routes);
    const endpointLimit = this.limitEndpoint(args);
    this.stage = this.createStage(args, deployment, endpointLimit);
    const at = { name, api: this.api, stage: this.stage, parent: this };
    createMethodSettings({ ...args, ...at, routes: served, methods: context.settings.methods });
    this.apiKeyIds = createUsagePlans({ ...at, plans: args.usagePlans ?? {} });
    if (args.webAcl) {
      const logs = { retentionInDays: args.logRetentionInDays, target: args.target };
      associateWebAcl(name, this.stage.arn, args.webAcl, logs, this);
    }
    this.invokeUrls = this.urls(args);
    this.registerOutputs({
      apiId: this.api.id,
      apiUrl: this.stage.invokeUrl,
      invokeUrls: this.invokeUrls,
      settings: args.settings ?? [],
      openToInternet: args.openToInternet ?? false,
      // No resource tells it, because the policies come from the function's code.
      coveringAuthorizers: Object.entries(args.authorizers ?? {}).flatMap(([name, authorizer]) =>
        authorizer.kind === "lambda" && authorizer.policyCoversAllMethods ? [name] : [],
      ),
      intents: [...apiIntents(args), ...routes.flatMap(({ intents }) => intents)],
      planned: [
        ...plannedPolicies({ ...args, api: this.api, policy, calls: routes, endpointLimit }),
        ...[...context.authorizers.values(), ...routes].flatMap(({ planned }) => planned),
      ],
    });
  }

  private createApi(args: RestApiArgs): aws.apigateway.RestApi {
    const { endpointType, endpoint } = args;
    return new aws.apigateway.RestApi(
      this.name,
      {
        endpointConfiguration: {
          types: endpointType,
          // A private API must be dual stack. Others have the same type, so that the API's type can change in place.
          ipAddressType: "dualstack",
          vpcEndpointIds: endpoint && [endpoint.endpointId],
        },
        ...endpointSecurity(args),
      },
      { parent: this },
    );
  }

  private createPolicy(args: RestApiArgs, routes: readonly Route[]): aws.apigateway.RestApiPolicy {
    const arn = executionArn(args.target, this.api.id);
    const document = apiPolicy({
      arn,
      methods: routes,
      endpointId: args.endpoint?.endpointId,
      sharing: args.sharing,
      extraStatements: cacheInvalidationStatements(arn, args),
    });
    return new aws.apigateway.RestApiPolicy(
      `${this.name}-policy`,
      { restApiId: this.api.id, policy: json(document) },
      { parent: this },
    );
  }

  private createContext({ target, stageName, ...args }: RestApiArgs): ApiContext {
    const { methods = {}, caching, cors } = args;
    const own = {
      name: this.name,
      api: this.api,
      executionArn: (apiId: pulumi.Output<string>) => executionArn(target, apiId),
      target,
      parent: this,
    };
    return {
      ...own,
      paths: new ApiPaths(this.name, this.api, this),
      stageName,
      authorizers: new Map(
        Object.entries(args.authorizers ?? {}).map(([name, authorizer]) => [
          name,
          createAuthorizer(own, name, authorizer),
        ]),
      ),
      settings: { methods, caching, cors },
      validators: args.hardening ? new RequestValidators(this.name, this.api, this) : undefined,
    };
  }

  private deploy(
    args: RestApiArgs,
    { validators, authorizers }: ApiContext,
    policy: aws.apigateway.RestApiPolicy,
    routes: readonly Route[],
  ): aws.apigateway.Deployment {
    const { name, api } = this;
    const { hardening = false, cors } = args;
    const responses = createGatewayResponses({ name, api, hardening, cors, parent: this });
    const parts = [
      ...authorizers.values(),
      ...routes,
      ...(validators === undefined ? [] : [validators]),
      responses,
    ];
    return deploy(`${name}-deployment`, api, {
      parts: [{ resources: [policy], content: policy.policy }, ...parts],
      settings: [args.endpointType, args.endpoint?.endpointId, endpointSecurity(args)],
      parent: this,
    });
  }

  /** Creates the stage last, because it opens the API: all that its callers need is there by then. */
  private createStage(
    args: RestApiArgs,
    deployment: aws.apigateway.Deployment,
    endpointLimit: aws.ec2.VpcEndpointPolicy | undefined,
  ): aws.apigateway.Stage {
    const account = args.manageAccountRole
      ? createAccountRole(this.name, args.target.accountId, this)
      : undefined;
    return new aws.apigateway.Stage(
      `${this.name}-stage`,
      {
        restApi: this.api.id,
        deployment: deployment.id,
        stageName: args.stageName,
        xrayTracingEnabled: args.tracing,
        ...cacheCluster(args.caching),
        accessLogSettings: args.accessLogs
          ? accessLogSettings(this.name, args.logRetentionInDays, args.target, this)
          : undefined,
      },
      {
        parent: this,
        dependsOn: [
          ...(account === undefined ? [] : [account]),
          ...(endpointLimit === undefined ? [] : [endpointLimit]),
          ...(args.endpoint?.ready ?? []),
          ...(args.prerequisites?.(this.api, this) ?? []),
        ],
      },
    );
  }

  /** Attaches the endpoint's policy separately because the endpoint exists before the API that the policy names. */
  private limitEndpoint(args: RestApiArgs): aws.ec2.VpcEndpointPolicy | undefined {
    const { endpoint, domains, target } = args;
    // The policy of an endpoint of somebody else is its owner's.
    if (endpoint === undefined || !endpoint.isOwn) return undefined;
    const more = withAnyPrincipal(cacheInvalidationStatements(executionArn(target, this.api.id), args));
    const policy = json(endpointPolicy(target, this.api.id, domains, [...more, ...otherStages(args)]));
    return new aws.ec2.VpcEndpointPolicy(
      `${this.name}-endpoint-policy`,
      { vpcEndpointId: endpoint.endpointId, policy },
      { parent: this },
    );
  }

  private urls({ endpoint, target, domains = {}, ...args }: RestApiArgs): pulumi.Output<InvokeUrl[]> {
    const { id: apiId, disableExecuteApiEndpoint } = this.api;
    const { endpointType, stageName, peers = [] } = args;
    return pulumi
      .output({
        endpointType,
        stageName,
        peers,
        region: target.region,
        dnsSuffix: target.dnsSuffix,
        apiId,
        disableExecuteApiEndpoint,
        domainUrls: domainUrls(domains),
        endpoint: endpoint && {
          id: endpoint.endpointId,
          dnsName: endpoint.dnsName,
          privateDns: endpoint.privateDns,
        },
      })
      .apply(invokeUrls);
  }
}

function json(document: PolicyDocument): pulumi.Output<string> {
  return pulumi.jsonStringify(document);
}

export interface RestApiArgs {
  /**
   * `PRIVATE`: reached through an execute-api endpoint only. `REGIONAL`: on the internet. `EDGE`: on the internet,
   * through CloudFront. $3.50 a million calls each. PRIVATE and REGIONAL change into each other in place.
   */
  readonly endpointType: EndpointType;
  /**
   * execute-api endpoint of a private API. The endpoint's policy is limited to this API.
   * @default none: the API is not private
   */
  readonly endpoint?: ServiceEndpoint;
  /** Callers that must reach a private API. The preflight proves it before deployment. */
  readonly callers: readonly Place[];
  /**
   * Changes of the configuration that remove a block, for the preflight's fixes.
   * @default none
   */
  readonly settings?: readonly Setting[];
  /**
   * Additional callers of a private API.
   * @default none
   */
  readonly sharing?: Sharing;
  /**
   * Names of peering connections whose consumer VPCs resolve the API's public name.
   * @default none
   */
  readonly peers?: readonly string[];
  /**
   * Custom domain names of the API.
   * @default none
   */
  readonly domains?: Domains;
  /**
   * Methods of a private API that an internet-facing load balancer leads to.
   * @default none
   */
  readonly balancedMethods?: readonly Method[];
  /**
   * Stages of other private APIs that may be called through the endpoint. Their own policies have to admit it too.
   * @default none
   */
  readonly otherStages?: readonly ApiStage[];
  /** The stage, and first segment of the URL: `v1`. */
  readonly stageName: string;
  /** The API's methods, and what answers them. */
  readonly routes: readonly RouteSource[];
  /** Whether to log each call. The account needs a role for it: see {@link RestApiArgs.manageAccountRole}. */
  readonly accessLogs: boolean;
  /** Whether this stack sets that role, for the whole account in this Region. */
  readonly manageAccountRole: boolean;
  readonly logRetentionInDays: number;
  /** Whether each method has CloudWatch metrics; each metric costs $0.30 a month. */
  readonly metrics: boolean;
  /** Whether calls have X-Ray traces. */
  readonly tracing: boolean;
  /**
   * Limits of the stage, in requests a second and at once.
   * @default the account's limits: 10,000 and 5,000
   */
  readonly throttling?: Throttling | false;
  /**
   * Cache of the stage. From $14.60 a month at 0.5 GB.
   * @default no cache
   */
  readonly caching?: Caching | false;
  /**
   * Settings of single methods, by `METHOD /path`.
   * @default every method has the stage's settings
   */
  readonly methods?: MethodsSettings;
  /**
   * Whether it is meant that everybody on the internet may call methods without authorization; the preflight warns else.
   * @default false
   */
  readonly openToInternet?: boolean;
  /**
   * Authorizers by name, which the methods' settings name.
   * @default none
   */
  readonly authorizers?: Authorizers;
  /**
   * Usage plans by name. A plan limits calls of methods that require an API key, for each of its keys.
   * @default none
   */
  readonly usagePlans?: Readonly<Record<string, UsagePlan>>;
  /**
   * Whether to validate requests, answer every error in one shape, refuse old TLS and, if there are custom domain
   * names, refuse every other name. Free.
   * @default false
   */
  readonly hardening?: boolean;
  /**
   * Origin whose web pages may read the answers.
   * @default none
   */
  readonly cors?: Cors | false;
  /**
   * AWS WAF web ACL in front of the stage, which logs what it blocks. From $7 a month and $0.60 a million requests.
   * @default none
   */
  readonly webAcl?: WebAclSettings | false;
  /**
   * Creates what callers need besides the endpoint, such as a name of the API in their VPC. The stage waits for all
   * that it returns.
   * @default nothing
   */
  readonly prerequisites?: (
    api: aws.apigateway.RestApi,
    parent: pulumi.Resource,
  ) => readonly pulumi.Resource[];
  readonly target: DeploymentTarget;
}
