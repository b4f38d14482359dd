import type { ApiIntegration, Graph, Role, ServiceAction } from "../../graph/model.js";
import { authorize, type Decision, type Policies, type Principal } from "../../iam/index.js";
import { isKnown } from "../../resources/unknown.js";
import { weigh } from "../decisions.js";
import { resourceByArn } from "../find.js";
import { methodName } from "../places/resolve.js";
import { named } from "../policies.js";
import { resourcesFor } from "../services/sample-requests.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import type { ApiCall } from "./policies.js";

/** The method is answered by an AWS service, which API Gateway calls with the integration's role. */
export function byService(
  walk: Walk,
  call: ApiCall,
  integration: ApiIntegration,
  own: ServiceAction,
): Blocked | undefined {
  const what = own.action === undefined ? own.service : `${own.service} ${own.action}`;
  walk.pass(integration.ref, `${methodName(call)} is answered by ${what}`);
  return callByRole(walk, call.graph, integration, own, {});
}

interface Asked {
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
}

/**
 * Whether the integration's role may do it: API Gateway has to be allowed to assume the role, and the role to act.
 * @param asked another action or resource than those of the integration
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-request-basic-setup.html
 */
export function callByRole(
  walk: Walk,
  graph: Graph,
  integration: ApiIntegration,
  own: ServiceAction,
  asked: Asked,
): Blocked | undefined {
  const { credentials, ref } = integration;
  if (credentials === undefined) {
    return walk.block({
      at: ref,
      code: "API_INTEGRATION_ROLE_MISSING",
      why: `${ref.name} calls ${own.service} and names no role`,
      mend: `Name a role in credentials of ${ref.name}.`,
    });
  }
  const role = isKnown(credentials) ? graph.roles.get(credentials) : undefined;
  if (role === undefined) {
    const missing = graph.refOf(credentials);
    return walk.miss(missing, `what role ${missing.name} of ${ref.name} may do is not in the stack`);
  }
  return assumable(walk, role) ?? mayAct(walk, graph, role, own, asked);
}

function assumable(walk: Walk, role: Role): Blocked | undefined {
  const { ref, trust } = role;
  if (trust === undefined) return walk.miss(ref, `who may assume ${ref.name}`);
  const decision = authorize(
    {
      principal: { kind: "service", name: "apigateway.amazonaws.com" },
      action: "sts:AssumeRole",
      resource: isKnown(role.arn) ? role.arn : undefined,
    },
    { resource: { kind: "trust", policy: named(trust, "trust") } },
  );
  return weigh(
    walk,
    decision,
    "sts:AssumeRole by apigateway.amazonaws.com",
    {
      trust: {
        at: ref,
        by: trust.ref,
        code: "API_INTEGRATION_ROLE_NOT_ASSUMABLE",
        mend: `Allow sts:AssumeRole to apigateway.amazonaws.com in the trust policy of ${ref.name}.`,
      },
    },
    ref,
  );
}

function mayAct(walk: Walk, graph: Graph, role: Role, own: ServiceAction, asked: Asked): Blocked | undefined {
  const action = asked.action ?? (own.action === undefined ? undefined : `${own.service}:${own.action}`);
  const { ref } = role;
  if (action === undefined)
    return walk.pass(ref, `assumed to call ${own.service}, which action is not known`);
  const resources = asked.resource === undefined ? resourcesOf(graph, role, own) : [asked.resource];
  const judged = resources.map((resource) => ({ resource, decision: decide(graph, role, action, resource) }));
  const of = (outcome: Decision["decision"]) => judged.find(({ decision }) => decision.decision === outcome);
  // A named resource has to be allowed; of those that the role's policies speak of, one is enough.
  const refused = judged.find(({ decision }) => decision.decision !== "allowed");
  const chosen =
    own.resources.length > 0 ? (refused ?? judged[0]) : (of("allowed") ?? of("unknown") ?? judged[0]);
  if (chosen === undefined) return undefined;
  const { resource, decision } = chosen;
  const where = resource ?? "a resource that is not known yet";
  const found = resourceByArn(graph, resource);
  const mend = `Allow ${action} on ${where} in a policy of role ${ref.name}.`;
  return weigh(
    walk,
    decision,
    `${action} on ${where}`,
    {
      identity: { at: ref, code: "IDENTITY_POLICY_DENIES", mend },
      boundary: { at: ref, by: role.boundary?.ref, code: "IDENTITY_POLICY_DENIES", mend },
      ...(found === undefined
        ? {}
        : {
            resource: { at: found.ref, by: found.policy?.ref, code: "RESOURCE_POLICY_DENIES" as const, mend },
          }),
    },
    ref,
  );
}

/** What the mapping templates name, with the index that they name; else what the role's policies speak of. */
function resourcesOf(graph: Graph, role: Role, own: ServiceAction): readonly (string | undefined)[] {
  if (own.resources.length > 0) {
    return own.resources.map((key) => {
      const arn = tableArn(graph, key);
      if (arn === undefined) return undefined;
      return own.index === undefined ? arn : `${arn}/index/${own.index}`;
    });
  }
  return resourcesFor(
    own.service,
    role.policies.map((policy) => named(policy, "identity")),
  );
}

/** A table has its ARN once it is made; before, and for one that is not in the stack, its name says as much. */
export function tableArn({ region, account, resources, services }: Graph, key: string): string | undefined {
  const arn = services.get(key)?.arn;
  if (arn !== undefined && isKnown(arn)) return arn;
  const own = resources.get(key);
  const name = own === undefined ? key : own.properties.name;
  if (region === undefined || account === undefined || typeof name !== "string") return undefined;
  return name.startsWith("arn:") ? name : `arn:aws:dynamodb:${region}:${account}:table/${name}`;
}

function decide(graph: Graph, role: Role, action: string, resource: string | undefined): Decision {
  const principal: Principal = {
    kind: "role",
    arn: isKnown(role.arn) ? role.arn : undefined,
    ...(graph.account === undefined ? {} : { account: graph.account }),
  };
  const policy = resourceByArn(graph, resource)?.policy;
  const policies: Policies = {
    identity: role.policies.map((each) => named(each, "identity")),
    ...(role.boundary === undefined ? {} : { boundary: named(role.boundary, "identity") }),
    ...(policy === undefined ? {} : { resource: { kind: "resource", policy: named(policy, "resource") } }),
  };
  const context = {
    "aws:SourceVpce": null,
    "aws:SourceVpc": null,
    "aws:SecureTransport": true,
    ...(graph.region === undefined ? {} : { "aws:RequestedRegion": graph.region }),
  };
  return authorize({ principal, action, resource, context }, policies);
}
