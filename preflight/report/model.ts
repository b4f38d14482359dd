import { z } from "zod";

/** Version of the report's JSON. Any change that a reader of the JSON can notice raises it. */
export const SCHEMA_VERSION = "2.4";

/** Makes a shape read-only at every level. */
type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };
type Shape<S extends z.ZodType> = DeepReadonly<z.infer<S>>;

// The schema publishes the descriptions. It publishes a shape with an id once and refers to it by that id.

const strict = z.strictObject;
const text = z.string();
const number = z.number();
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const names = list(text);

const ref = strict({ urn: text, type: text, name: text, id: text.optional() }).meta({ id: "ResourceRef" });

const hop = strict({ at: ref, by: ref.optional(), text }).meta({ id: "Hop" });
const path = list(hop);

const reachable = {
  status: z.literal("reachable"),
  via: text,
  path,
  name: text.optional().describe("How to call it, if that is not by the public name."),
};
const blocked = {
  status: z.literal("blocked"),
  at: ref,
  by: ref.optional(),
  code: text,
  reason: text,
  fix: text,
  path,
};
const unknown = { status: z.literal("unknown"), missing: list(ref), reason: text, path };

const verdict = z
  .discriminatedUnion("status", [strict(reachable), strict(blocked), strict(unknown)])
  .meta({ id: "Verdict" });

const proof = strict({
  id: text.describe("Stable within a stack: from, to and what must be."),
  from: text.describe("As a person names it: `fetcher`, `internet`, `vpc-private-a`."),
  to: text.describe("`ssm`, `GET /messages`"),
  action: text.optional().describe("Of a service, if it is about one action: `dynamodb:PutItem`."),
  port: number,
  must: z.enum(["reach", "not-reach"]),
  via: text.optional().describe("The way that it must take, if that matters."),
  reason: text,
  pinnedIn: text
    .optional()
    .describe(
      "File and line of an intent that is pinned: `intents.yaml:12`. Absent: a component declares it.",
    ),
  ok: z.boolean().describe("Whether the stack keeps the intent. An unknown verdict never does."),
  failure: strict({ reason: text, fix: text })
    .optional()
    .describe("If the stack does not keep the intent: what is wrong, and what to change."),
  verdict,
}).meta({ id: "Proof", description: "An intent with its verdict." });

const latePath = strict({
  from: text,
  to: text,
  user: ref.describe("What starts the traffic: a function's alias, a trigger, an API's stage."),
  needs: list(ref).describe("What the path needs and may be made after `user`."),
  reason: text,
  fix: text,
});

const order = strict({
  paths: number.describe("Required intents that hold, once for each resource that starts their traffic."),
  late: list(latePath).describe("Paths that may not be complete when their traffic starts."),
  notJudged: list(strict({ from: text, to: text, reason: text })).describe(
    "Required intents whose order is not judged, because their traffic starts outside the stack or something is not known.",
  ),
}).meta({
  id: "Order",
  description: "Whether everything on the path of a required intent is made before what uses it.",
});

const role = strict({
  role: ref,
  excess: names.describe(
    "Grants that nothing in the stack needs: `ssm:* on *, broader than ssm:GetParametersByPath on …`.",
  ),
  accepted: names.describe("Grants on `*` that AWS cannot narrow, with the reason."),
  undeclared: names.describe("Grants of a role for which the stack declares no use to compare them with."),
  unknown: names.describe("Policies whose content is not known."),
});

const refusedPolicy = strict({ policy: ref, reason: text }).meta({ id: "RefusedPolicy" });

const permissions = strict({
  roles: list(role),
  refused: list(refusedPolicy).describe(
    "What AWS would refuse at deployment: malformed policies, those over the size limit of their kind, and log groups whose key does not admit CloudWatch Logs.",
  ),
});

const costLine = strict({
  resource: ref.optional(),
  what: text,
  fixedMonthly: number,
  perMillionRequests: number,
  monthly: number,
});

