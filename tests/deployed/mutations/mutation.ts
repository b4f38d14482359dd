import { expect } from "chai";
import { isRecord } from "../../../preflight/resources/read.js";

export type Properties = Readonly<Record<string, unknown>>;

/** A resource as `pulumi stack export` writes it. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  readonly [property: string]: unknown;
}

/** Changes one thing of a deployed stack, as an update would: in the inputs and in the outputs. */
export type Edit = (stack: readonly Exported[]) => readonly Exported[];

/** A way that AWS offers to open what must stay closed, or to break what must work. */
export interface Mutation {
  /** The change, after "fails the affected proofs after …". */
  readonly title: string;
  readonly edit: Edit;
  /** The proofs that fail: those whose name contains one of the texts. None if the change neither opens nor breaks. */
  readonly fails: readonly string[];
  /** The resource to blame, which each failure names. */
  readonly names?: string;
}

const nameOf = ({ urn }: Exported): string => urn.split("::").slice(3).join("::");

function isNamed(resource: Exported, type: string, name: string): boolean {
  return nameOf(resource) === name && resource.type.endsWith(type);
}

/** @param type the end of its type token: `:RestApiPolicy` */
export function find(stack: readonly Exported[], type: string, name: string): Exported {
  const found = stack.filter((resource) => isNamed(resource, type, name));
  expect(found, `${type} ${name} is in the stack`).to.have.length(1);
  const [only] = found;
  if (only === undefined) throw new Error(`no ${type} ${name}`);
  return only;
}

export function idOf(stack: readonly Exported[], type: string, name: string): string {
  return String(find(stack, type, name).id);
}

/** Replaces some of a resource's properties. */
export function set(
  type: string,
  name: string,
  edit: Properties | ((properties: Properties, stack: readonly Exported[]) => Properties),
): Edit {
  return (stack) => {
    const target = find(stack, type, name);
    const changes = typeof edit === "function" ? edit(target.inputs ?? {}, stack) : edit;
    const changed = {
      ...target,
      inputs: { ...target.inputs, ...changes },
      outputs: { ...target.outputs, ...changes },
    };
    return stack.map((resource) => (resource === target ? changed : resource));
  };
}

/** The types whose outputs copy a policy that is a resource of its own, with the property that names the owner. */
const COPIES = [
  ["aws:apigateway/restApi:RestApi", "aws:apigateway/restApiPolicy:RestApiPolicy", "restApiId"],
  ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "vpcEndpointId"],
  ["aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy", "arn"],
] as const;

/** The stack after `pulumi refresh`, which updates what a resource's outputs copy of others. */
export function refreshed(stack: readonly Exported[]): readonly Exported[] {
  return stack.map((resource) => {
    const { type, id, outputs, inputs } = resource;
    if (type === "aws:ec2/routeTable:RouteTable") return { ...resource, outputs: { ...outputs, routes: [] } };
    const copy = COPIES.find(([owner]) => owner === type);
    if (copy === undefined || inputs?.policy !== undefined) return resource;
    const [, kind, property] = copy;
    const own = stack.filter((other) => other.type === kind && other.inputs?.[property] === id);
    const policy = own.at(-1)?.outputs?.policy ?? (own.length > 0 ? "" : undefined);
    if (policy === undefined && type !== "aws:apigateway/restApi:RestApi") return resource;
    return { ...resource, outputs: { ...outputs, policy: policy ?? "" } };
  });
}

/** Removes a resource. */
export function drop(type: string, name: string): Edit {
  return (stack) => {
    const target = find(stack, type, name);
    return stack.filter((resource) => resource !== target);
  };
}

/** Adds a resource. Its provider is the stack's. */
export function add(
  type: string,
  name: string,
  properties: Properties | ((stack: readonly Exported[]) => Properties),
  id = `${name}-id`,
): Edit {
  return (stack) => {
    const made = typeof properties === "function" ? properties(stack) : properties;
    const [root] = stack;
    const [, stackName = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(root?.urn ?? "") ?? [];
    const provider = stack.find((resource) => resource.type === "pulumi:providers:aws");
    return [
      ...stack,
      {
        urn: `urn:pulumi:${stackName}::${project}::${type}::${name}`,
        custom: true,
        id,
        type,
        inputs: made,
        outputs: { id, ...made },
        parent: root?.urn,
        ...(provider !== undefined && { provider: `${provider.urn}::${provider.id}` }),
      },
    ];
  };
}

/** Several edits, one after the other. */
export function both(...edits: readonly Edit[]): Edit {
  return (stack) => edits.reduce((before, edit) => edit(before), stack);
}

type Statement = Record<string, unknown>;

/** Edits the statements of a policy document. */
export function policy(
  type: string,
  name: string,
  edit: (statements: readonly Statement[]) => readonly unknown[],
): Edit {
  return set(type, name, ({ policy }) => {
    const document: unknown = JSON.parse(String(policy));
    const statements = isRecord(document) && Array.isArray(document.Statement) ? document.Statement : [];
    expect(statements, "the policy has statements").not.to.have.length(0);
    return {
      policy: JSON.stringify({ Version: "2012-10-17", Statement: edit(statements.filter(isRecord)) }),
    };
  });
}

/** Edits the statements of one effect. */
export function statements(
  effect: "Allow" | "Deny",
  edit: Statement,
): (all: readonly Statement[]) => readonly unknown[] {
  return (all) => {
    expect(
      all.some(({ Effect }) => Effect === effect),
      `a statement with ${effect}`,
    ).to.equal(true);
    return all.map((statement) =>
      statement.Effect === effect ? withoutUndefined({ ...statement, ...edit }) : statement,
    );
  };
}

function withoutUndefined(statement: Statement): Statement {
  return Object.fromEntries(Object.entries(statement).filter(([, value]) => value !== undefined));
}
