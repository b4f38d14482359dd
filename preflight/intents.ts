/**
 * Where a question starts or ends. Plain data, so that components can put it into their outputs.
 *
 * A `name` is a logical name, a URN, a physical name, an id or an ARN.
 */
export type Place =
  | { readonly kind: "function"; readonly name: string }
  /** Any host in the subnet. */
  | { readonly kind: "subnet"; readonly name: string }
  /** Any host in any subnet of the tier, in one VPC or in all of them. */
  | { readonly kind: "subnets"; readonly tier: Tier; readonly vpc?: string }
  /** Any host in any subnet of the VPC. */
  | { readonly kind: "vpc"; readonly name: string }
  /** Some other VPC, with internet access but without an endpoint of this service, e.g. `execute-api`. */
  | { readonly kind: "vpc-without-endpoint"; readonly service: string }
  /**
   * Any host of the consumer VPC at the other end of the peering connection with this logical name, in the whole
   * block that the stack routes to it.
   */
  | { readonly kind: "peer"; readonly name: string }
  /** Any member of the group. */
  | { readonly kind: "security-group"; readonly name: string }
  /** A VPC endpoint itself. */
  | { readonly kind: "endpoint"; readonly name: string }
  /** An API's method, e.g. `GET /messages`; `api` when the stack has more than one API with it. */
  | { readonly kind: "method"; readonly method: string; readonly path: string; readonly api?: string }
  /**
   * An AWS service by the name in its endpoint: `ssm`, `dynamodb`, `sns`. With an action the caller's
   * permissions are judged too, on `resource` (an ARN) or on every resource.
   */
  | {
      readonly kind: "service";
      readonly service: string;
      readonly action?: string;
      readonly resource?: string;
    }
  /** An IPv4 or IPv6 address or, written as a CIDR block, every address of it. */
  | { readonly kind: "address"; readonly address: string; readonly port?: number }
  /**
   * Another resource with an address or a policy of its own: a database, a proxy, a topic, a queue, a table. With a
   * user of the database the caller's permission to log in as that user, by IAM, is judged too.
   */
  | { readonly kind: "resource"; readonly name: string; readonly databaseUser?: string }
  /** Anybody outside AWS's network, and any public address. */
  | { readonly kind: "internet" };

/**
 * A subnet's tier is its way to the internet: `public` through an internet gateway, `private` through a NAT
 * gateway or an egress-only internet gateway, `isolated` none.
 */
export type Tier = "public" | "private" | "isolated";

/** What carries a packet out of its subnet. */
export type Via = "interface-endpoint" | "gateway-endpoint" | "nat" | "internet-gateway" | "peering";

/** What a component says must be reachable, or must not. */
export interface Intent {
  readonly from: Place;
  readonly to: Place;
  readonly port: number;
  readonly must: "reach" | "not-reach";
  /** The only way it may go; it means that `must` is `reach`. */
  readonly via?: Via;
  readonly reason: string;
}