const costAlternative = strict({
  name: text.describe("`single NAT, endpoints ssm`"),
  nat: text.describe("`single NAT`"),
  endpoints: names.describe("Services with an interface endpoint for the functions."),
  fixedMonthly: number,
  monthly: number,
  isCurrent: z.boolean(),
  broken: text.optional().describe("Why it does not work for this stack."),
  remarks: names.describe("What the price does not show."),
});

const unused = strict({
  resources: list(ref),
  what: text.describe("`NAT gateway`, `interface endpoint`"),
  fixedMonthly: number.describe("Their price a month, with that of their addresses."),
  reason: text,
  fix: text.describe("What to write to remove or to use them."),
}).meta({
  id: "Unused",
  description:
    "What is paid for and certainly serves nothing of the stack. Another stack's resources may still use it.",
});

const cost = strict({
  currency: z.literal("USD"),
  pricedAs: text.describe("Region of the prices: `us-east-1`."),
  pricedOn: text.describe("Day of the prices."),
  fixedMonthly: number.describe("Cost a month before the first request."),
  perMillionRequests: number.describe("What a million requests add."),
  monthly: number.describe("Cost a month with the assumed usage."),
  lines: list(costLine),
  notPriced: names.describe(
    "Types or names without a price. The totals leave them out, and so are the least that the stack costs.",
  ),
  notes: names.describe("What the figures assume, a sentence each."),
  alternatives: list(costAlternative),
  unused: list(unused).describe(
    "What is paid for and serves nothing of the stack. What is not known is left out.",
  ),
  usage: z
    .record(text, z.union([number, text]))
    .describe("The assumed usage, by the keys of the usage file."),
}).meta({ id: "Cost" });

const tier = z.enum(["public", "private", "isolated"]);

const subnet = strict({
  subnet: ref,
  tier,
  cidrBlock: text,
  availabilityZone: text,
  used: number,
  free: number,
});

const limit = strict({ what: text, unit: text, used: number, limit: number, ok: z.boolean(), source: text });

const capacity = strict({
  subnets: list(subnet),
  lambdaInterfaces: number.describe("Network interfaces that the functions share at any concurrency."),
  limits: list(limit),
  firstToRunOut: strict({ what: text, at: text })
    .optional()
    .describe("What runs out first as traffic grows, and at which traffic."),
}).meta({ id: "Capacity" });

const call = strict({
  request: text,
  statusCode: number,
  milliseconds: number,
  summary: text.describe("The answer, without the value of any parameter."),
});

const quota = strict({
  what: text.describe("`rules of a security group in one direction`"),
  of: ref.optional().describe("Absent for a limit of the account in the stack's Region."),
  used: number.describe("Of the stack. What else the account has is not in the stack."),
  limit: number.describe("AWS's default."),
  adjustable: z.boolean().describe("Whether AWS raises it for an account that asks."),
  most: number.optional().describe("The most that AWS raises it to, if it says so."),
  state: z
    .enum(["ok", "near", "over", "refused"])
    .describe(
      "near: 80 % or more. over: AWS refuses the rest unless the account's quota was raised. refused: more than AWS allows anybody.",
    ),
  page: text,
}).meta({ id: "Quota", description: "A limit of AWS on a number or a size, and what the stack uses of it." });

const topologyKind = z.enum([
  "internet",
  "region",
  "vpc",
  "zone",
  "subnet",
  "internet-gateway",
  "egress-only-internet-gateway",
  "nat-gateway",
  "interface-endpoint",
  "gateway-endpoint",
  "peering",
  "peer",
  "function",
  "api",
  "domain-name",
  "service",
  "database",
  "queue",
  "topic",
  "table",
]);

const topologyNode = strict({
  id: text.describe(
    "The resource's URN. For what is no resource, such as the internet or a zone, a name that begins with `#`.",
  ),
  kind: topologyKind,
  label: text,
  detail: text.optional().describe("A second line: a CIDR block, a type."),
  parent: text.optional().describe("Id of the box around it."),
  tier: tier.optional().describe("Only for subnets."),
});

