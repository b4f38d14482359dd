import type { Intent, Setting } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { executeApiHost } from "../api/access/resource-policy.js";
import { associateWebAcl, type WebAclSettings } from "../api/stage/web-acl.js";
import { createAliasRecords } from "../base/alias-records.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import { type PlannedValue, plannedId } from "../base/planned-value.js";
import type { LambdaFunction } from "../function/lambda-function.js";
import { allowInvoke } from "../function/permission.js";
import type { InterfaceEndpoint } from "../network/endpoints/interface-endpoint.js";
import type { Caller } from "../network/endpoints/service-endpoint.js";
import type { TierSubnet } from "../network/vpc/subnet-tier.js";
import { createAccessLogBucket } from "./access-logs.js";
import { requestCertificate } from "./certificate.js";
import { type FrontDoorIntentArgs, frontDoorIntents } from "./intents.js";
import { answer, conditionsOf, refusalRules, transformsTo } from "./listener-rules.js";
import { nginxConfiguration } from "./proxy/nginx-configuration.js";
import { withPlaceholders } from "./proxy/placeholders.js";
import { createProxyLoadBalancer } from "./proxy/proxy-load-balancer.js";
import { type ProxyConfiguration, ProxyService, type ProxyServiceArgs } from "./proxy/proxy-service.js";
import { nginxRoutes, routesInListener } from "./proxy/routes.js";
import type { FrontDoorRoute } from "./routes.js";

/** The stack's own API, as the front door leads to it. */
export interface OwnApi {
  readonly api: aws.apigateway.RestApi;
  readonly stage: aws.apigateway.Stage;
}

export interface FrontDoorArgs {
  /** `internal`: with private addresses only. `internet-facing`: with public addresses too. A change replaces it. */
  readonly scheme: "internal" | "internet-facing";
  readonly vpcId: pulumi.Input<string>;
  /** The load balancer's subnets, in two zones or more: public ones if it is internet-facing. */
  readonly subnets: readonly TierSubnet[];
  /** All that a packet from the internet needs on its way to these subnets; nothing for internal ones. */
  readonly internetRoutes: readonly pulumi.Resource[];
  /** Whether the load balancer has IPv6 addresses too; then its subnets need them. */
  readonly ipv6: boolean;
  /** Who may connect, on ports 443 and 80. */
  readonly allowFrom: readonly Caller[];
  /** The name that callers use. */
  readonly domainName: string;
  /**
   * The certificate of that name, in ACM.
   * @default one is requested, and validated through the hosted zone
   */
  readonly certificateArn?: string;
  /**
   * The hosted zone that gets the alias records.
   * @default none: the name's owner makes them
   */
  readonly hostedZoneId?: string;
  readonly routes: readonly FrontDoorRoute[];
  /**
   * The execute-api endpoint, and those of its subnets whose zones offer the service. Required for routes to APIs.
   */
  readonly endpoint?: { readonly endpoint: InterfaceEndpoint; readonly subnets: readonly TierSubnet[] };
  /**
   * NGINX between the load balancer and the endpoint, which then chooses the API in place of the load balancer's rules.
   * @default the load balancer's rules choose
   */
  readonly proxy?: ProxyArgs;
  /** Required for routes to the stack's API. */
  readonly ownApi?: OwnApi;
  /** What the preflight is to prove of it. */
  readonly claims: Pick<FrontDoorIntentArgs, "callers" | "methods" | "openMethods" | "closed">;
  /** Required for routes to a function. */
  readonly function?: LambdaFunction;
  /** Whether the load balancer invokes the function every five minutes to see whether it answers. */
  readonly functionHealthCheck: boolean;
  /**
   * Access logs in a bucket.
   * @default none
   */
  readonly accessLogs?: { readonly retentionInDays: number };
  /** Whether AWS refuses to delete the load balancer. */
  readonly deletionProtection: boolean;
  /**
   * A web ACL of its own, or another's ARN. From $7 a month.
   * @default none
   */
  readonly webAcl?: WebAclSettings | string;
  /** Days that the logs of the web ACL are kept. */
  readonly logRetentionInDays: number;
  /**
   * Changes of the configuration that remove a block, for the preflight's fixes.
   * @default none
   */
  readonly settings?: readonly Setting[];
  readonly target: DeploymentTarget;
}

