import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "../base/policy-document.js";
import { hardenedNames } from "./access/endpoint-security.js";
import { apiIntents } from "./access/intents.js";
import { plannedPolicies } from "./access/planned-policies.js";
import { apiPolicy, endpointPolicy, executionArn } from "./access/resource-policy.js";
import { deploy } from "./deployment.js";
import { domainUrls } from "./domain-plan.js";
import { makeGatewayResponses } from "./gateway-responses.js";
import { type InvokeUrl, invokeUrls } from "./invoke-urls.js";
import type { RestApiArgs } from "./rest-api-args.js";
import { corsRoutes } from "./routes/cors.js";
import { RequestValidators } from "./routes/request-validation.js";
import { type ApiContext, ApiPaths, type Route } from "./routes/route.js";
import { accessLogSettings, manageAccountRole } from "./stage/access-logs.js";
import { cacheCluster, invalidation, throughEndpoint } from "./stage/caching.js";
import { makeMethodSettings } from "./stage/method-settings.js";
import { makeUsagePlans } from "./stage/usage-plans.js";
import { protectStage } from "./stage/web-acl.js";

export type { RestApiArgs } from "./rest-api-args.js";

/**
 * A REST API in front of functions.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
 */
export class RestApi extends pulumi.ComponentResource {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
  /** Every way to call the stage. */
  readonly invokeUrls: pulumi.Output<InvokeUrl[]>;
  /** Of the usage plans' API keys, by their names. The keys' values are nowhere but in AWS and, encrypted, the state. */
  readonly apiKeyIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(
    private readonly name: string,
    args: RestApiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:api:RestApi", name, {}, opts);
    this.api = this.makeApi(args);
    const policy = this.makePolicy(args);
    const context = this.makeContext(args);
    const served = args.routes.map((route) => route.make(context));
    const routes = [...served, ...corsRoutes(context, served)];
    const deployment = this.deploy(args, context, policy, routes);
    this.stage = this.makeStage(args, deployment);
    const at = { name, api: this.api, stage: this.stage, parent: this };
    makeMethodSettings({ ...args, ...at, routes: served, methods: context.settings.methods });
    this.apiKeyIds = makeUsagePlans({ ...at, plans: args.usagePlans ?? {} });
    if (args.webAcl) protectStage(name, this.stage, args.webAcl, this);
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

  private makeApi(args: RestApiArgs): aws.apigateway.RestApi {
    const { endpointType, endpoint } = args;
    return new aws.apigateway.RestApi(
      this.name,
      {
        endpointConfiguration: {
          types: endpointType,
          // The only one that a private API takes; the same for all, so that they turn into each other.
          ipAddressType: "dualstack",
          ...(endpoint !== undefined && { vpcEndpointIds: [endpoint.endpointId] }),
        },
        ...hardenedNames(args),
      },
      { parent: this },
    );
  }

  private makePolicy(args: RestApiArgs): aws.apigateway.RestApiPolicy {
    const arn = executionArn(args.target, this.api.id);
    const document = apiPolicy(arn, args.endpoint?.endpointId, args.sharing, invalidation(arn, args));
    return new aws.apigateway.RestApiPolicy(
      `${this.name}-policy`,
      { restApiId: this.api.id, policy: json(document) },
      { parent: this },
    );
  }

  private makeContext({ target, stageName, ...args }: RestApiArgs): ApiContext {
    const { methods = {}, caching, cors } = args;
    return {
      name: this.name,
      api: this.api,
      paths: new ApiPaths(this.name, this.api, this),
      executionArn: (apiId: pulumi.Output<string>) => executionArn(target, apiId),
      stageName,
      target,
      parent: this,
      settings: { methods, caching, cors },
      validators: args.hardening ? new RequestValidators(this.name, this.api, this) : undefined,
    };
  }

  private deploy(
    args: RestApiArgs,
    { validators }: ApiContext,
    policy: aws.apigateway.RestApiPolicy,
    routes: readonly Route[],
  ): aws.apigateway.Deployment {
    const { name, api } = this;
    const { hardening = false, cors } = args;
    const responses = makeGatewayResponses({ name, api, hardening, cors, parent: this });
    const parts = [...routes, ...(validators === undefined ? [] : [validators]), responses];
    return deploy(`${name}-deployment`, api, {
      parts: [{ resources: [policy], content: policy.policy }, ...parts],
      settings: [args.endpointType, args.endpoint?.endpointId, hardenedNames(args)],
      parent: this,
    });
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
        ...cacheCluster(args.caching),
        ...(args.accessLogs && {
          accessLogSettings: accessLogSettings(this.name, args.logRetentionInDays, this),
        }),
      },
      { parent: this, dependsOn: account === undefined ? [] : [account] },
    );
  }

  /** The endpoint exists before the API that it is for, so its policy is attached afterwards. */
  private limitEndpoint(args: RestApiArgs): aws.ec2.VpcEndpointPolicy | undefined {
    const { endpoint, domains, target } = args;
    if (endpoint === undefined) return undefined;
    const more = throughEndpoint(invalidation(executionArn(target, this.api.id), args));
    const policy = json(endpointPolicy(target, this.api.id, domains, more));
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
        ...{ endpointType, stageName, peers, region: target.region, dnsSuffix: target.dnsSuffix },
        ...{ apiId, disableExecuteApiEndpoint, domainUrls: domainUrls(domains) },
        ...(endpoint !== undefined && {
          endpoint: {
            id: endpoint.endpointId,
            dnsName: endpoint.dnsName,
            privateDns: endpoint.privateDns,
          },
        }),
      })
      .apply(invokeUrls);
  }
}

function json(document: PolicyDocument): pulumi.Output<string> {
  return pulumi.jsonStringify(document);
}
