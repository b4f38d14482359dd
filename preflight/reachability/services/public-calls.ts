import type { Graph, ManagedResource } from "../../graph/model.js";
import {
  authorize,
  type ContextInput,
  type Decision,
  explain,
  type NamedPolicy,
  type Policies,
  type Principal,
} from "../../iam/index.js";
import { homeAt } from "../places/home.js";
import { resourceByArn } from "../places/resolve.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { listed, type ServicePlace, serviceRef } from "./authorization.js";
import { type PublicAccess, publicAccess } from "./bucket-access.js";
import { ALLOW_ALL, named } from "./policies.js";
import { callsOf } from "./resource-samples.js";
import { type Sample, sampleRequests, samplesWithin, type Where } from "./sample-requests.js";

/**
 * Whether a service lets in a call from the internet: one without a signature, or one that an account signs that has
 * nothing to do with the stack. Neither has permissions in the stack, so the resource has to let everybody in: by its
 * policy or, for a bucket, by an ACL. A resource without a policy lets in nobody.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
 */
export function publicCall(trace: TraceBuilder, graph: Graph, place: ServicePlace): Blocked | undefined {
  const { service, action, resource, of } = place;
  const found = of ?? resourceByArn(graph, resource);
  if (found !== undefined) return callOfResource(trace, graph, place, found);
  if (resource !== undefined) {
    const ref = { urn: resource, type: "resource", name: resource };
    return trace.undetermined(ref, `${resource} is not in the stack, nor its policy`);
  }
  const ref = serviceRef(service);
  if (action !== undefined) return trace.undetermined(ref, `on which resource ${action} is called`);
  return trace.hop(ref, "answers everybody; whose calls it lets in, the policy of each resource decides");
}

function callOfResource(
  trace: TraceBuilder,
  graph: Graph,
  { service, action, resource, of }: ServicePlace,
  target: ManagedResource,
): Blocked | undefined {
  const { ref, kind, policy } = target;
  const policies = policy === undefined ? [] : [named(policy, kind === "key" ? "key" : "resource")];
  const { account, region } = homeAt(graph, ref.urn);
  const where: Where = { graph, service, region, account };
  const resources =
    resource === undefined || of !== undefined
      ? callsOf(target).patterns.flatMap((pattern) => samplesWithin(where, policies, pattern))
      : [resource];
  const requests =
    action === undefined
      ? sampleRequests(service, policies, resources)
      : resources.map((each) => ({ action, written: action, resource: each }));
  const judged = requests.map((request) => ({
    request,
    decisions: callersOf(service, account).map((caller) => decide(graph, target, policies, request, caller)),
  }));
  const granted = judged
    .filter(({ decisions }) => decisions.some(({ decision }) => decision === "allowed"))
    .map(({ request }) => request.written);
  const doubt = judged
    .flatMap(({ request, decisions }) => decisions.map((decision) => ({ request, decision })))
    .find(({ decision }) => decision.decision === "unknown");
  const isDenied = judged.every(({ decisions }) =>
    decisions.every(({ decision }) => decision === "explicit-deny"),
  );
  const byPolicy = granted.length > 0 ? true : doubt !== undefined ? "unknown" : false;
  const access: PublicAccess =
    kind === "bucket"
      ? publicAccess(graph, target, byPolicy, isDenied)
      : { open: byPolicy, reason: `whether the policy of ${ref.name} lets everybody in is not known` };
  if (kind === "table" && access.open === true) {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-bpa-rbp.html
    return trace.undetermined(
      ref,
      `DynamoDB refuses a policy that lets everybody in, as that of ${ref.name}`,
    );
  }
  if (access.open === "unknown") {
    const because =
      doubt === undefined
        ? ""
        : `: ${doubt.request.written}, asked by a stranger, is ${explain(doubt.decision)}`;
    return trace.undetermined(access.at ?? policy?.ref ?? ref, `${access.reason}${because}`);
  }
  if (access.open) {
    const what = granted.length === 0 ? "its ACL" : `its policy, ${listed(granted)}`;
    return trace.hop(ref, `lets everybody in by ${what}`, policy?.ref);
  }
  const what = action ?? `any action of ${service}`;
  return trace.blocked({
    at: ref,
    by: access.at ?? policy?.ref,
    code: access.at === undefined ? "RESOURCE_POLICY_DENIES" : "S3_PUBLIC_ACCESS_BLOCKED",
    reason:
      access.at === undefined
        ? `${ref.name} has ${policy === undefined ? "no policy" : `a policy (${policy.ref.name})`} that lets everybody do ${what}`
        : access.reason,
    fix: `Allow ${action ?? "the action"} to everybody in the policy of ${ref.name}, if the internet should call it.`,
  });
}

/** An account that no policy names: one that cannot exist, unless the stack is an emulator's and has just that one. */
function strangerTo(account: string | undefined): string {
  const none = "000000000000";
  return account === none ? "999999999999" : none;
}

/**
 * Services that take calls without a signature.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html
 */
const UNSIGNED: ReadonlySet<string> = new Set(["s3", "sns", "sqs"]);

interface Outsider {
  readonly principal: Principal;
  readonly identity?: readonly NamedPolicy[];
  readonly keys: Readonly<Record<string, ContextInput>>;
}

function callersOf(service: string, account: string | undefined): readonly Outsider[] {
  const stranger = strangerTo(account);
  const signed: Outsider = {
    principal: { kind: "role", arn: `arn:aws:iam::${stranger}:role/stranger`, session: "stranger" },
    identity: [ALLOW_ALL],
    keys: {
      "aws:PrincipalOrgID": "o-0000000000",
      "aws:SourceOwner": stranger,
      "kms:CallerAccount": stranger,
    },
  };
  const unsigned: Outsider = { principal: { kind: "anonymous" }, keys: { "aws:SourceOwner": null } };
  return UNSIGNED.has(service) ? [unsigned, signed] : [signed];
}

function decide(
  graph: Graph,
  { kind, ref }: ManagedResource,
  [policy]: readonly NamedPolicy[],
  { action, resource }: Sample,
  { principal, identity, keys }: Outsider,
): Decision {
  const policies: Policies = {
    ...(identity === undefined ? {} : { identity }),
    ...(policy === undefined ? {} : { resource: { kind: kind === "key" ? "key" : "resource", policy } }),
  };
  const { account } = homeAt(graph, ref.urn);
  const context: Record<string, ContextInput> = {
    ...keys,
    "aws:SourceVpce": null,
    "aws:SourceVpc": null,
    "aws:SourceAccount": null,
    "aws:SourceArn": null,
    "aws:SourceIp": { present: true },
    "aws:SecureTransport": true,
    "aws:ResourceAccount": account ?? { present: true },
  };
  // The stack's account cannot be the stranger's, so that the caller is of another account is known in any case.
  return authorize({ principal, action, resource, resourceAccount: account ?? "stack", context }, policies);
}
