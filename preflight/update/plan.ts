import { UserError } from "../errors/user-error.js";
import type { Properties } from "../resources/read.js";
import { holdsUnknown } from "../resources/unknown.js";
import type { DeployedStateSource, KeptState, Registration } from "../sources/mocks/recorder.js";
import type { DeployedResource, DeployedStack } from "./deployed.js";
import { type Difference, differences } from "./difference.js";
import { computedByUpdate, effectOf } from "./replacement-rules.js";

/**
 * What an update does to a resource. `may-replace`: the table does not know what the provider does with a changed
 * input, or a value is not known before the update.
 */
export type Action = "create" | "unchanged" | "update" | "replace" | "may-replace" | "delete";

/** What the update does to one resource, and why. */
export interface Step {
  readonly action: Action;
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Undefined if the update creates it. */
  readonly deployed?: DeployedResource;
  /** The inputs that decide: `cidrBlock`, `vpcId (vpc-vpc is replaced)`. */
  readonly because: readonly string[];
  /** Inputs that differ. */
  readonly changed: readonly string[];
  /** Whether the engine refuses the step. A deletion goes by the state, a replacement by the program. */
  readonly isProtected: boolean;
  /** New inputs; none if it is deleted. */
  readonly inputs: Properties;
}

/** What an update would do to a stack, by comparing its program with its state. */
export interface UpdatePlan {
  readonly steps: readonly Step[];
  /** What the plan assumes, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Compares each resource that the program registers with the deployed one, as the engine does at `pulumi preview`: in
 * the order of their dependencies, so that what refers to a replaced resource does not know its new id yet.
 *
 * Use it as the mocks' `deployed`, run the program with `preview`, and read `plan()`.
 */
export class UpdatePlanner implements DeployedStateSource {
  readonly #deployed: ReadonlyMap<string, DeployedResource>;
  readonly #steps = new Map<string, Step>();
  readonly #movesRegion: boolean;
  /** Deployed resources whose secrets are encrypted, so that a change cannot be seen. */
  readonly #hidden = new Set<string>();

  /** @param region the Region of the program's stack file */
  constructor(
    readonly stack: DeployedStack,
    region: string,
  ) {
    this.#deployed = new Map(stack.resources.map((resource) => [resource.urn, resource]));
    this.#movesRegion = stack.region !== undefined && stack.region !== region;
  }

  get zones(): readonly string[] {
    const zones = this.stack.resources
      .filter(({ type }) => type === "aws:ec2/subnet:Subnet")
      .map(({ outputs }) => outputs.availabilityZone);
    return [...new Set(zones.filter((zone) => typeof zone === "string"))].sort();
  }

  stateOf(registration: Registration): KeptState | undefined {
    const step = this.#stepOf(registration);
    this.#steps.set(step.urn, step);
    const { deployed, action } = step;
    if (deployed?.id === undefined || action === "replace" || action === "may-replace") return undefined;
    // What the provider read counts where the program changes nothing: it may write a policy in its own words.
    const stale = new Set([...step.changed, ...(action === "update" ? computedByUpdate(deployed.type) : [])]);
    const outputs = Object.entries(deployed.outputs).filter(
      ([name, value]) => !stale.has(name) && !holdsUnknown(value),
    );
    return { id: deployed.id, properties: { ...known(registration.inputs), ...Object.fromEntries(outputs) } };
  }

