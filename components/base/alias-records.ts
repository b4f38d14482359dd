import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

interface AliasRecordArgs {
  /** The hosted zone that gets the records. */
  readonly zoneId: pulumi.Input<string>;
  readonly domainName: string;
  /** `A` for IPv4, `AAAA` for IPv6. */
  readonly types: readonly ("A" | "AAAA")[];
  /** DNS name of what the name stands for, and the hosted zone that AWS has it in. */
  readonly alias: { readonly name: pulumi.Input<string>; readonly zoneId: pulumi.Input<string> };
  readonly dependsOn?: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/** Points a name at a resource of AWS. Queries of alias records are free. */
export function createAliasRecords(
  name: string,
  { zoneId, domainName, types, alias, dependsOn = [], parent }: AliasRecordArgs,
): void {
  for (const type of types) {
    new aws.route53.Record(
      `${name}-${type.toLowerCase()}`,
      { zoneId, name: domainName, type, aliases: [{ ...alias, evaluateTargetHealth: false }] },
      { parent, dependsOn: [...dependsOn] },
    );
  }
}
