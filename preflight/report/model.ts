import type { ResourceRef } from "../graph/model.js";

/**
 * What preflight says about one stack: plain data, the same for the terminal, Markdown, JSON and the page.
 * Its JSON form is `report.schema.json` beside this folder; a change that a reader could notice raises the version.
 */
export const SCHEMA_VERSION = "1.1";

export interface Report {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly stack: StackSummary;
  readonly proofs: readonly ProofReport[];
  readonly permissions: PermissionReport;
  readonly cost: CostReport;
  readonly capacity: CapacityReport;
  /** What the stack's API answered in memory; absent for a deployed stack. */
  readonly call?: CallReport;
  readonly topology: Topology;
}

export interface StackSummary {
  readonly project: string;
  readonly name: string;
  readonly region: string;
  /** In memory from the stack's file, from a policy pack's resources at preview, or from a stack export. */
  readonly source: "synthesis" | "preview" | "deployed";
  /** `vpc 10.20.0.0/16, 2 AZs, NAT per AZ` */
  readonly summary: string;
  /** Without components and providers. */
  readonly resources: number;
}

export interface HopReport {
  readonly at: ResourceRef;
  readonly by?: ResourceRef;
  readonly text: string;
}

/** An intent with its verdict. */
export interface ProofReport {
  /** Stable within a stack: from, to and what must be. */
  readonly id: string;
  /** As a person names it: `fetcher`, `internet`, `vpc-private-a`. */
  readonly from: string;
  /** `ssm`, `GET /messages` */
  readonly to: string;
  readonly port: number;
  readonly must: "reach" | "not-reach";
  /** The way that it must take, where that matters. */
  readonly via?: string;
  readonly why: string;
  /** Whether the stack keeps the intent; an unknown verdict never does. */
  readonly ok: boolean;
  /** Where it does not: what is wrong, and what to change. */
  readonly failure?: { readonly why: string; readonly mend: string };
  readonly verdict: VerdictReport;
}

export type VerdictReport =
  | {
      readonly status: "reachable";
      readonly via: string;
      readonly path: readonly HopReport[];
      /** How to call it, when that is not by the public name. */
      readonly name?: string;
    }
  | {
      readonly status: "blocked";
      readonly at: ResourceRef;
      readonly by?: ResourceRef;
      readonly code: string;
      readonly why: string;
      readonly mend: string;
      readonly path: readonly HopReport[];
    }
  | {
      readonly status: "unknown";
      readonly missing: readonly ResourceRef[];
      readonly why: string;
      readonly path: readonly HopReport[];
    };

export interface PermissionReport {
  readonly roles: readonly RoleReport[];
}

export interface RoleReport {
  readonly role: ResourceRef;
  /** Grants that nothing the stack declares needs: `ssm:* on *, broader than ssm:GetParametersByPath on …`. */
  readonly excess: readonly string[];
  /** Grants on `*` that AWS gives no finer grain for, with the reason. */
  readonly accepted: readonly string[];
  /** Policies whose content is not known. */
  readonly unknown: readonly string[];
}

export interface CostReport {
  readonly currency: "USD";
  /** Whose prices these are, e.g. `us-east-1`, and of which day. */
  readonly pricedAs: string;
  readonly pricedOn: string;
  /** What the stack costs a month before the first request. */
  readonly fixedMonthly: number;
  /** What a million requests add. */
  readonly perMillionRequests: number;
  /** With the usage that was assumed. */
  readonly monthly: number;
  readonly lines: readonly CostLine[];
  /** What has no price here, by type or name: the totals leave it out, and are the least that it costs. */
  readonly notPriced: readonly string[];
  /** What the figures take for granted, a sentence each. */
  readonly notes: readonly string[];
  readonly alternatives: readonly CostAlternative[];
  /** The usage that was assumed, by the usage file's keys. */
  readonly usage: Readonly<Record<string, number | string>>;
}

export interface CostLine {
  readonly resource?: ResourceRef;
  readonly what: string;
  readonly fixedMonthly: number;
  readonly perMillionRequests: number;
  readonly monthly: number;
}

export interface CostAlternative {
  /** `single NAT, endpoints ssm` */
  readonly name: string;
  /** `single NAT` */
  readonly nat: string;
  /** Services with an interface endpoint for the functions. */
  readonly endpoints: readonly string[];
  readonly fixedMonthly: number;
  readonly monthly: number;
  readonly isCurrent: boolean;
  /** Why it would not work for this stack. */
  readonly broken?: string;
  /** What the price does not show. */
  readonly remarks: readonly string[];
}

export interface CapacityReport {
  readonly subnets: readonly SubnetReport[];
  /** Network interfaces that the functions share, whatever their concurrency. */
  readonly lambdaInterfaces: number;
  readonly limits: readonly LimitReport[];
  /** What runs out first as traffic grows, and when. */
  readonly firstToRunOut?: { readonly what: string; readonly at: string };
}

export interface SubnetReport {
  readonly subnet: ResourceRef;
  readonly tier: "public" | "private" | "isolated";
  readonly cidrBlock: string;
  readonly availabilityZone: string;
  readonly used: number;
  readonly free: number;
}

export interface LimitReport {
  readonly what: string;
  readonly unit: string;
  readonly used: number;
  readonly limit: number;
  readonly ok: boolean;
  readonly source: string;
}

export interface CallReport {
  readonly request: string;
  readonly statusCode: number;
  readonly milliseconds: number;
  /** What came back, with no parameter's value in it. */
  readonly summary: string;
}

/** What a picture of the stack shows: boxes, some inside others, and lines between them. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

export type TopologyKind =
  | "internet"
  | "region"
  | "vpc"
  | "zone"
  | "subnet"
  | "internet-gateway"
  | "egress-only-internet-gateway"
  | "nat-gateway"
  | "interface-endpoint"
  | "gateway-endpoint"
  | "peering"
  | "peer"
  | "function"
  | "api"
  | "domain-name"
  | "service"
  | "database"
  | "queue"
  | "topic"
  | "table";

export interface TopologyNode {
  /** The resource's URN; for what is none, such as the internet or a zone, a name with `#` before it. */
  readonly id: string;
  readonly kind: TopologyKind;
  readonly label: string;
  /** A second line: a CIDR block, a type. */
  readonly detail?: string;
  /** The box that it stands in. */
  readonly parent?: string;
  /** For subnets. */
  readonly tier?: "public" | "private" | "isolated";
}

export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  /** `route 0.0.0.0/0`, `invokes` */
  readonly label?: string;
}
