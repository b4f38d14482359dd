/**
 * Start or end of a question. Plain data, so that components can put it into their outputs.
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
  /**
   * A VPC outside the stack with internet access but without an endpoint of this service, for example `execute-api`.
   */
  | { readonly kind: "vpc-without-endpoint"; readonly service: string }
  /**
   * An execute-api endpoint of a VPC that is not the stack's, in the stack's account or in another. Its owner decides
   * its policy and who signs.
   */
  | {
      readonly kind: "foreign-endpoint";
      readonly account: "own" | "other";
      /** Those that the place does not mean, because they may call. */
      readonly except?: Exceptions;
    }
  /**
   * Any host of the consumer VPC at the other end of the peering connection with this logical name, in the whole block
   * that the stack routes to it.
   */
  | { readonly kind: "peer"; readonly name: string }
  /**
   * The transit gateway behind the attachment with this logical name. As a destination it is the gateway itself, for
   * every block that the stack routes to it; what lies behind is not in the stack. As the start it is any host of these
   * blocks.
   */
  | { readonly kind: "transit-gateway"; readonly name: string }
  /** Any member of the group. */
  | { readonly kind: "security-group"; readonly name: string }
  /** The VPC endpoint itself. */
  | { readonly kind: "endpoint"; readonly name: string }
  /**
   * A method of an API, such as `GET /messages`. `api` is needed if several APIs of the stack have that method. `token`
   * tells of the caller's request, for a method with an authorizer: true, it carries a token that the authorizer
   * accepts; false, it carries none. Without it the internet carries none, and of other callers it is not known.
   */
  | {
      readonly kind: "method";
      readonly method: string;
      readonly path: string;
      readonly api?: string;
      readonly token?: boolean;
      /** Only the way through the load balancer with this logical name. @default any way */
      readonly loadBalancer?: string;
      /** Only the ways that lead through no load balancer. */
      readonly direct?: true;
    }
  /**
   * Any private API of the Region but those of the stack and those with the ids in `besides`: the stack's execute-api
   * endpoint may lead there too.
   */
  | { readonly kind: "other-api"; readonly besides: readonly string[] }
  /**
   * An AWS service by the name in its endpoint: `ssm`, `dynamodb`, `sns`. The caller's role has to allow the action, on
   * `resource` (an ARN) or on any; without an action, it has to allow any action of the service. Without a region it is
   * the resource's, else the caller's.
   */
  | {
      readonly kind: "service";
      readonly service: string;
      readonly action?: string;
      readonly resource?: string;
      readonly region?: string;
      /** Set if only the network is in question, because the caller may have no use for the service yet. */
      readonly networkOnly?: true;
    }
  /**
   * An account, or an AWS service on behalf of a resource, that invokes functions by the API of Lambda. `principal` is
   * the account's id, the service's name (`s3.amazonaws.com`) or `other`: every account but the stack's and
   * `exceptAccounts`. For a service, `sourceAccount: other` means a resource like `sourceArn` of any other account.
   */
  | {
      readonly kind: "invoker";
      readonly principal: string;
      readonly sourceAccount?: string;
      readonly sourceArn?: string;
      readonly exceptAccounts?: readonly string[];
    }
  /** An IPv4 or IPv6 address or, written as a CIDR block, every address of it. */
  | { readonly kind: "address"; readonly address: string; readonly port?: number }
  /** A host on the internet by its name, which the caller has to resolve: `example.com`. */
  | { readonly kind: "host"; readonly name: string; readonly port?: number }
  /**
   * Another resource with its own address or policy: a database, a proxy, a topic, a queue, a table, a file system. With
   * a database user, the caller's IAM permission to log in as that user is checked too; with actions, the permission to
   * do each of them on the resource.
   */
  | {
      readonly kind: "resource";
      readonly name: string;
      readonly databaseUser?: string;
      readonly actions?: readonly string[];
    }
  /** Any host outside AWS's network, and any public address; with `family: 6` any public IPv6 address. */
  | { readonly kind: "internet"; readonly family?: 6 };

/** Ids of endpoints, VPCs and accounts. An account's calls are known by their signature. */
export interface Exceptions {
  readonly vpcEndpoints: readonly string[];
  readonly vpcs: readonly string[];
  readonly accounts: readonly string[];
}

/**
 * A subnet's tier is its way to the internet: `public` through an internet gateway, `private` through a NAT
 * gateway or an egress-only internet gateway, `isolated` none.
 */
export type Tier = "public" | "private" | "isolated";

/** The component that carries a packet out of its subnet. */
export const VIAS = [
  "interface-endpoint",
  "gateway-endpoint",
  "nat",
  "internet-gateway",
  "egress-only-internet-gateway",
  "peering",
  "transit-gateway",
] as const;
export type Via = (typeof VIAS)[number];

/** A component's claim that one place must, or must not, reach another. */
export interface Intent {
  readonly from: Place;
  readonly to: Place;
  readonly port: number;
  readonly must: "reach" | "not-reach";
  /** The only permitted way. Requires that `must` is `reach`. */
  readonly via?: Via;
  readonly reason: string;
  /** What to change if it does not hold, in the words of the program's configuration. */
  readonly fix?: string;
}

/**
 * A claim of `intents.yaml`, which holds whatever the configuration says. Its places are texts as `npm run trace` takes
 * them, because the stack may lack them: a place that is gone does not keep the claim.
 */
export interface PinnedIntent {
  readonly from: string;
  readonly to: string;
  /** @default the destination's own port, or 443 */
  readonly port?: number;
  readonly must: Intent["must"];
  readonly via?: Via;
  readonly reason: string;
  /** File and line: `intents.yaml:12`. */
  readonly pinnedIn: string;
}

/**
 * A change of a program's configuration that removes a block. A component declares it in its output `settings`, so that
 * a fix names the key that the reader writes, which the preflight does not know.
 */
export interface Setting {
  /** Logical name of the resource that blocks. `*` stands for any text. */
  readonly resource: string;
  /**
   * Explanation codes of the blocks that it removes; `UNUSED` if the resource is paid for and serves nothing.
   * @default every code
   */
  readonly codes?: readonly string[];
  /**
   * The service that is called, by the name in its endpoint, or `internet`. `*`: any service that no other setting
   * names.
   * @default any destination
   */
  readonly service?: string;
  /** The change, such as `vpc.nat: single`. `SERVICE` stands for the service that is called, `METHOD` for the method. */
  readonly change: string;
}
