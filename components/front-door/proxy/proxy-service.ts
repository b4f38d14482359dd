import type { Intent } from "@lambda-networking/preflight/intents";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../../base/deployment-target.js";
import type { PlannedValue } from "../../base/planned-value.js";
import { policyDocument, type Statement, trustService } from "../../base/policy-document.js";
import { allowEgressTo, type Destination } from "../../function/destinations.js";
import { writeLogs } from "../../function/policies.js";
import type { TierSubnet } from "../../network/vpc/subnet-tier.js";
import {
  COMMAND,
  CONFIGURATION,
  CONTAINER,
  ecrRepository,
  nginxContainer,
  proxyLogGroupName,
} from "./container.js";
import { NGINX_HEALTH_PORT, NGINX_PORT, type NginxRoute } from "./nginx-configuration.js";

/** NGINX's configuration, from `nginxConfiguration`, and the routes that it has. */
export interface ProxyConfiguration {
  readonly text: string;
  readonly routes: readonly NginxRoute[];
}

export interface ProxyServiceArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Subnets of the tasks, which get no public addresses. */
  readonly subnets: readonly TierSubnet[];
  /** What sends requests to the tasks. */
  readonly loadBalancer: {
    readonly securityGroup: aws.ec2.SecurityGroup;
    readonly loadBalancer: pulumi.Output<aws.lb.LoadBalancer>;
    readonly targetGroup: pulumi.Output<aws.lb.TargetGroup>;
    /** The load balancer and its listeners, without which ECS refuses the target group. */
    readonly ready: readonly pulumi.Resource[];
  };
  /** The only destinations that the tasks' security group allows. */
  readonly destinations: readonly Destination[];
  readonly configuration: pulumi.Input<ProxyConfiguration>;
  /** The configuration before its ids are known, with `plannedId` in place of each. */
  readonly plannedConfiguration: pulumi.Input<ProxyConfiguration>;
  /** `NAME@sha256:…`: an image of NGINX that does not run as root, for arm64. */
  readonly image: string;
  /** CPU units; 1024 are one vCPU. $0.0324 an hour for each vCPU of arm64 in us-east-1. */
  readonly cpu: number;
  /** Megabytes. $0.00356 an hour for each gigabyte. */
  readonly memory: number;
  readonly tasks: { readonly min: number; readonly max: number };
  /** Requests a minute and task above which the service grows. */
  readonly requestsPerTask: number;
  readonly logRetentionInDays: number;
  /**
   * Metrics for each task and container. $0.30 a month for each, from about $5 in all.
   * @default false
   */
  readonly containerInsights?: boolean;
  readonly target: DeploymentTarget;
}

/**
 * NGINX on Fargate in private subnets, as many tasks as the requests need. A deployment that does not become healthy is
 * rolled back. $17.77 a month for two tasks of the smallest size, in us-east-1.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
 */
