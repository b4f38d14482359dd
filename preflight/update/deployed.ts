import { UserError } from "../errors/user-error.js";
import { isRecord, type Properties } from "../resources/read.js";
import { UNKNOWN } from "../resources/unknown.js";
import { resourcesFromExport } from "../sources/stack-export.js";
import { isUnknownText, plainValue } from "../sources/wire-values.js";

/** A resource as the stack's state has it. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly id?: string;
  /** What the program gave, without the engine's own entries. A secret that is encrypted is `UNKNOWN`. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Inputs that the provider chose, such as a name with random letters. */
  readonly defaults: ReadonlySet<string>;
  readonly isProtected: boolean;
  readonly isRetained: boolean;
}

/** What is deployed of a stack. */
export interface DeployedStack {
  readonly project: string;
  readonly stack: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly resources: readonly DeployedResource[];
}

/**
 * The deployed resources of a `pulumi stack export`, without components, providers, and what the stack only reads.
 * @throws UserError if the JSON is not a stack export, or has no resource
 */
export function deployedStack(json: unknown): DeployedStack {
  resourcesFromExport(json); // refuses what is no export
  const deployment = isRecord(json) && isRecord(json.deployment) ? json.deployment : {};
  const all = (Array.isArray(deployment.resources) ? deployment.resources : []).filter(isRecord);
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(String(all[0]?.urn ?? "")) ?? [];
  if (stack === undefined || project === undefined) {
    throw new UserError("the stack export has no resource: nothing is deployed, so an update only creates");
  }
  const provider = all.find(({ type }) => type === "pulumi:providers:aws");
  const { region } = isRecord(provider?.inputs) ? provider.inputs : {};
  const resources = all.flatMap((one) => deployedResource(one));
  return {
    project,
    stack,
    ...(typeof region === "string" && { region }),
    ...accountOf(resources),
    resources,
  };
}

function deployedResource(resource: Properties): DeployedResource[] {
  const { urn, type, id, inputs, outputs, custom, external, protect, retainOnDelete } = resource;
  if (typeof urn !== "string" || typeof type !== "string") return [];
  if (custom === false || external === true || /^pulumi:(providers|pulumi):/.test(type)) return [];
  // The old half of a replacement that an interrupted update left: the next update deletes it in any case.
  if (resource.delete === true) return [];
  const given = opened(inputs);
  const { __defaults: chosen, ...own } = given;
  return [
    {
      urn,
      type,
      name: urn.split("::").slice(3).join("::"),
      ...(typeof id === "string" && id !== "" && !isUnknownText(id) && { id }),
      inputs: own,
      outputs: opened(outputs),
      defaults: new Set(Array.isArray(chosen) ? chosen.map(String) : []),
      isProtected: protect === true,
      isRetained: retainOnDelete === true,
    },
  ];
}

/** Plain properties. A secret in plain text is compared; no text of it is shown. */
function opened(properties: unknown): Properties {
  if (!isRecord(properties)) return {};
  const open = ({ plaintext }: Properties): unknown => {
    const value = typeof plaintext === "string" ? parsed(plaintext) : undefined;
    return value === undefined ? UNKNOWN : plainValue(value, open);
  };
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plainValue(value, open)]));
}

function parsed(plaintext: string): unknown {
  try {
    return JSON.parse(plaintext);
  } catch {
    return undefined;
  }
}

/** The account's digits, from the first ARN that has them. */
function accountOf(resources: readonly DeployedResource[]): { accountId?: string } {
  for (const { outputs } of resources) {
    const [, accountId] = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(String(outputs.arn ?? "")) ?? [];
    if (accountId !== undefined) return { accountId };
  }
  return {};
}
