import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The name of a cluster's parameters that let nobody in without TLS, the proxy included.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
 */
export function requireTls(
  name: string,
  engineVersion: number,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  // Its family cannot change, so each version has a group of its own.
  const family = `aurora-postgresql${engineVersion}`;
  const group = new aws.rds.ClusterParameterGroup(
    `${name}-${family}`,
    {
      family,
      description: `Parameters of ${name}`,
      parameters: [{ name: "rds.force_ssl", value: "1" }],
    },
    { parent },
  );
  return group.name;
}
