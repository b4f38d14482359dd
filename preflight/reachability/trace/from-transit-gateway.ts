import type { Graph, TransitGatewayAttachment } from "../../graph/model.js";
import { byUrls } from "../lambda/callers.js";
import { beyond } from "../load-balancers/forwarding.js";
import { acrossLoadBalancers, byLoadBalancers } from "../load-balancers/functions.js";
import { anyone, internetToInterface } from "../network/inbound.js";
import { endpointInterfaces, type NetworkInterface } from "../network/interfaces.js";
import { blocksBehind, forwardFromTransitGateway, noRouteTo } from "../network/transit-gateways.js";
import { bestOf, TraceBuilder, worst } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { noListener, notInStack, type Origin, servicesFirst } from "./origin.js";

/**
 * Any host behind a transit gateway, with an address that the stack routes to it, as the origin of a question. What it
 * reaches by other ways is not in the stack.
 */
export function fromTransitGateway(graph: Graph, attachment: TransitGatewayAttachment, port: number): Origin {
  const { ref } = attachment;
  const toInterface = (to: NetworkInterface, on = port): Verdict =>
    leastBlocked(
      blocksBehind(graph, attachment).map((block) =>
        forwardFromTransitGateway(graph, attachment, block, to, on),
      ),
    ) ?? noRouteTo(ref);
  /** The name of an internet-facing load balancer resolves to its public addresses, for whoever has a way to them. */
  const byName = (node: NetworkInterface, on: number): Verdict => {
    const publicly = internetToInterface(
      graph,
      node,
      on,
      beyond(graph, anyone(graph), on),
      new TraceBuilder(),
    );
    return publicly.status === "blocked" ? publicly : elsewhere(node.owner.name);
  };
  const toNode = (node: NetworkInterface, on: number): Verdict =>
    node.publicAddress === true
      ? byName(node, on)
      : (leastBlocked([toInterface(node, on), ...(node.publicAddress === false ? [] : [byName(node, on)])]) ??
        noRouteTo(ref));
  const elsewhere = (what: string) =>
    new TraceBuilder().unknown(ref, `which ways hosts behind ${ref.name} have to ${what}`);
  return {
    ref,
    choose: servicesFirst,
    toInternet: () => elsewhere("the internet"),
    toInterface,
    toPublicAddress: (node, on) => (node.publicAddress === false ? undefined : byName(node, on)),
    toEndpoint: (endpoint) =>
      endpoint.type === "Interface"
        ? endpointInterfaces(graph, endpoint).map((to) =>
            "missing" in to ? notInStack(to.missing) : toInterface(to),
          )
        : [elsewhere(endpoint.ref.name)],
    toFunction: (to) =>
      bestOf(
        acrossLoadBalancers(noListener(to), byLoadBalancers(graph, to, toNode)),
        byUrls(graph, to, undefined, (_, arrive) => arrive(new TraceBuilder(), "public-network")),
      ),
    toMethod: (_, place) => elsewhere(`${place.method} ${place.path}`),
    toService: (_, name) => elsewhere(name),
    toAddress: (_, text) => elsewhere(text),
  };
}

/** A host with any of the addresses gets in if one of them does. */
function leastBlocked(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.find(({ status }) => status !== "blocked") ?? worst(verdicts);
}
