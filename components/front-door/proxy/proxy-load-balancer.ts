import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";
import type { TierSubnet } from "../../network/vpc/subnet-tier.js";
import { NGINX_HEALTH_PORT, NGINX_PORT, TIMEOUTS } from "./nginx-configuration.js";

export interface ProxyLoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly internal: boolean;
  readonly ipv6: boolean;
  readonly subnets: readonly TierSubnet[];
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly certificateArn: pulumi.Input<string>;
  readonly tlsPolicy: string;
  /** The action of the listener on port 80. */
  readonly redirect: aws.types.input.lb.ListenerDefaultAction;
  readonly deletionProtection: boolean;
  /** Bucket of the access logs; none without. */
  readonly logBucket?: pulumi.Input<string>;
  readonly dependsOn: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/** The load balancer of kind `proxy`. */
export interface ProxyLoadBalancer {
  readonly loadBalancer: pulumi.Output<aws.lb.LoadBalancer>;
  readonly targetGroup: pulumi.Output<aws.lb.TargetGroup>;
  readonly httpsListenerArn: pulumi.Output<string>;
  /** The component, with all that is in it. */
  readonly component: pulumi.Resource;
}

/** Seconds that the requests of a task have to end; more than an answer may take. */
const DEREGISTRATION_DELAY = TIMEOUTS.read + 3;

/**
 * A load balancer whose port 443 sends every request to NGINX's tasks, and whose port 80 redirects.
 * @see https://www.pulumi.com/registry/packages/awsx/api-docs/lb/applicationloadbalancer/
 */
export function createProxyLoadBalancer(name: string, args: ProxyLoadBalancerArgs): ProxyLoadBalancer {
  const component = new awsx.lb.ApplicationLoadBalancer(
    name,
    {
      internal: args.internal,
      ipAddressType: args.ipv6 ? "dualstack" : "ipv4",
      subnetIds: args.subnets.map(({ subnet }) => subnet.id),
      securityGroups: [args.securityGroup.id],
      idleTimeout: TIMEOUTS.loadBalancerIdle,
      enableHttp2: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      // NGINX takes the last address, which is the one that the load balancer saw.
      xffHeaderProcessingMode: "append",
      enableDeletionProtection: args.deletionProtection,
      ...(args.logBucket !== undefined && { accessLogs: { bucket: args.logBucket, enabled: true } }),
      defaultTargetGroup: {
        vpcId: args.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        port: NGINX_PORT,
        deregistrationDelay: DEREGISTRATION_DELAY,
        healthCheck: {
          protocol: "HTTP",
          port: String(NGINX_HEALTH_PORT),
          path: "/",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      listeners: [
        { port: 443, protocol: "HTTPS", sslPolicy: args.tlsPolicy, certificateArn: args.certificateArn },
        { port: 80, protocol: "HTTP", defaultActions: [args.redirect] },
      ],
    },
    { parent: args.parent, dependsOn: [...args.dependsOn] },
  );
  loadClasses();
  return {
    loadBalancer: component.loadBalancer,
    targetGroup: component.defaultTargetGroup,
    httpsListenerArn: component.listeners.apply((listeners) => arnOfFirst(listeners)),
    component,
  };
}

/** The SDK gives a component's resources as such only if their classes were loaded; otherwise as their ids. */
function loadClasses(): void {
  const needed = [
    aws.lb.LoadBalancer,
    aws.lb.TargetGroup,
    aws.lb.Listener,
    aws.ecs.Service,
    aws.ecs.TaskDefinition,
  ];
  if (needed.some((one) => typeof one !== "function")) throw new Error("@pulumi/aws has no classes");
}

function arnOfFirst(listeners: aws.lb.Listener[] | undefined): pulumi.Output<string> {
  const [https] = listeners ?? [];
  if (https === undefined) throw new Error("the load balancer has no listener");
  return https.arn;
}
