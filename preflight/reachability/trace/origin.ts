import type { Cidr } from "../../aws/cidr.js";
import type {
  LambdaFunction,
  ManagedResource,
  ResourceRef,
  TransitGatewayAttachment,
  VpcEndpoint,
} from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { isKnown } from "../../resources/unknown.js";
import type { NameKind } from "../api/names.js";
import type { MaybeInterface, NetworkInterface } from "../network/interfaces.js";
import type { PeerEnd } from "../network/peering.js";
import type { FoundMethod, MethodPlace } from "../places/resolve.js";
import type { ServicePlace } from "../services/authorization.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";

/** A destination of a question, found in the graph. */
export type Destination =
  | { readonly kind: "internet"; readonly family?: 6 }
  /** A VPC outside the stack, of which nothing but its lack of an endpoint is known. */
  | { readonly kind: "other-vpc"; readonly ref: ResourceRef }
  /** An interface, or what has to be known to find it. */
  | { readonly kind: "interface"; readonly to: MaybeInterface }
  | { readonly kind: "endpoint"; readonly endpoint: VpcEndpoint }
  | { readonly kind: "function"; readonly function: LambdaFunction }
  | { readonly kind: "method"; readonly found: FoundMethod; readonly place: MethodPlace }
  /** Any private API of the Region but those of the stack and these. */
  | { readonly kind: "other-api"; readonly besides: readonly string[] }
  | { readonly kind: "service"; readonly service: ServicePlace }
  | ResourceDestination
  | { readonly kind: "address"; readonly cidr: Cidr; readonly text: string; readonly port?: number }
  | HostDestination
  | { readonly kind: "peer"; readonly peer: PeerEnd }
  | { readonly kind: "transit-gateway"; readonly attachment: TransitGatewayAttachment };

/** A host on the internet by its name. */
export interface HostDestination {
  readonly kind: "host";
  readonly name: string;
  readonly port?: number;
}

/** A database, a queue or the like: a service's resource or one with network interfaces. */
export interface ResourceDestination {
  readonly kind: "resource";
  readonly resource: ManagedResource;
  /** The name in the question. */
  readonly name: string;
  readonly databaseUser?: string;
  /** What the caller does with it; undefined: anything. */
  readonly action?: string;
}

/**
 * One origin of a question, with its verdict on each kind of destination. It has no method for a kind that it never
 * reaches, and answers undefined for a destination that it does not reach; then `otherwise` decides.
 */
export interface Origin {
  readonly ref: ResourceRef;
  /** Which of the destinations of one name the origin means; all of them by default. */
  choose?(destinations: readonly Destination[]): readonly Destination[];
  /** The verdict if the origin reaches no destination of the place; by default the place is not in the stack. */
  otherwise?(place: Place): Verdict | undefined;
  toInternet?(): Verdict;
  /** By default it is not known whether the origin sends over IPv6. */
  toInternetOverIpv6?(): Verdict;
  toInterface?(to: NetworkInterface): Verdict;
  /** By the public addresses of a load balancer's node or another interface that may have some. */
  toPublicAddress?(to: NetworkInterface, port: number): Verdict | undefined;
  /** By default the endpoint's interfaces are the destination. */
  toEndpoint?(endpoint: VpcEndpoint): readonly Verdict[] | undefined;
  toFunction?(to: LambdaFunction): Verdict | undefined;
  /** @param kind the kind of name that the call uses; by default any that works */
  toMethod?(found: FoundMethod, place: MethodPlace, kind?: NameKind): Verdict | undefined;
  toOtherApi?(besides: readonly string[]): Verdict | undefined;
  /** @param name the name in the question */
  toService?(service: ServicePlace, name: string): Verdict | undefined;
  /** By default a service's resource is the service, and any other resource is its interfaces. */
  toResource?(destination: ResourceDestination): readonly Verdict[];
  toAddress?(cidr: Cidr, text: string): Verdict;
  /** By default the host is the internet, whose names the origin resolves. */
  toHost?(host: HostDestination): Verdict;
  toPeer?(peer: PeerEnd): readonly Verdict[];
  toTransitGateway?(attachment: TransitGatewayAttachment): readonly Verdict[];
  toOtherVpc?(ref: ResourceRef): Verdict;
}

export function notInStack(ref: ResourceRef): Verdict {
  return new TraceBuilder().unknown(ref, `${ref.name} is not in the stack`);
}

/** The start of a trace over IPv6, for which the interface may have no address. */
export function overIpv6({ owner, publicAddress }: NetworkInterface): TraceBuilder {
  const trace = new TraceBuilder();
  if (!isKnown(publicAddress)) trace.undetermined(owner, `whether ${owner.name} has an IPv6 address`);
  return trace;
}

/** The verdict on a connection to a function, which accepts none. */
export function noListener({ ref }: LambdaFunction): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "FUNCTION_HAS_NO_ADDRESS",
    reason: `${ref.name} is a Lambda function: its network interfaces accept no connections`,
    fix: `Invoke ${ref.name} through the Lambda API or an API Gateway method.`,
  });
}

/**
 * The verdict on a call that a host outside the stack signs: its account and its role decide, and neither is in the
 * stack. Undefined for a service alone, to which it only needs a way.
 */
export function callerElsewhere(
  ref: ResourceRef,
  { action, of }: ServicePlace,
  name: string,
): Verdict | undefined {
  if (action === undefined && of === undefined) return undefined;
  const what = action === undefined ? `call ${name}` : `do ${action}`;
  return new TraceBuilder().unknown(ref, `whether a host of ${ref.name} may ${what}: its account and role`);
}

/** The destinations that are a service's resources or, if there are none, all. */
export function servicesFirst(destinations: readonly Destination[]): readonly Destination[] {
  const services = destinations.filter((to) => to.kind === "resource" && to.resource.service !== undefined);
  return services.length > 0 ? services : destinations;
}
