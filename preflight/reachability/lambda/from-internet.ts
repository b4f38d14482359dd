import type { Graph, LambdaFunction, LambdaPermission, ManagedResource, RestApi } from "../../graph/model.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { callFromOutside } from "../api/call.js";
import { deliver } from "../deliveries/deliver.js";
import { beyond } from "../load-balancers/forwarding.js";
import { byLoadBalancers, groupsBehind } from "../load-balancers/functions.js";
import { anyone, internetToInterface } from "../network/inbound.js";
import { indexOf } from "../network/interfaces.js";
import { publicCall } from "../services/public-calls.js";
import { bestOf, TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { throttled } from "./throttled.js";
import { callUrl, isConditional, urlsOf } from "./urls.js";

/**
 * Whether the internet reaches a function, by any way in: its URL, a method of a public API, a queue, topic or bucket
 * that everybody may write to, or whatever else its permissions let in.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
 */
export function internetToFunction(graph: Graph, target: LambdaFunction): Verdict {
  // It refuses by every way in, whatever is not known about these.
  const refused = throttled(new TraceBuilder(), target);
  if (refused !== undefined) return refused;
  const urls = urlsOf(graph, target).map((url) => callUrl(graph, target, url));
  const balanced = byLoadBalancers(graph, target, (node, port) =>
    internetToInterface(graph, node, port, beyond(graph, anyone(graph), port)),
  );
  const others = [
    ...byWriting(graph, target),
    ...(indexOf(graph).permissionsOf.get(target.ref.urn) ?? []).flatMap(
      (permission) => frontDoor(graph, target, permission) ?? [],
    ),
  ];
  // The first one is the verdict if all are blocked: what stands in the way of a way in, if there is one.
  const [first = noAddress(target), ...more] = [...urls, ...balanced, ...byApis(graph, target)];
  return bestOf(first, [...more, ...others]);
}

function noAddress({ ref }: LambdaFunction): Verdict {
  return new TraceBuilder().blocked({
    at: ref,
    code: "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS",
    reason: `${ref.name} is a Lambda function: it has no public address and nothing listens on it`,
    fix: "Invoke it through an API Gateway method.",
  });
}

/** The verdicts on the public methods that invoke the function. */
function byApis(graph: Graph, { ref }: LambdaFunction): Verdict[] {
  return [...graph.apis.values(), ...graph.httpApis.values()]
    .filter(({ endpointType }) => endpointType !== "PRIVATE")
    .flatMap((api) =>
      api.methods
        .filter(({ integration }) => integration?.function === ref.urn)
        .map((method) => {
          const { httpMethod, path } = method;
          const place = {
            kind: "method",
            method: isKnown(httpMethod) ? httpMethod : "ANY",
            path: isKnown(path) ? path : "/",
          } as const;
          return callFromOutside(graph, { found: { api, method }, place, port: 443 }, undefined);
        }),
    );
}

/** Actions that write to what hands events to functions. */
const WRITE: Partial<Readonly<Record<ManagedResource["kind"], readonly [service: string, action: string]>>> =
  {
    queue: ["sqs", "sqs:SendMessage"],
    topic: ["sns", "sns:Publish"],
    bucket: ["s3", "s3:PutObject"],
  };

/** The verdicts on writing to what hands its events to the function. */
function byWriting(graph: Graph, { ref }: LambdaFunction): Verdict[] {
  return [...graph.managedResources.values()].flatMap((source): Verdict[] => {
    const [service, action] = WRITE[source.kind] ?? [];
    if (service === undefined || action === undefined || source.policy === undefined) return [];
    const handedOver = deliver(graph, source, ref);
    if (handedOver.status === "blocked") return [];
    const trace = new TraceBuilder();
    const refused = publicCall(trace, graph, { kind: "service", service, action, of: source });
    if (refused !== undefined) return [refused];
    return handedOver.status === "reachable" ? [trace.reached("public-network")] : [handedOver];
  });
}

const LOAD_BALANCING = "elasticloadbalancing.amazonaws.com";

/** Whether a permission is for a target group behind a listener of the stack. A group is behind one load balancer only. */
function isBehindJudged(graph: Graph, { sourceArn }: LambdaPermission): boolean {
  return graph.listeners
    .flatMap((listener) => groupsBehind(graph, listener))
    .some(({ arn }) => isSet(arn) && arn === sourceArn);
}

/** Services that let the internet in, and whose own ways in are not judged. */
const FRONT_DOORS: Readonly<Record<string, string>> = {
  "cloudfront.amazonaws.com": "a CloudFront distribution",
  [LOAD_BALANCING]: "a load balancer that the stack does not show",
  "cognito-idp.amazonaws.com": "the sign-up of a user pool",
  "alexa-appkit.amazon.com": "an Alexa skill",
  "alexa-connectedhome.amazon.com": "an Alexa skill",
  "lex.amazonaws.com": "a Lex bot",
  "lexv2.amazonaws.com": "a Lex bot",
  "connect.amazonaws.com": "a contact flow of Amazon Connect",
  "ses.amazonaws.com": "mail that SES receives",
  "iot.amazonaws.com": "messages of devices to AWS IoT",
};

/** The verdict on a way in that a permission opens and that is not judged otherwise. */
function frontDoor(graph: Graph, { ref }: LambdaFunction, permission: LambdaPermission): Verdict | undefined {
  const { principal, invokedViaFunctionUrl } = permission;
  const { name } = permission.ref;
  const unsure = (reason: string) => new TraceBuilder().unknown(permission.ref, reason);
  if (!isKnown(principal)) return unsure(`whom permission ${name} lets invoke ${ref.name}`);
  if (principal === "*" && !isConditional(permission) && invokedViaFunctionUrl !== true) {
    if (permission.action === "lambda:InvokeFunctionUrl" && permission.functionUrlAuthType === "NONE") {
      return undefined;
    }
    return unsure(
      `permission ${name} lets every AWS account invoke ${ref.name}: whoever signs a call is let in`,
    );
  }
  const door = FRONT_DOORS[principal];
  if (principal === LOAD_BALANCING && isBehindJudged(graph, permission)) return undefined;
  if (door !== undefined)
    return unsure(`whether ${door}, which permission ${name} lets in, lets the internet in`);
  if (principal !== "apigateway.amazonaws.com") return undefined;
  const apis = apisBehind(graph, permission);
  const isJudged =
    apis.length > 0 && apis.every(({ endpointType, hasBody }) => endpointType === "PRIVATE" || !hasBody);
  return isJudged
    ? undefined
    : unsure(`permission ${name} lets API Gateway in, for an API that is not judged`);
}

/** The APIs of the stack that a permission is for. Without a source it is for all of them, and for others. */
function apisBehind(graph: Graph, { sourceArn, sourceApis }: LambdaPermission): RestApi[] {
  const id = isSet(sourceArn) ? /:execute-api:[^:]*:[^:]*:([^/]+)/.exec(sourceArn)?.[1] : undefined;
  return [...graph.apis.values(), ...graph.httpApis.values()].filter(
    (api) => api.id === id || sourceApis.includes(api.ref.urn),
  );
}