  /** The plan, after the program has registered everything. */
  plan(): UpdatePlan {
    const met = new Set([...this.#steps.values()].map(({ deployed }) => deployed));
    const deleted = this.stack.resources
      .filter((deployed) => !met.has(deployed))
      .map(
        (deployed): Step => ({
          action: "delete",
          urn: deployed.urn,
          type: deployed.type,
          name: deployed.name,
          deployed,
          because: ["no longer in the program"],
          changed: [],
          isProtected: deployed.isProtected,
          inputs: {},
        }),
      );
    return { steps: [...this.#steps.values(), ...deleted], notes: this.#notes() };
  }

  #notes(): string[] {
    const { zones } = this;
    const letters = zones.map((zone) => zone.slice(-1));
    const first = "abcdef".slice(0, zones.length);
    return [
      ...(this.#movesRegion ? [`The Region changes, so everything is replaced.`] : []),
      ...(zones.length > 0 && letters.join("") !== first
        ? [
            `The stack is in ${zones.join(", ")}, so it is assumed that AWS does not offer the zones before the last of them to this account. If a list of zones in the configuration became a number, ask \`pulumi preview\`.`,
          ]
        : []),
      ...(this.#hidden.size === 0
        ? []
        : [
            `${this.#hidden.size} ${this.#hidden.size === 1 ? "resource has" : "resources have"} an encrypted secret, so a changed secret is not seen. Export with --show-secrets to compare it.`,
          ]),
    ];
  }

  #stepOf(registration: Registration): Step {
    const { urn, type, name, inputs } = registration;
    const deployed = [urn, ...registration.aliases]
      .map((one) => this.#deployed.get(one))
      .find((one) => one !== undefined);
    const step = { urn, type, name, inputs, isProtected: registration.protect };
    if (deployed === undefined) return { ...step, action: "create", because: [], changed: [] };
    if (deployed.type !== type)
      return {
        ...step,
        deployed,
        action: "replace",
        because: [`its type was ${deployed.type}`],
        changed: [],
      };
    if (this.#movesRegion)
      return { ...step, deployed, action: "replace", because: ["the Region"], changed: [] };
    const found = differences(inputs, deployed, registration.ignoreChanges);
    const verdicts = [...new Set([...found.keys(), ...this.#namesOfReplaced(registration)])].map(
      (property) => ({
        property,
        ...this.#verdict(registration, deployed, property, found.get(property)),
      }),
    );
    const action =
      (["replace", "may-replace", "update"] as const).find((one) =>
        verdicts.some((verdict) => verdict.action === one),
      ) ?? "unchanged";
    return {
      ...step,
      deployed,
      action,
      because: verdicts.filter((verdict) => verdict.action === action).map(({ because }) => because),
      changed: verdicts.filter((verdict) => verdict.action !== "unchanged").map(({ property }) => property),
    };
  }

  /** Inputs that come from a replaced resource. Their value may be the same, and the engine replaces all the same. */
  #namesOfReplaced({ propertyDependencies }: Registration): string[] {
    return Object.entries(propertyDependencies)
      .filter(([, urns]) => urns.some((urn) => this.#isReplaced(urn)))
      .map(([property]) => property);
  }

  #isReplaced(urn: string): boolean {
    const action = this.#steps.get(urn)?.action;
    return action === "replace" || action === "may-replace";
  }

  #verdict(
    { type, propertyDependencies, inputs, replaceOnChanges }: Registration,
    deployed: DeployedResource,
    property: string,
    difference: Difference | undefined,
  ): { readonly action: Action; readonly because: string } {
    // `replaceOnChanges` may name a part of the input: `tags.version`.
    const isAsked = replaceOnChanges.some((path) => path === "*" || path.split(/[.[]/)[0] === property);
    const effect = isAsked && difference !== undefined ? "replace" : effectOf(type, property);
    const sources = (propertyDependencies[property] ?? []).flatMap((urn) => this.#steps.get(urn) ?? []);
    const replaced = sources.find(({ action }) => action === "replace");
    const uncertain = sources.find(({ action }) => action === "may-replace");
    const made = sources.find(({ action }) => action === "create");
    const cause = replaced ?? uncertain ?? made;
    const because = cause === undefined ? property : `${property} (${cause.name} is ${PAST[cause.action]})`;
    const isHidden =
      difference === "unknown" && cause === undefined && holdsUnknown(deployed.inputs[property]);
    if (isHidden) this.#hidden.add(deployed.urn);
    if (effect === "update") {
      // Against a report a replaced resource has the same id on both sides, so its name in the input counts.
      const follows = replaced !== undefined || uncertain !== undefined;
      return { action: follows || (difference !== undefined && !isHidden) ? "update" : "unchanged", because };
    }
    if (effect === undefined) {
      // What comes from a replaced resource and says the same is at most updated.
      if (difference === undefined) return { action: "unchanged", because };
      return { action: "may-replace", because: `${because}: not in the table of what replaces` };
    }
    if (difference === "changed" || replaced !== undefined) return { action: "replace", because };
    if (made !== undefined && uncertain === undefined && holdsUnknown(inputs[property]))
      return { action: "replace", because };
    return { action: "may-replace", because: isHidden ? `${because}: an encrypted secret` : because };
  }
}

const PAST: Readonly<Record<Action, string>> = {
  create: "new",
  unchanged: "unchanged",
  update: "updated",
  replace: "replaced",
  "may-replace": "perhaps replaced",
  delete: "deleted",
};

/** The inputs that are known. The others are outputs that are not known either. */
function known(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !holdsUnknown(value)));
}

/** @throws UserError if the export is of another stack */
export function requireSameStack({ project, stack }: DeployedStack, planned: StackName): void {
  if (project === planned.project && stack === planned.stack) return;
  throw new UserError(
    `The file is of stack ${stack} of project ${project}, not of stack ${planned.stack} of project ${planned.project}. Write one with: pulumi stack export -s ${planned.stack} --file export.json`,
  );
}

interface StackName {
  readonly project: string;
  readonly stack: string;
}
