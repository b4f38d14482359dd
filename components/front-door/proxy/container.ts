import { logGroupName } from "../../base/names.js";
import { NGINX_HEALTH_PORT, NGINX_PORT } from "./nginx-configuration.js";

/** Name of the log group of the tasks. */
export function proxyLogGroupName(name: string): string {
  return logGroupName("/aws/ecs", name);
}

/** Name of the container in the task. */
export const CONTAINER = "nginx";

/** Variable that has NGINX's configuration. */
export const CONFIGURATION = "NGINX_CONFIGURATION";

/**
 * Writes the configuration into the only place that can be written to, and becomes NGINX. So the image stays as it was
 * published, and the configuration is part of the task definition: a new one is a new revision, which the service
 * replaces its tasks for, or goes back from.
 */
export const COMMAND = `printf '%s' "$${CONFIGURATION}" > /tmp/nginx.conf && exec nginx -e stderr -c /tmp/nginx.conf -g 'daemon off;'`;

/** Endpoints through which tasks of Amazon ECS pull images from Amazon ECR and write logs, if there is no NAT. */
export const PROXY_ENDPOINTS = ["ecr.api", "ecr.dkr", "logs"] as const;

/** User of NGINX's unprivileged images. */
const USER = "101";

/**
 * A container that cannot change its files: a small file system in memory is all that NGINX may write to.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 * @see https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-ecs-tmpfs-mounts-aws-fargate-managed-instances/
 */
export function nginxContainer(args: {
  readonly image: string;
  readonly logGroup: string;
  readonly region: string;
}) {
  return {
    name: CONTAINER,
    image: args.image,
    essential: true,
    user: USER,
    readonlyRootFilesystem: true,
    entryPoint: ["/bin/sh", "-c"],
    command: [COMMAND],
    linuxParameters: {
      // Seconds in which NGINX ends its requests come from stopTimeout; without an init process it gets the signal itself.
      initProcessEnabled: false,
      capabilities: { drop: ["ALL"] },
      tmpfs: [{ containerPath: "/tmp", size: 16, mountOptions: ["mode=1777", "nosuid", "nodev", "noexec"] }],
    },
    portMappings: [
      { containerPort: NGINX_PORT, hostPort: NGINX_PORT, protocol: "tcp" },
      { containerPort: NGINX_HEALTH_PORT, hostPort: NGINX_HEALTH_PORT, protocol: "tcp" },
    ],
    stopTimeout: 40,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": args.logGroup,
        "awslogs-region": args.region,
        "awslogs-stream-prefix": CONTAINER,
        // Logs that cannot be delivered are lost; requests do not wait for them.
        mode: "non-blocking",
        "max-buffer-size": "4m",
      },
    },
  };
}

/** A repository of Amazon ECR, by an image's name; undefined if the image is elsewhere. */
export function ecrRepository(
  image: string,
): { readonly accountId: string; readonly region: string; readonly name: string } | undefined {
  const found =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([a-z0-9][a-z0-9._/-]*)(?::[\w.-]+)?@/.exec(
      image,
    );
  const [, accountId, region, name] = found ?? [];
  if (accountId === undefined || region === undefined || name === undefined) return undefined;
  return { accountId, region, name };
}