/** NGINX's tasks, and where they are. */
export type ProxyArgs = Pick<
  ProxyServiceArgs,
  | "subnets"
  | "destinations"
  | "image"
  | "cpu"
  | "memory"
  | "tasks"
  | "requestsPerTask"
  | "logRetentionInDays"
  | "containerInsights"
>;

/** What other parts of the stack use of a load balancer or of a target group. */
export interface LoadBalancerOutputs {
  readonly arn: pulumi.Output<string>;
  readonly arnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
}
type TargetGroupOutputs = Pick<LoadBalancerOutputs, "arn" | "arnSuffix">;

/** TLS 1.3, or 1.2 with forward secrecy. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** Seconds for which a connection may be idle; more than the 29 seconds that API Gateway may take to answer. */
const IDLE_TIMEOUT = 60;

/** Seconds that requests to an address that goes have to end. */
const DEREGISTRATION_DELAY = 30;

/** Seconds between two checks of a function. Each node of the load balancer checks for itself. */
const FUNCTION_CHECK_INTERVAL = 300;

/**
 * One name in front of private APIs and functions: an Application Load Balancer whose rules choose the API by path and
 * headers, and rewrite Host and path for it. Its targets are the addresses of the execute-api endpoint. $16.43 a month
 * and $5.84 for each LCU, in us-east-1.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
 */
export class FrontDoor extends pulumi.ComponentResource {
  readonly loadBalancer: LoadBalancerOutputs;
  /** `https://api.example.com` */
  readonly url: string;
  /** Dimensions of the endpoint's target group in CloudWatch; undefined without routes to APIs. */
  readonly endpointTargets: TargetGroupOutputs | undefined;
  private readonly securityGroup: aws.ec2.SecurityGroup;

  constructor(
    private readonly name: string,
    args: FrontDoorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:frontdoor:FrontDoor", name, {}, opts);
    this.url = `https://${args.domainName}`;
    this.securityGroup = this.createSecurityGroup(args);
    const ingress = args.allowFrom.flatMap((caller) => this.allow(caller));
    const proxy =
      args.proxy && args.endpoint && this.createProxy(args, args.proxy, args.endpoint.endpoint, ingress);
    this.loadBalancer = proxy?.loadBalancer ?? this.createLoadBalancer(args);
    const endpoint = proxy ?? (args.endpoint && this.targetEndpoint(args, args.endpoint));
    const lambda = args.function && this.targetFunction(args, args.function);
    this.endpointTargets = endpoint?.group;
    const ready = [
      ...ingress,
      ...args.subnets.map(({ association }) => association),
      ...args.internetRoutes,
      ...(endpoint?.ready ?? []),
      ...(lambda?.ready ?? []),
      ...(args.ownApi === undefined ? [] : [args.ownApi.stage]),
    ];
    const listenerArn = proxy?.listenerArn ?? this.listen(args, ready).arn;
    const groups = { endpoint: endpoint?.group, function: lambda?.group };
    // Without NGINX the listener has waited for it.
    const rules = this.createRules(args, listenerArn, groups, proxy === undefined ? [] : ready);
    if (proxy === undefined) this.redirectHttp(args, ready);
    if (args.hostedZoneId !== undefined) this.createAliasRecords(args, args.hostedZoneId, rules);
    this.createWebAcl(args);
    this.registerOutputs({
      url: this.url,
      dnsName: this.loadBalancer.dnsName,
      settings: args.settings ?? [],
      intents: this.intents(args),
      planned: lambda?.planned ?? [],
    });
  }

