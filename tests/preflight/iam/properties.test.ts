// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like JavaScript's.
import { expect } from "chai";
import fc from "fast-check";
import {
  authorize,
  type Decision,
  type DocumentKind,
  type NamedPolicy,
  type Policies,
  type Principal,
  type Request,
} from "../../../preflight/iam/index.js";
import {
  ACCOUNT,
  KEY,
  type Keys,
  OTHER,
  PARAMETER,
  policy,
  ROLE_ARN,
  SESSION_ARN,
  USER_ARN,
} from "./support.js";

const RUNS = { numRuns: 1500 };

const conditions = fc.option(
  fc.dictionary(
    fc.constantFrom(
      "StringEquals",
      "StringNotEquals",
      "StringLikeIfExists",
      "StringNotLike",
      "ForAllValues:StringEquals",
      "ForAnyValue:StringNotEquals",
      "NumericLessThan",
      "Unheard",
    ),
    fc.dictionary(
      fc.constantFrom("k1", "k2"),
      fc.constantFrom<string | string[]>("1", "2", ["1", "2"], "*", "${k3}"),
      {
        minKeys: 1,
      },
    ),
    { maxKeys: 2 },
  ),
  { freq: 2, nil: undefined },
);
const nulls = fc.option(fc.constantFrom("true", "false"), { freq: 1, nil: undefined });

const principalElements = fc.constantFrom<object>(
  { Principal: "*" },
  { Principal: { AWS: "*" } },
  { Principal: { AWS: ACCOUNT } },
  { Principal: { AWS: ROLE_ARN } },
  { Principal: { AWS: [SESSION_ARN, OTHER] } },
  { Principal: { AWS: USER_ARN } },
  { Principal: { Service: "lambda.amazonaws.com" } },
  { NotPrincipal: { AWS: [ACCOUNT, USER_ARN] } },
  { NotPrincipal: { AWS: [ACCOUNT, ROLE_ARN, SESSION_ARN] } },
);

function statements(kind: DocumentKind, effect?: "Allow" | "Deny"): fc.Arbitrary<object> {
  return fc
    .record({
      effect: fc.constantFrom("Allow", "Allow", "Deny"),
      action: fc.constantFrom(
        { Action: "*" },
        { Action: "ssm:Get*" },
        { Action: "kms:*" },
        { NotAction: "kms:*" },
      ),
      resource: fc.constantFrom(
        { Resource: "*" },
        { Resource: PARAMETER },
        { Resource: `arn:aws:ssm:*:*:parameter/\${k3}/*` },
        { NotResource: KEY },
      ),
      principal: principalElements,
      conditions,
      nulls,
    })
    .map((drawn) => ({
      Effect: effect ?? drawn.effect,
      ...drawn.action,
      ...drawn.resource,
      ...(kind === "identity" ? {} : drawn.principal),
      Condition: { ...drawn.conditions, ...(drawn.nulls === undefined ? {} : { Null: { k1: drawn.nulls } }) },
    }));
}

/** The statements of each policy, so that tests can add to them. */
interface Drawn {
  readonly identity: object[];
  readonly boundary?: object[];
  readonly session?: object[];
  readonly resource?: object[];
  readonly endpoint?: object[];
}

const several = (kind: DocumentKind) => fc.array(statements(kind), { minLength: 1, maxLength: 3 });
const perhaps = (kind: DocumentKind) => fc.option(several(kind), { freq: 1, nil: undefined });
const drawn: fc.Arbitrary<Drawn> = fc.record({
  identity: several("identity"),
  boundary: perhaps("identity"),
  session: perhaps("identity"),
  resource: perhaps("resource"),
  endpoint: perhaps("endpoint"),
});

const resourceKinds = fc.constantFrom("resource" as const, "key" as const);

function policiesOf(from: Drawn, kind: "resource" | "key" = "resource"): Policies {
  return {
    identity: [policy("identity", from.identity)],
    boundary: from.boundary && policy("identity", from.boundary, "boundary"),
    session: from.session && [policy("identity", from.session, "session")],
    resource: from.resource && { kind, policy: policy(kind, from.resource) },
    endpoint: from.endpoint && { type: "interface", policy: policy("endpoint", from.endpoint) },
  };
}

const principals = fc.constantFrom<Principal>(
  { kind: "role", arn: ROLE_ARN, session: "messages" },
  { kind: "user", arn: USER_ARN },
  { kind: "role", arn: ROLE_ARN.replace(ACCOUNT, OTHER), session: "messages" },
  { kind: "root", account: ACCOUNT },
  { kind: "service", name: "lambda.amazonaws.com" },
  { kind: "anonymous" },
);
const values = fc.constantFrom("1", "2", "app", ["1"], ["1", "2"], [], null);
const known: fc.Arbitrary<Request> = fc.record({
  principal: principals,
  action: fc.constantFrom("ssm:GetParameter", "kms:Decrypt"),
  resource: fc.constantFrom(PARAMETER, KEY, PARAMETER.replace(ACCOUNT, OTHER)),
  context: fc.record({ k1: values, k2: values, k3: values }),
});

const denied = ({ decision }: Decision): boolean =>
  decision === "explicit-deny" || decision === "implicit-deny";

const kinds = fc.constantFrom<keyof Drawn>("identity", "boundary", "session", "resource", "endpoint");
const documentKind = (place: keyof Drawn): DocumentKind =>
  place === "resource" || place === "endpoint" ? place : "identity";

