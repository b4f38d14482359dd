import { createHash } from "node:crypto";

/** What a resource's provider would know: everything that was asked for, and where it is deployed. */
export interface ResourceContext {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accountId: string;
}

/** What the provider computes: the id, and the outputs that are not inputs. */
export interface Computed {
  readonly id: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export type Compute = (context: ResourceContext) => Computed;

/** A stable stand-in for AWS's random part of an id: the same resource has the same one in every run. */
export function hex(length: number, ...of: readonly string[]): string {
  return createHash("sha256").update(of.join("\n")).digest("hex").slice(0, length);
}

export const arn = ({ region, accountId }: ResourceContext, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

export const text = (context: ResourceContext, key: string): string => String(context.inputs[key] ?? "");

/** An auto-named resource's name: the logical name with a suffix, as the engine makes it. */
export const physicalName = (context: ResourceContext): string =>
  text(context, "name") || `${context.name}-${hex(7, context.name)}`;

/** A resource with a name and an ARN. */
export const named =
  (arnOf: (name: string, context: ResourceContext) => string): Compute =>
  (context) => {
    const name = physicalName(context);
    return { id: name, outputs: { name, arn: arnOf(name, context) } };
  };

/** A resource that associates others: it has only an id. */
export const association =
  (prefix: string): Compute =>
  ({ name }) => ({ id: `${prefix}-${hex(17, prefix, name)}` });
