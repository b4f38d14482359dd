import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../deployment-target.js";
import type { Place } from "../intent.js";
import type { InterfaceEndpoint } from "../network/interface-endpoint.js";
import type { PolicyDocument } from "../policy-document.js";
import { accessLogSettings, manageAccountRole } from "./access-logs.js";
import { apiIntents } from "./intents.js";
import { type InvokeUrl, invokeUrls } from "./invoke-urls.js";
import { plannedPolicies } from "./planned-policies.js";
import { apiPolicy, endpointPolicy, executionArn } from "./resource-policy.js";
import { ApiPaths, type Route, type RouteSource } from "./route.js";

export interface RestApiArgs {
  /**
   * `PRIVATE`: reached through an execute-api endpoint only. `REGIONAL`: on the internet. `EDGE`: on the
   * internet, through CloudFront. $3.50 a million calls each. PRIVATE and REGIONAL turn into each other in
   * place.
   */
  readonly endpointType: "PRIVATE" | "REGIONAL" | "EDGE";
  /** The execute-api endpoint of a private API; its policy is limited to this API. */
  readonly endpoint?: InterfaceEndpoint | undefined;
  /** Who must be able to call a private API, to be proved before deployment. */
  readonly callers: readonly Place[];
  /** The stage, and first segment of the URL: `v1`. */
  readonly stageName: string;
  /** What is served, and by what. */
  readonly routes: readonly RouteSource[];
  /** Log each call. The account needs a role for it: see {@link manageAccountRole}. */
  readonly accessLogs: boolean;
  /** Set that role here, for the whole account in this region. */
  readonly manageAccountRole: boolean;
  readonly logRetentionInDays: number;
  /** CloudWatch metrics for each method; each metric costs $0.30 a month. */
  readonly metrics: boolean;
  /** X-Ray traces. */
  readonly tracing: boolean;
  readonly target: DeploymentTarget;
}

/**
 * The account's own limits, in requests a second and at once. Said in so many words: the provider's default is
 * -1, which not everything that speaks API Gateway's language takes for "none of its own".
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const ACCOUNT_THROTTLE = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 } as const;

/**
 * A REST API in front of functions.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
 */
export class RestApi extends pulumi.ComponentResource {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** Every way to call the stage. */
  readonly invokeUrls: pulumi.Output<InvokeUrl[]>;

  constructor(
    private readonly name: string,
    args: RestApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:api:RestApi", name, {}, opts);
    this.api = this.makeApi(args);
    const policy = this.makePolicy(args);
    const context = {
      name,
      api: this.api,
      paths: new ApiPaths(name, this.api, this),
      executionArn: (apiId: pulumi.Output<string>) => executionArn(args.target, apiId),
      stageName: args.stageName,
      target: args.target,
      parent: this,
    };
    const routes = args.routes.map((route) => route.make(context));
    const deployment = this.deploy(args, policy, routes);
    this.stage = this.makeStage(args, deployment);
    this.setMethods(args);
    const endpointLimit = this.limitEndpoint(args);
    this.invokeUrls = this.urls(args);
    this.registerOutputs({
      apiId: this.api.id,
      apiUrl: this.stage.invokeUrl,
      invokeUrls: this.invokeUrls,
      intents: [...apiIntents(args), ...routes.flatMap(({ intents }) => intents)],
      planned: [
        ...plannedPolicies({ ...args, api: this.api, policy, endpointLimit }),
        ...routes.flatMap(({ planned }) => planned),
      ],
    });
  }

  private makeApi({ endpointType, endpoint }: RestApiArgs): aws.apigateway.RestApi {
    return new aws.apigateway.RestApi(
      this.name,
      {
        endpointConfiguration: {
          types: endpointType,
          // The only one that a private API takes; the same for all, so that they turn into each other.
          ipAddressType: "dualstack",
          ...(endpoint !== undefined && { vpcEndpointIds: [endpoint.endpointId] }),
        },
      },
      { parent: this },
    );
  }

  private makePolicy({ endpoint, target }: RestApiArgs): aws.apigateway.RestApiPolicy {
    const document = apiPolicy(executionArn(target, this.api.id), endpoint?.endpointId);
    return new aws.apigateway.RestApiPolicy(
      `${this.name}-policy`,
      { restApiId: this.api.id, policy: json(document) },
      { parent: this },
    );
  }

  /**
   * A deployment is a copy of the API as it is at that moment, its policy included; so it comes after them
   * all, and a change in any of them makes a new one.
   */
  private deploy(
    args: RestApiArgs,
    policy: aws.apigateway.RestApiPolicy,
    routes: readonly Route[],
  ): aws.apigateway.Deployment {
    const content = pulumi.jsonStringify([
      policy.policy,
      args.endpointType,
      args.endpoint?.endpointId,
      routes.map((route) => route.content),
    ]);
    return new aws.apigateway.Deployment(
      `${this.name}-deployment`,
      {
        restApi: this.api.id,
        triggers: { redeployment: content.apply((text) => createHash("sha256").update(text).digest("hex")) },
      },
      { parent: this, dependsOn: [policy, ...routes.flatMap((route) => route.resources)] },
    );
  }

  private makeStage(args: RestApiArgs, deployment: aws.apigateway.Deployment): aws.apigateway.Stage {
    const account = args.manageAccountRole
      ? manageAccountRole(this.name, args.target.accountId, this)
      : undefined;
    return new aws.apigateway.Stage(
      `${this.name}-stage`,
      {
        restApi: this.api.id,
        deployment: deployment.id,
        stageName: args.stageName,
        xrayTracingEnabled: args.tracing,
        ...(args.accessLogs && {
          accessLogSettings: accessLogSettings(this.name, args.logRetentionInDays, this),
        }),
      },
      { parent: this, dependsOn: account === undefined ? [] : [account] },
    );
  }

  private setMethods({ metrics }: RestApiArgs): void {
    new aws.apigateway.MethodSettings(
      `${this.name}-methods`,
      {
        restApi: this.api.id,
        stageName: this.stage.stageName,
        methodPath: "*/*",
        settings: {
          metricsEnabled: metrics,
          // Execution logs would hold requests and responses, parameter values among them.
          loggingLevel: "OFF",
          dataTraceEnabled: false,
          ...ACCOUNT_THROTTLE,
        },
      },
      { parent: this },
    );
  }

  /** The endpoint exists before the API that it is for, so its policy is attached afterwards. */
  private limitEndpoint({ endpoint, target }: RestApiArgs): aws.ec2.VpcEndpointPolicy | undefined {
    if (endpoint === undefined) return undefined;
    const policy = json(endpointPolicy(executionArn(target, this.api.id)));
    return new aws.ec2.VpcEndpointPolicy(
      `${this.name}-endpoint-policy`,
      { vpcEndpointId: endpoint.endpointId, policy },
      { parent: this },
    );
  }

  private urls({ endpoint, endpointType, stageName, target }: RestApiArgs): pulumi.Output<InvokeUrl[]> {
    const at = { endpointType, stageName, region: target.region, dnsSuffix: target.dnsSuffix };
    if (endpoint === undefined) return this.api.id.apply((apiId) => invokeUrls({ ...at, apiId }));
    return pulumi
      .all([this.api.id, endpoint.endpointId, endpoint.dnsName])
      .apply(([apiId, id, dnsName]) =>
        invokeUrls({ ...at, apiId, endpoint: { id, dnsName, privateDns: endpoint.privateDns } }),
      );
  }
}

function json(document: PolicyDocument): pulumi.Output<string> {
  return pulumi.jsonStringify(document);
}
