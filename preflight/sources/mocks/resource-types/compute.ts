import { createHash } from "node:crypto";

/** Input of a resource's provider: the requested properties and the target of the deployment. */
export interface ResourceContext {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
  readonly accountId: string;
}

/** Output of the provider: the id, and the outputs that are not inputs. */
export interface Computed {
  readonly id: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export type Compute = (context: ResourceContext) => Computed;

/** A stable replacement of AWS's random part of an id. The same resource gets the same one in every run. */
export function hex(length: number, ...of: readonly string[]): string {
  return createHash("sha256").update(of.join("\n")).digest("hex").slice(0, length);
}

export const arn = ({ region, accountId }: ResourceContext, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

export const text = (context: ResourceContext, key: string): string => String(context.inputs[key] ?? "");

/** Name of an auto-named resource: the logical name with a suffix, as in the engine. */
export const physicalName = (context: ResourceContext): string =>
  text(context, "name") || `${context.name}-${hex(7, context.name)}`;

/** A resource with a name and an ARN. */
export const named =
  (arnOf: (name: string, context: ResourceContext) => string): Compute =>
  (context) => {
    const name = physicalName(context);
    return { id: name, outputs: { name, arn: arnOf(name, context) } };
  };

/** A resource that associates others and has only an id. */
export const association =
  (prefix: string): Compute =>
  ({ name }) => ({ id: `${prefix}-${hex(17, prefix, name)}` });
