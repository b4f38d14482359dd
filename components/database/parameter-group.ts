import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Creates cluster parameters that refuse every connection without TLS, the proxy's included, and returns their name.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
 */
export function requireTls(
  name: string,
  engineVersion: number,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  // A group's family cannot change, so each version has its own group.
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