const topologyEdge = strict({
  from: text,
  to: text,
  label: text.optional().describe("`route 0.0.0.0/0`, `invokes`"),
});

const topology = strict({ nodes: list(topologyNode), edges: list(topologyEdge) }).meta({
  id: "Topology",
  description: "What a picture of the stack shows: boxes, some inside others, and lines between them.",
});

const stackSummary = strict({
  project: text,
  name: text,
  region: text,
  source: z
    .enum(["synthesis", "preview", "deployed"])
    .describe(
      "In memory from the stack's file, from a policy pack's resources at preview, or from a stack export.",
    ),
  summary: text.describe("`vpc 10.20.0.0/16, 2 AZs, NAT per AZ`"),
  resources: number.describe("Number of resources without components and providers."),
});

const coverage = strict({
  judged: number.describe("Resources of a type that the model reads."),
  resources: number.describe("Resources without components and providers."),
  notModelled: list(strict({ type: text, count: number })).describe(
    "The other resources by type, most frequent first. No proof looks at them.",
  ),
}).meta({ id: "Coverage", description: "How much of the stack the proofs look at." });

const openMethod = strict({
  method: text.describe("`POST /messages`"),
  api: ref,
  who: z
    .enum(["everybody", "whoever signs up"])
    .describe("Everybody on the internet, or whoever signs up for the user pool of the method's authorizer."),
  does: names.describe("What a call does: `writes dynamodb:PutItem on messages-table`."),
  needsKey: z.boolean().describe("Whether a call needs an API key, which is no proof of who calls."),
  meant: strict({ reason: text, where: text })
    .optional()
    .describe("Why that is meant, and where it is written. Absent: a warning."),
  fix: text,
}).meta({ id: "OpenMethod", description: "A method that needs no proof of who calls." });

const byHand = strict({
  resource: ref,
  what: text.describe("`egress rule (all traffic to 0.0.0.0/0)`"),
}).meta({
  id: "ByHand",
});

const assumed = strict({
  vpc: ref,
  facts: names.describe("What the proofs take for granted: `no private hosted zones of its owner for …`."),
  check: names.describe("The commands that tell whether it is so, in the account of the VPC's owner."),
}).meta({
  id: "Assumed",
  description:
    "What the proofs take for granted of a VPC that is not the stack's, and AWS shows its owner only.",
});

const loss = strict({
  kind: z
    .enum(["data", "logs", "address", "url", "name", "key", "interface", "unknown"])
    .describe("`data`: no deployment creates it again. `unknown`: the type is not in the table."),
  what: text,
}).meta({ id: "Loss" });

const removal = strict({
  resource: ref,
  action: z
    .enum(["replace", "may-replace", "delete"])
    .describe("`may-replace`: what the provider does, or a value, is not known before the update."),
  because: names.describe("The inputs that decide: `vpcId (vpc-vpc is replaced)`."),
  kept: z
    .enum(["retained", "protected"])
    .optional()
    .describe("`retained`: AWS keeps the old resource. `protected`: the engine refuses the update."),
  lost: list(loss).describe("What is lost or cut off."),
});

const update = strict({
  against: text.describe("The file that was compared with."),
  created: number,
  updated: number.describe("Resources that are updated in place."),
  unchanged: number,
  removals: list(removal).describe("Replacements first, then what may be replaced, then deletions."),
  cuts: list(strict({ resource: ref, lost: list(loss) })).describe("What updates in place cut off."),
  notes: names.describe("What the comparison assumes, a sentence each."),
  losesData: z.boolean().describe("Whether data is lost that nothing keeps."),
  isLetGo: z.boolean().describe("Whether the configuration lets data go, with keepData: false."),
}).meta({
  id: "Update",
  description: "What an update from the deployed stack would replace, delete and cut off.",
});

