import { graphFromResources } from "../graph/build/build.js";
import type { Graph, Key, ResourceRef } from "../graph/model.js";
import { isModelled } from "../graph/modelled-types.js";
import type { Intent, Place } from "../intents.js";
import { type Proof, proveIntents, resourceByArn, traceEach, type Verdict } from "../reachability/index.js";
import { CreationOrder } from "./creation-order.js";
import { minimalSubset } from "./minimal-subset.js";
import { type User, usersOf } from "./users.js";

/** A path that may not be complete when its traffic starts. */
export interface LatePath {
  readonly intent: Intent;
  /** What starts the traffic: the function's alias, a trigger, the API's stage. */
  readonly user: ResourceRef;
  /** What the path needs and may be made after `user`. With all of these before it, the path would be complete. */
  readonly late: readonly LateResource[];
}

export interface LateResource {
  readonly ref: ResourceRef;
  /** Whether it waits for the user itself, so that the order cannot be turned round by one more dependency. */
  readonly waitsForUser: boolean;
}

/** Whether every required path is there before what uses it. */
export interface OrderCheck {
  /** Pairs of a required intent and a resource that starts its traffic. */
  readonly paths: number;
  readonly late: readonly LatePath[];
  /** Required intents that the check says nothing about, with the reason. */
  readonly notJudged: readonly { readonly intent: Intent; readonly reason: string }[];
}

/**
 * Checks that nothing on the path of a required intent is made after what uses it. At the moment at which a user is
 * created or updated, only what it waits for is certain to exist. So the check asks the same question in a stack of only
 * these resources, and the answer has to be the same path. Deletion goes in reverse, so the same check holds for it.
 *
 * Order is not propagation: a role's policy may take seconds to take effect everywhere after AWS has accepted it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 *
 * @param proofs the proofs of the graph's intents, if they are known already
 */
export function checkOrder(graph: Graph, proofs: readonly Proof[] = proveIntents(graph)): OrderCheck {
  const order = new CreationOrder(graph.resources);
  const required = proofs.filter(({ intent }) => intent.must === "reach");
  const isTold = order.isTold;
  const checks = new Map<Key, Moment>();
  const momentOf = (user: User) => {
    const known = checks.get(user.ref.urn) ?? new Moment(graph, order, user);
    checks.set(user.ref.urn, known);
    return known;
  };
  const judged = required.map(({ intent, ok }) => {
    if (!ok) return { intent, reason: "it is not proved that the path exists" };
    if (!isTold) return { intent, reason: "the resources tell no dependencies" };
    const users = usersOf(graph, order, intent);
    if (users.length === 0) return { intent, reason: "nothing in the stack starts its traffic" };
    return { intent, moments: users.map(momentOf) };
  });
  return {
    paths: judged.reduce((sum, { moments = [] }) => sum + moments.length, 0),
    late: judged.flatMap(({ intent, moments = [] }) =>
      moments.flatMap((moment): LatePath[] => {
        const late = moment.lateOn(intent);
        return late.length === 0 ? [] : [{ intent, user: moment.user.ref, late }];
      }),
    ),
    notJudged: judged.flatMap(({ intent, reason }) => (reason === undefined ? [] : [{ intent, reason }])),
  };
}

/** The moment at which a user is created or updated: what certainly exists then, and what may not. */
class Moment {
  readonly #certain: ReadonlySet<Key>;
  readonly #now: Graph;

  constructor(
    private readonly graph: Graph,
    private readonly order: CreationOrder,
    readonly user: User,
  ) {
    const { ref, types } = user;
    const before = order.before(ref.urn);
    const others = types === undefined ? [] : [...graph.resources.values()];
    this.#certain = new Set([
      ref.urn,
      ...before,
      ...others.filter(({ type }) => types?.has(type) === false).map(({ urn }) => urn),
      // What the program only reads is older than the stack.
      ...order.older,
    ]);
    this.#now = this.#with([]);
  }

  /** What the path of an intent needs of what may be made later. */
  lateOn({ from, to, port }: Intent): readonly LateResource[] {
    const all = traceEach(this.graph, from, to, port);
    const isComplete = (now: Graph) =>
      hasDestination(this.graph, now, to) && samePaths(this.graph, all, traceEach(now, from, to, port));
    if (isComplete(this.#now)) return [];
    return minimalSubset(this.#likeliestFirst(all), (keys) => isComplete(this.#with(keys))).map((key) => ({
      ref: this.graph.refOf(key),
      waitsForUser: this.#waitsForUser(key),
    }));
  }

  /** What may be made later. Components are nothing in AWS, and no proof looks at other types. */
  get #later(): readonly Key[] {
    return [...this.graph.resources.values()]
      .filter(
        ({ urn, type, isComponent = false }) => !isComponent && isModelled(type) && !this.#certain.has(urn),
      )
      .map(({ urn }) => urn);
  }

  /** What the whole stack's paths name first, then what waits for few others; what waits for the user comes last. */
  #likeliestFirst(all: readonly Verdict[]): readonly Key[] {
    const named = new Set(
      all.flatMap(({ path }) =>
        path.flatMap(({ at, by }) => [at.urn, ...(by === undefined ? [] : [by.urn])]),
      ),
    );
    const rank = (key: Key) => [
      Number(this.#waitsForUser(key)),
      Number(!named.has(key)),
      this.order.before(key).size,
    ];
    return this.#later
      .map((key) => ({ key, rank: rank(key) }))
      .sort((a, b) => a.rank.reduce((found, part, i) => found || part - (b.rank[i] ?? 0), 0))
      .map(({ key }) => key);
  }

  #waitsForUser(key: Key): boolean {
    return this.order.before(key).has(this.user.ref.urn);
  }

  /** The stack at that moment, if these resources and all that they wait for were there too. */
  #with(keys: readonly Key[]): Graph {
    const there = new Set([...this.#certain, ...keys, ...keys.flatMap((key) => [...this.order.before(key)])]);
    const { resources, account, region, publishedRanges } = this.graph;
    const existing = [...there].flatMap((key) => resources.get(key) ?? []);
    return graphFromResources(existing, { account, region }, publishedRanges);
  }
}

/** Whether the resource that a call is for exists, if it is the stack's: a service answers without it, but an error. */
function hasDestination(all: Graph, now: Graph, to: Place): boolean {
  if (to.kind !== "service") return true;
  const found = resourceByArn(all, to.resource);
  return found === undefined || now.resources.has(found.ref.urn);
}

/**
 * Whether all paths are open in both, by the same names and through the same resources. Another rule of the same group may let them through,
 * and another route table may lead to the same place.
 */
function samePaths(graph: Graph, all: readonly Verdict[], now: readonly Verdict[]): boolean {
  const paths = new Set(now.map((verdict) => pathOf(graph, verdict)));
  return !paths.has(undefined) && all.every((verdict) => paths.has(pathOf(graph, verdict)));
}

/** What a path goes through; undefined if it is not open. */
function pathOf({ routeTables }: Graph, verdict: Verdict): string | undefined {
  if (verdict.status !== "reachable") return undefined;
  const at = verdict.path.map(({ at }) => at.urn).filter((urn) => !routeTables.has(urn));
  return JSON.stringify([verdict.via, verdict.name, at]);
}
