import type { Key } from "../graph/model.js";
import type { SourceResource } from "../resources/resource.js";

/**
 * What the engine creates before what, from the dependencies that it records. Deletion is the reverse. A resource waits
 * for its dependencies, for its provider and for its parent. If the parent is a component, it waits for the component's
 * dependencies, but for no other child of it. Whoever depends on a component waits for all its children.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/options/dependson/
 * @see https://www.pulumi.com/docs/iac/concepts/resources/components/
 */
export class CreationOrder {
  readonly #resources: ReadonlyMap<Key, SourceResource>;
  readonly #children = new Map<Key, Key[]>();
  readonly #before = new Map<Key, ReadonlySet<Key>>();

  /** Resources that the program only reads, so that they are older than the stack. */
  readonly older: readonly Key[];

  constructor(resources: ReadonlyMap<Key, SourceResource>) {
    this.#resources = resources;
    this.older = [...resources.values()].flatMap(({ urn, isRead }) => (isRead === true ? [urn] : []));
    for (const { urn, parent } of resources.values()) {
      if (parent === undefined) continue;
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [urn]);
      else siblings.push(urn);
    }
  }

  /** Whether the source tells dependencies at all: an export that was cut down by hand may not. */
  get isTold(): boolean {
    return [...this.#resources.values()].some((resource) => dependenciesOf(resource).length > 0);
  }

  /** The resources that certainly exist when this one is created or updated, without itself. */
  before(urn: Key): ReadonlySet<Key> {
    const known = this.#before.get(urn);
    if (known !== undefined) return known;
    const found = new Set<Key>();
    const open = this.#waitsFor(urn);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === urn || found.has(next)) continue;
      found.add(next);
      open.push(...this.#waitsFor(next));
    }
    this.#before.set(urn, found);
    return found;
  }

  /** What a resource waits for directly. */
  #waitsFor(urn: Key): Key[] {
    const resource = this.#resources.get(urn);
    if (resource === undefined) return [];
    const { parent, provider } = resource;
    const outer = [parent, provider].filter((key) => key !== undefined);
    const dependencies = dependenciesOf(resource).flatMap((key) => [key, ...this.#childrenOf(key, urn)]);
    return [...outer, ...dependencies].filter((key) => this.#resources.has(key));
  }

  /** Everything in a component; nothing for other resources, and nothing for what is itself in the component. */
  #childrenOf(component: Key, waiting: Key): Key[] {
    const found: Key[] = [];
    const open = [component];
    const seen = new Set<Key>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next) || this.#resources.get(next)?.isComponent !== true) continue;
      seen.add(next);
      const children = this.#children.get(next) ?? [];
      if (children.includes(waiting)) return [];
      found.push(...children);
      open.push(...children);
    }
    return found;
  }
}

function dependenciesOf({ dependencies = [], propertyDependencies = {} }: SourceResource): readonly Key[] {
  return [...new Set([...dependencies, ...Object.values(propertyDependencies).flat()])];
}
