import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { resolve } = createRequire(import.meta.url);

/**
 * Whether resources of a type, such as `aws:ec2/vpc:Vpc`, can have tags, according to the class in the Pulumi AWS SDK.
 */
export function takesTags(type: string): boolean {
  const [, module] = /^aws:([^:]+):/.exec(type) ?? [];
  if (module === undefined) throw new Error(`${type} is no type of AWS's provider`);
  const source = readFileSync(resolve(`@pulumi/aws/${module}.js`), "utf8");
  if (!source.includes(`'${type}'`)) throw new Error(`@pulumi/aws/${module}.js is not the class of ${type}`);
  return /resourceInputs\["tags"\] = args/.test(source);
}