export class ProxyService extends pulumi.ComponentResource {
  readonly service: pulumi.Output<aws.ecs.Service>;
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** What requests to the tasks need, besides the load balancer. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    args: ProxyServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:frontdoor:ProxyService", name, {}, opts);
    this.securityGroup = new aws.ec2.SecurityGroup(
      `${name}-tasks`,
      { vpcId: args.vpcId, description: "NGINX of the front door" },
      { parent: this },
    );
    const rules = this.admitLoadBalancer(args);
    const egress = allowEgressTo(name, args.destinations, undefined, this.securityGroup, this);
    const { role, ready: permissions, logGroup } = this.createExecutionRole(args);
    const cluster = this.createCluster(args);
    const service = this.createService(args, cluster, role, logGroup, [
      ...rules,
      ...egress,
      ...permissions,
      ...args.subnets.map(({ association }) => association),
      ...args.loadBalancer.ready,
    ]);
    this.service = service.service;
    this.scale(args, cluster);
    this.ready = [...rules, ...egress, service];
    this.registerOutputs({
      intents: this.intents(),
      proxy: declaration(args.configuration),
      planned: this.plan(args, logGroup, service),
    });
  }

  /** Lets the load balancer send requests and health checks, and nobody else send anything. */
  private admitLoadBalancer({ loadBalancer: { securityGroup } }: ProxyServiceArgs): pulumi.Resource[] {
    const ports = [
      ["requests", NGINX_PORT],
      ["health-checks", NGINX_HEALTH_PORT],
    ] as const;
    return ports.flatMap(([what, port]) => {
      const at = { ipProtocol: "tcp", fromPort: port, toPort: port, description: `NGINX's ${what}` };
      return [
        new aws.vpc.SecurityGroupIngressRule(
          `${this.name}-${what}`,
          { ...at, securityGroupId: this.securityGroup.id, referencedSecurityGroupId: securityGroup.id },
          { parent: this },
        ),
        new aws.vpc.SecurityGroupEgressRule(
          `${this.name}-${what}`,
          { ...at, securityGroupId: securityGroup.id, referencedSecurityGroupId: this.securityGroup.id },
          { parent: this },
        ),
      ];
    });
  }

  /**
   * The role with which ECS pulls the image and writes the logs. NGINX itself has no role, because it calls no AWS API.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
   */
  private createExecutionRole({ image, logRetentionInDays, target }: ProxyServiceArgs) {
    const logGroup = proxyLogGroupName(this.name);
    const group = new aws.cloudwatch.LogGroup(
      `${this.name}-logs`,
      { name: logGroup, retentionInDays: logRetentionInDays, kmsKeyId: target.key?.arn },
      { parent: this },
    );
    const at = `${this.name}-execution`;
    const role = new aws.iam.Role(
      at,
      { assumeRolePolicy: trustService("ecs-tasks.amazonaws.com", target.accountId) },
      { parent: this },
    );
    const statements = [writeLogs(arnOf(target, "logs", `log-group:${logGroup}`)), ...pull(image, target)];
    const policy = new aws.iam.RolePolicy(
      at,
      { role: role.id, policy: JSON.stringify(policyDocument(...statements)) },
      { parent: this },
    );
    return { role, logGroup, ready: [group, policy] };
  }

  private createCluster({ containerInsights = false }: ProxyServiceArgs): aws.ecs.Cluster {
    return new aws.ecs.Cluster(
      this.name,
      { settings: [{ name: "containerInsights", value: containerInsights ? "enabled" : "disabled" }] },
      { parent: this },
    );
  }

  private createService(
    args: ProxyServiceArgs,
    cluster: aws.ecs.Cluster,
    role: aws.iam.Role,
    logGroup: string,
    dependsOn: pulumi.Resource[],
  ): awsx.ecs.FargateService {
    const { cpu, memory, tasks, loadBalancer, subnets, configuration } = args;
    return new awsx.ecs.FargateService(
      this.name,
      {
        cluster: cluster.arn,
        // The least; what the requests need is added to it. An update without a refresh leaves the number alone.
        desiredCount: tasks.min,
        networkConfiguration: {
          subnets: subnets.map(({ subnet }) => subnet.id),
          securityGroups: [this.securityGroup.id],
          assignPublicIp: false,
        },
        loadBalancers: [
          {
            targetGroupArn: loadBalancer.targetGroup.arn,
            containerName: CONTAINER,
            containerPort: NGINX_PORT,
          },
        ],
        healthCheckGracePeriodSeconds: 60,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        availabilityZoneRebalancing: "ENABLED",
        propagateTags: "SERVICE",
        enableExecuteCommand: false,
        taskDefinitionArgs: {
          family: this.name,
          cpu: String(cpu),
          memory: String(memory),
          runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
          executionRole: { roleArn: role.arn },
          taskRole: { skip: true },
          logGroup: { skip: true },
          container: containerWith(configuration, args, logGroup),
        },
      },
      { parent: this, dependsOn },
    );
  }

  /** What the preflight reads at a preview that does not know the ids in the configuration yet. */
  private plan(
    args: ProxyServiceArgs,
    logGroup: string,
    { taskDefinition }: awsx.ecs.FargateService,
  ): PlannedValue[] {
    const { plannedConfiguration } = args;
    return [
      { resource: this.urn, property: "proxy", value: declaration(plannedConfiguration) },
      {
        resource: taskDefinition.apply((task) => pulumi.output(task?.urn ?? "")),
        property: "containerDefinitions",
        value: pulumi.jsonStringify([containerWith(plannedConfiguration, args, logGroup)]),
      },
    ];
  }

  /**
   * Adds tasks when one gets more requests than it is to serve, and takes them away when it gets fewer.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
   */
  private scale(
    { tasks, requestsPerTask, loadBalancer: { loadBalancer, targetGroup } }: ProxyServiceArgs,
    cluster: aws.ecs.Cluster,
  ): void {
    const scaled = {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${cluster.name}/${this.service.name}`,
    };
    const range = new aws.appautoscaling.Target(
      this.name,
      { ...scaled, minCapacity: tasks.min, maxCapacity: tasks.max },
      { parent: this },
    );
    new aws.appautoscaling.Policy(
      this.name,
      {
        ...scaled,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: "ALBRequestCountPerTarget",
            resourceLabel: pulumi.interpolate`${loadBalancer.arnSuffix}/${targetGroup.arnSuffix}`,
          },
          targetValue: requestsPerTask,
          scaleInCooldown: 300,
          scaleOutCooldown: 60,
        },
      },
      { parent: this, dependsOn: [range] },
    );
  }

  /** Nobody connects to a task but the load balancer. */
  private intents(): Intent[] {
    return [
      {
        from: { kind: "internet" },
        to: { kind: "resource", name: this.name },
        port: NGINX_PORT,
        must: "not-reach",
        reason: "requests come to NGINX through the load balancer only",
      },
    ];
  }
}

/** NGINX's container with a configuration. */
function containerWith(
  configuration: pulumi.Input<ProxyConfiguration>,
  { image, target }: ProxyServiceArgs,
  logGroup: string,
) {
  return {
    ...nginxContainer({ image, logGroup, region: target.region }),
    environment: [{ name: CONFIGURATION, value: pulumi.output(configuration).text }],
  };
}

/** The routes, for the preflight, and the container's configuration and command that they hold for, as JSON. */
function declaration(configuration: pulumi.Input<ProxyConfiguration>): pulumi.Output<string> {
  return pulumi
    .output(configuration)
    .apply(({ text, routes }) => JSON.stringify({ routes, configuration: text, command: [COMMAND] }));
}

/** What pulling needs: nothing from a public registry. */
function pull(image: string, { partition }: DeploymentTarget): Statement[] {
  const repository = ecrRepository(image);
  if (repository === undefined) return [];
  const { accountId, region, name } = repository;
  return [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" }, // It is for all of an account's registries.
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: `arn:${partition}:ecr:${region}:${accountId}:repository/${name}`,
    },
  ];
}