const fingerprint = strict({
  urn: text,
  type: text,
  inputs: z.record(text, text).describe("A hash of each input; `secret` for a secret."),
  retained: z.boolean().optional(),
  protected: z.boolean().optional(),
}).meta({ id: "Fingerprint" });

const report = strict({
  schemaVersion: z.literal(SCHEMA_VERSION),
  stack: stackSummary,
  proofs: list(proof).describe("Empty if the stack declares no intents: then nothing is proved."),
  order,
  pins: strict({ file: text, count: number })
    .optional()
    .describe("How many of the intents are pinned, and where. Absent if the project has no such file."),
  coverage,
  assumed: list(assumed).describe("Empty if the stack is in no VPC of somebody else."),
  byHand: list(byHand).describe(
    "What the resources' outputs hold and no resource of the stack explains: changed by hand, or not refreshed.",
  ),
  open: list(openMethod).describe(
    "Methods that everybody on the internet may call. A warning unless it is meant.",
  ),
  permissions,
  cost,
  capacity,
  quotas: list(quota).describe(
    "For each limit the resource that uses the most of it, and every other one that is near or over. The worst first.",
  ),
  call: call.optional().describe("Answer of the stack's API in memory. Absent for a deployed stack."),
  topology,
  update: update.optional().describe("Only with --against."),
  resources: list(fingerprint)
    .optional()
    .describe("What a later run compares with, by --against. Absent for a deployed stack."),
}).meta({
  id: "Report",
  description:
    "What preflight says about one stack: plain data, the same for the terminal, Markdown, JSON and the page.",
});

export type HopReport = Shape<typeof hop>;
export type VerdictReport = Shape<typeof verdict>;
export type ProofReport = Shape<typeof proof>;
export type LatePathReport = Shape<typeof latePath>;
export type OrderReport = Shape<typeof order>;
export type RoleReport = Shape<typeof role>;
export type RefusedPolicy = Shape<typeof refusedPolicy>;
export type PermissionReport = Shape<typeof permissions>;
export type CostLine = Shape<typeof costLine>;
export type UnusedReport = Shape<typeof unused>;
export type CostAlternative = Shape<typeof costAlternative>;
export type CostReport = Shape<typeof cost>;
export type SubnetReport = Shape<typeof subnet>;
export type LimitReport = Shape<typeof limit>;
export type CapacityReport = Shape<typeof capacity>;
export type QuotaReport = Shape<typeof quota>;
export type CallReport = Shape<typeof call>;
export type TopologyKind = Shape<typeof topologyKind>;
export type TopologyNode = Shape<typeof topologyNode>;
export type TopologyEdge = Shape<typeof topologyEdge>;
export type Topology = Shape<typeof topology>;
export type StackSummary = Shape<typeof stackSummary>;
export type OpenMethodReport = Shape<typeof openMethod>;
export type CoverageReport = Shape<typeof coverage>;
export type UpdateReport = Shape<typeof update>;
export type FingerprintReport = Shape<typeof fingerprint>;
export type Report = Shape<typeof report>;

const question = { schemaVersion: z.literal(SCHEMA_VERSION), from: text, to: text, port: number.optional() };

const trace = z
  .discriminatedUnion("status", [
    strict({ ...question, ...reachable }),
    strict({ ...question, ...blocked }),
    strict({ ...question, ...unknown }),
  ])
  .meta({
    id: "Trace",
    description: "One answer: the question as it was understood, with its verdict.",
  });

/** Schema of a file of reports: one for each stack. */
export const reportsSchema = strict({ schemaVersion: z.literal(SCHEMA_VERSION), reports: list(report) });

/** Published schema, `report.schema.json`: that of {@link reportsSchema}, with a trace's schema in its definitions. */
export function publishedSchema(): object {
  const { $defs: reportDefs, ...root } = z.toJSONSchema(reportsSchema);
  const { $defs: traceDefs, ...traceRoot } = z.toJSONSchema(trace);
  return { ...root, $defs: { ...reportDefs, ...traceDefs, Trace: traceRoot } };
}