/** Inputs that can be hidden from the evaluator: keys, the session's name, the ARNs, a whole policy. */
const hidden = fc.record({
  k1: fc.boolean(),
  k2: fc.boolean(),
  k3: fc.boolean(),
  session: fc.boolean(),
  principal: fc.boolean(),
  resource: fc.boolean(),
  policy: fc.option(kinds, { freq: 1, nil: undefined }),
});
type Hidden = typeof hidden extends fc.Arbitrary<infer T> ? T : never;

function lessOf(request: Request, hide: Hidden): Request {
  const { principal } = request;
  const context: Keys = Object.fromEntries(
    Object.entries(request.context ?? {}).map(([key, value]) => {
      const isHidden = (key === "k1" && hide.k1) || (key === "k2" && hide.k2) || (key === "k3" && hide.k3);
      return [key, isHidden ? undefined : value];
    }),
  );
  return {
    ...request,
    context,
    principal:
      principal.kind === "role" || principal.kind === "user" ? lessOfPrincipal(principal, hide) : principal,
    resource: hide.resource ? undefined : request.resource,
  };
}

function lessOfPrincipal(principal: Extract<Principal, { kind: "role" | "user" }>, hide: Hidden): Principal {
  const known = hide.session && principal.kind === "role" ? { ...principal, session: undefined } : principal;
  return hide.principal ? { ...known, arn: undefined } : known;
}

function withoutPolicy(policies: Policies, hide: Hidden): Policies {
  const later = (it: NamedPolicy): NamedPolicy => ({ label: it.label, document: undefined });
  const { identity, boundary, session, resource, endpoint } = policies;
  return {
    identity: hide.policy === "identity" ? identity?.map(later) : identity,
    boundary: hide.policy === "boundary" ? boundary && later(boundary) : boundary,
    session: hide.policy === "session" ? session?.map(later) : session,
    resource:
      hide.policy === "resource" && resource?.policy !== undefined
        ? { ...resource, policy: later(resource.policy) }
        : resource,
    endpoint:
      hide.policy === "endpoint" && endpoint ? { ...endpoint, policy: later(endpoint.policy) } : endpoint,
  };
}

describe("authorize with arbitrary policies and requests", () => {
  it("never allows what was denied or unknown after a Deny is added", () => {
    const added = kinds.chain((place) =>
      fc.tuple(fc.constant(place), statements(documentKind(place), "Deny")),
    );
    fc.assert(
      fc.property(
        drawn,
        resourceKinds,
        known,
        hidden,
        added,
        (from, kind, request, hide, [place, statement]) => {
          const asked = lessOf(request, hide);
          const before = authorize(asked, policiesOf(from, kind));
          const list = from[place];
          fc.pre(list !== undefined);
          const after = authorize(asked, policiesOf({ ...from, [place]: [...list, statement] }, kind));
          if (denied(before)) expect(denied(after)).to.equal(true);
          else if (before.decision === "unknown") expect(after.decision).to.not.equal("allowed");
        },
      ),
      RUNS,
    );
  });

  it("never denies what was allowed or unknown after an Allow is added", () => {
    const added = kinds.chain((place) =>
      fc.tuple(fc.constant(place), statements(documentKind(place), "Allow")),
    );
    fc.assert(
      fc.property(
        drawn,
        resourceKinds,
        known,
        hidden,
        added,
        (from, kind, request, hide, [place, statement]) => {
          const asked = lessOf(request, hide);
          const before = authorize(asked, policiesOf(from, kind));
          const list = from[place];
          fc.pre(list !== undefined);
          const after = authorize(asked, policiesOf({ ...from, [place]: [...list, statement] }, kind));
          if (before.decision === "allowed") expect(after.decision).to.equal("allowed");
          else if (before.decision === "unknown") expect(denied(after)).to.equal(false);
        },
      ),
      RUNS,
    );
  });

  it("never contradicts a certain answer after an unknown becomes known", () => {
    let certain = 0;
    fc.assert(
      fc.property(drawn, resourceKinds, known, hidden, (from, kind, request, hide) => {
        const policies = policiesOf(from, kind);
        const before = authorize(lessOf(request, hide), withoutPolicy(policies, hide));
        const after = authorize(request, policies);
        if (before.decision === "unknown") return;
        certain += 1;
        if (before.decision === "allowed") expect(after.decision).to.equal("allowed");
        else if (before.decision === "explicit-deny") expect(after.decision).to.equal("explicit-deny");
        else expect(denied(after)).to.equal(true);
      }),
      RUNS,
    );
    expect(certain).to.be.above(100);
  });

  it("ignores the order of statements", () => {
    fc.assert(
      fc.property(drawn, known, (from, request) => {
        const reversed = Object.fromEntries(
          Object.entries(from).map(([place, list]) => [place, list?.toReversed()]),
        );
        const there = authorize(request, policiesOf(from));
        const back = authorize(request, policiesOf({ ...from, ...reversed }));
        expect(back.decision).to.equal(there.decision);
      }),
      RUNS,
    );
  });

  it("gives a reason for every unknown, and names a statement for every allow that needs one", () => {
    fc.assert(
      fc.property(drawn, resourceKinds, known, hidden, (from, kind, request, hide) => {
        const result = authorize(lessOf(request, hide), withoutPolicy(policiesOf(from, kind), hide));
        if (result.decision === "unknown") expect(result.because).to.not.deep.equal([]);
        if (result.decision === "implicit-deny") expect(result.missing).to.not.deep.equal([]);
        if (result.decision === "allowed" && request.principal.kind !== "root") {
          expect(result.by).to.not.deep.equal([]);
        }
      }),
      RUNS,
    );
  });
});