  private createSecurityGroup({ vpcId }: FrontDoorArgs): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(this.name, { vpcId, description: "Front door" }, { parent: this });
  }

  /** Lets a caller connect: on port 443, and on port 80, which only redirects. */
  private allow(caller: Caller): aws.vpc.SecurityGroupIngressRule[] {
    const source =
      "securityGroupId" in caller
        ? { referencedSecurityGroupId: caller.securityGroupId }
        : caller.cidrBlock.includes(":")
          ? { cidrIpv6: caller.cidrBlock }
          : { cidrIpv4: caller.cidrBlock };
    return [["https", 443] as const, ["http", 80] as const].map(
      ([protocol, port]) =>
        new aws.vpc.SecurityGroupIngressRule(
          `${this.name}-${protocol}-from-${caller.name}`,
          {
            securityGroupId: this.securityGroup.id,
            description: `${protocol.toUpperCase()} from ${caller.name}`,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            ...source,
          },
          { parent: this },
        ),
    );
  }

  private createLoadBalancer(args: FrontDoorArgs): aws.lb.LoadBalancer {
    const { scheme, subnets, ipv6, accessLogs, deletionProtection, target } = args;
    const logs = accessLogs && createAccessLogBucket(this.name, { ...accessLogs, target, parent: this });
    return new aws.lb.LoadBalancer(
      this.name,
      {
        loadBalancerType: "application",
        internal: scheme === "internal",
        ipAddressType: ipv6 ? "dualstack" : "ipv4",
        subnets: subnets.map(({ subnet }) => subnet.id),
        securityGroups: [this.securityGroup.id],
        idleTimeout: IDLE_TIMEOUT,
        enableHttp2: true,
        // API Gateway would read such fields in its own way.
        dropInvalidHeaderFields: true,
        // AWS's default. The strictest mode also refuses requests that are safe, such as GET with an empty body.
        desyncMitigationMode: "defensive",
        xffHeaderProcessingMode: "append",
        enableDeletionProtection: deletionProtection,
        accessLogs: logs && { bucket: logs.bucket.bucket, enabled: true },
      },
      { parent: this, dependsOn: [...(logs?.ready ?? [])] },
    );
  }

  /**
   * Logical name of a target group. Another scheme replaces the load balancer, and AWS lets a target group belong to one
   * load balancer only: so the new one gets new groups, and both exist until the old ones go. With Pulumi's suffix these
   * are names of at most 32 characters.
   */
  private groupName(of: "endpoint" | "function", scheme: FrontDoorArgs["scheme"]): string {
    return `${this.name}-${of}${scheme === "internal" ? "" : "-pub"}`;
  }

  /**
   * Registers the endpoint's addresses, which follow the endpoint: they are outputs of its, so an update that gives it
   * other addresses registers these in the same update.
   */
  private targetEndpoint(
    { vpcId, scheme }: FrontDoorArgs,
    { endpoint, subnets }: NonNullable<FrontDoorArgs["endpoint"]>,
  ) {
    const group = new aws.lb.TargetGroup(
      this.groupName("endpoint", scheme),
      {
        vpcId,
        targetType: "ip",
        protocol: "HTTPS",
        port: 443,
        deregistrationDelay: DEREGISTRATION_DELAY,
        healthCheck: {
          protocol: "HTTPS",
          port: "traffic-port",
          path: "/",
          // The check has the address as its Host header, which is no API's name: API Gateway answers 403.
          matcher: "200,403",
          interval: 30,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
      },
      { parent: this },
    );
    const attachments = subnets.map(
      (subnet) =>
        new aws.lb.TargetGroupAttachment(
          `${this.name}-endpoint-${subnet.suffix}`,
          { targetGroupArn: group.arn, targetId: endpoint.addressIn(subnet.subnet.id), port: 443 },
          { parent: this },
        ),
    );
    const egress = new aws.vpc.SecurityGroupEgressRule(
      `${this.name}-to-endpoint`,
      {
        securityGroupId: this.securityGroup.id,
        description: "HTTPS to the execute-api endpoint",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        referencedSecurityGroupId: endpoint.securityGroupId,
      },
      { parent: this },
    );
    const ingress = endpoint.allow({ name: this.name, securityGroupId: this.securityGroup.id });
    return { group, ready: [...attachments, egress, ingress, ...endpoint.ready] };
  }

  /**
   * Registers the function's alias, with the permission for exactly this target group. Health checks are off unless asked
   * for: of one function there is no other to send requests to, so they change nothing but a metric.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
   */
  private targetFunction({ functionHealthCheck, scheme }: FrontDoorArgs, lambda: LambdaFunction) {
    const at = `${this.name}-function`;
    const group = new aws.lb.TargetGroup(
      this.groupName("function", scheme),
      {
        targetType: "lambda",
        lambdaMultiValueHeadersEnabled: true,
        healthCheck: functionHealthCheck
          ? { enabled: true, path: "/", matcher: "200", interval: FUNCTION_CHECK_INTERVAL, timeout: 30 }
          : { enabled: false },
      },
      { parent: this },
    );
    const permission = allowInvoke(
      at,
      lambda,
      { principal: "elasticloadbalancing.amazonaws.com", sourceArn: group.arn },
      this,
    );
    const attachment = new aws.lb.TargetGroupAttachment(
      at,
      { targetGroupArn: group.arn, targetId: lambda.alias.arn },
      { parent: this, dependsOn: [permission] }, // Elastic Load Balancing tries the permission.
    );
    const planned: PlannedValue[] = [
      { resource: group.urn, property: "arn", value: plannedId(group) },
      { resource: permission.urn, property: "sourceArn", value: plannedId(group) },
    ];
    return { group, ready: [permission, attachment], planned };
  }

  /** Opens port 443 last, because callers come through it. What no rule takes is answered 404. */
  private listen(args: FrontDoorArgs, ready: readonly pulumi.Resource[]): aws.lb.Listener {
    return new aws.lb.Listener(
      `${this.name}-https`,
      {
        loadBalancerArn: this.loadBalancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: TLS_POLICY,
        certificateArn: this.certificateOf(args),
        defaultActions: [{ type: "fixed-response", fixedResponse: answer(404, "Not Found") }],
      },
      { parent: this, dependsOn: [...ready] },
    );
  }

  private certificateOf({ domainName, certificateArn, hostedZoneId }: FrontDoorArgs): pulumi.Input<string> {
    if (certificateArn !== undefined) return certificateArn;
    return requestCertificate(this.name, { domainName, hostedZoneId: hostedZoneId ?? "", parent: this });
  }

  /** The load balancer of kind `proxy`, with NGINX behind it. */
  private createProxy(
    args: FrontDoorArgs,
    proxy: ProxyArgs,
    endpoint: InterfaceEndpoint,
    ingress: readonly pulumi.Resource[],
  ) {
    const { vpcId, scheme, ipv6, subnets, accessLogs, deletionProtection, target } = args;
    const { securityGroup } = this;
    const logs = accessLogs && createAccessLogBucket(this.name, { ...accessLogs, target, parent: this });
    const balancer = createProxyLoadBalancer(this.name, {
      vpcId,
      internal: scheme === "internal",
      ipv6,
      subnets,
      securityGroup,
      certificateArn: this.certificateOf(args),
      tlsPolicy: TLS_POLICY,
      redirect: redirectTo(args.domainName),
      deletionProtection,
      ...(logs && { logBucket: logs.bucket.bucket }),
      dependsOn: logs?.ready ?? [],
      parent: this,
    });
    const { loadBalancer, targetGroup, httpsListenerArn, component } = balancer;
    const service = new ProxyService(
      `${this.name}-proxy`,
      {
        ...proxy,
        vpcId,
        destinations: [
          { via: "interface-endpoint", service: "execute-api", endpoint },
          ...proxy.destinations,
        ],
        loadBalancer: {
          securityGroup,
          loadBalancer,
          targetGroup,
          ready: [component, ...ingress, ...args.internetRoutes],
        },
        ...this.nginxConfiguration(args, endpoint),
        target,
      },
      { parent: this },
    );
    return { loadBalancer, group: targetGroup, listenerArn: httpsListenerArn, ready: service.ready };
  }

  /** NGINX's configuration, and what is known of it before the API and the endpoint have ids. */
  private nginxConfiguration(args: FrontDoorArgs, endpoint: InterfaceEndpoint) {
    const { ownApi } = args;
    const stage = ownApi?.stage.stageName;
    return {
      configuration: pulumi
        .all([endpoint.dnsName, ownApi?.api.id, stage])
        .apply(([address, id, ownStage]) => this.configurationFor(args, address, id, ownStage)),
      // Only AWS knows the endpoint's DNS name, which begins with its id.
      plannedConfiguration: pulumi
        .all([endpoint.plannedId, ownApi && plannedId(ownApi.api), stage])
        .apply(([address, id, ownStage]) =>
          withPlaceholders([address, id], ([address = "", id]) =>
            this.configurationFor(args, address, id, ownStage),
          ),
        ),
    };
  }

  private configurationFor(
    { routes, subnets, target }: FrontDoorArgs,
    address: string,
    ownId: string | undefined,
    ownStage: string | undefined,
  ): ProxyConfiguration {
    const own = ownId === undefined || ownStage === undefined ? undefined : { id: ownId, stage: ownStage };
    const toApis = nginxRoutes(routes, (to) => {
      const api = apiOf(to, own);
      return api && { host: executeApiHost(target, api.id), stage: api.stage };
    });
    const loadBalancerBlocks = subnets.map(({ cidrBlock }) => cidrBlock);
    return {
      routes: toApis,
      text: nginxConfiguration({ routes: toApis, upstream: { address }, loadBalancerBlocks }),
    };
  }

  private createRules(
    { routes: all, ownApi, target, proxy }: FrontDoorArgs,
    listenerArn: pulumi.Output<string>,
    groups: {
      readonly endpoint: TargetGroupOutputs | undefined;
      readonly function: TargetGroupOutputs | undefined;
    },
    ready: readonly pulumi.Resource[],
  ): aws.lb.ListenerRule[] {
    const routes = proxy === undefined ? all : routesInListener(all);
    if (routes.length === 0) return [];
    const rewrites = proxy === undefined;
    const refusals = refusalRules().map(
      ({ name, ...rule }) =>
        new aws.lb.ListenerRule(`${this.name}-refuse-${name}`, { listenerArn, ...rule }, { parent: this }),
    );
    const own = ownApi && { id: ownApi.api.id, stage: ownApi.stage.stageName };
    const transforms = (route: FrontDoorRoute) => {
      const api = apiOf(route.target, own);
      if (api === undefined) return undefined;
      const host = pulumi.output(api.id).apply((id) => executeApiHost(target, id));
      return transformsTo(route, host, api.stage);
    };
    return [
      ...refusals,
      ...routes.map((route) => {
        const { name, priority, target: to } = route;
        const group = to.kind === "function" ? groups.function : groups.endpoint;
        if (group === undefined) throw new Error(`front door: nothing is behind the route ${name}`);
        return new aws.lb.ListenerRule(
          `${this.name}-${name}`,
          {
            listenerArn,
            priority,
            conditions: conditionsOf(route),
            actions: [{ type: "forward", forward: { targetGroups: [{ arn: group.arn }] } }],
            transforms: rewrites ? transforms(route) : undefined,
          },
          // A request that both would match must not slip through before the refusals are there.
          { parent: this, dependsOn: [...refusals, ...ready] },
        );
      }),
    ];
  }

  /** Answers on port 80 with the same address on port 443. */
  private redirectHttp({ domainName }: FrontDoorArgs, ready: readonly pulumi.Resource[]): void {
    new aws.lb.Listener(
      `${this.name}-http`,
      {
        loadBalancerArn: this.loadBalancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [redirectTo(domainName)],
      },
      { parent: this, dependsOn: [...ready] },
    );
  }

  /** Points the name at the load balancer, after all its rules are there. */
  private createAliasRecords(
    { domainName, ipv6 }: FrontDoorArgs,
    zoneId: string,
    rules: readonly pulumi.Resource[],
  ): void {
    const { dnsName, zoneId: ownZone } = this.loadBalancer;
    createAliasRecords(this.name, {
      zoneId,
      domainName,
      types: ipv6 ? ["A", "AAAA"] : ["A"],
      alias: { name: dnsName, zoneId: ownZone },
      dependsOn: rules,
      parent: this,
    });
  }

  private createWebAcl({ webAcl, logRetentionInDays, target }: FrontDoorArgs): void {
    if (webAcl === undefined) return;
    if (typeof webAcl === "string") {
      new aws.wafv2.WebAclAssociation(
        `${this.name}-web-acl`,
        { resourceArn: this.loadBalancer.arn, webAclArn: webAcl },
        { parent: this },
      );
      return;
    }
    const logs = { retentionInDays: logRetentionInDays, target };
    associateWebAcl(this.name, this.loadBalancer.arn, webAcl, logs, this);
  }

  private intents({ scheme, routes, claims, function: lambda }: FrontDoorArgs): Intent[] {
    return frontDoorIntents({ ...claims, name: this.name, scheme, routes, functionName: lambda?.name });
  }
}

/** The API that a route leads to; undefined for the function, or if it is the stack's own and there is none. */
function apiOf<Own>(
  to: FrontDoorRoute["target"],
  own: Own | undefined,
): Own | { readonly id: string; readonly stage: string } | undefined {
  if (to.kind === "function") return undefined;
  return to.kind === "api" ? to : own;
}

/** To the same address on port 443. With the name itself, so that a caller's Host header does not choose where it leads. */
function redirectTo(domainName: string): aws.types.input.lb.ListenerDefaultAction {
  return {
    type: "redirect",
    redirect: {
      host: domainName,
      path: "/#{path}",
      port: "443",
      protocol: "HTTPS",
      query: "#{query}",
      statusCode: "HTTP_301",
    },
  };
}
