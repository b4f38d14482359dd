/**
 * A network as AWS's documentation describes one. The resources that preflight judges and the kernel's namespaces are
 * both made from it, and neither is made from the other.
 */
export interface Network {
  readonly vpcs: readonly Vpc[];
  readonly peerings: readonly Peering[];
  readonly lists: readonly PrefixList[];
  readonly hosts: readonly Host[];
  readonly gatewayEndpoints: readonly GatewayEndpoint[];
  readonly blockPublicAccess: BlockPublicAccess | undefined;
}

/** What a resource is called in the stack and by AWS. */
export interface Named {
  readonly name: string;
  readonly id: string;
}

export interface Vpc extends Named {
  /** Primary first. */
  readonly blocks: readonly string[];
  readonly ipv6: string | undefined;
  /** Whether AWS's DNS server answers in the VPC. */
  readonly dns: boolean;
  readonly internetGateway: (Named & { readonly attached: boolean }) | undefined;
  readonly egressOnlyGateway: Named | undefined;
  readonly mainTable: Table;
  readonly tables: readonly Table[];
  readonly defaultAcl: Named;
  readonly acls: readonly Acl[];
  readonly defaultGroup: Named;
  readonly groups: readonly Group[];
  readonly subnets: readonly Subnet[];
}

export interface Subnet extends Named {
  readonly block: string;
  readonly ipv6: string | undefined;
  readonly zone: string;
  /** Undefined: the VPC's main table. */
  readonly table: Table | undefined;
  /** Undefined: the VPC's default ACL, which allows all. */
  readonly acl: Acl | undefined;
  readonly givesPublicAddress: boolean;
  readonly givesIpv6: boolean;
}

export interface Table extends Named {
  readonly routes: readonly Route[];
}

export interface Route {
  readonly to: { readonly block: string } | { readonly list: PrefixList };
  readonly target: Target;
  /** Whether the target is gone. */
  readonly blackhole: boolean;
}

/** Where a route leads, by the name of the gateway, the peering connection or the host. */
export interface Target {
  readonly kind: "internet-gateway" | "egress-only-gateway" | "peering" | "nat-gateway" | "instance";
  readonly name: string;
}

export interface Acl extends Named {
  readonly rules: readonly AclRule[];
}

export type Protocol = "all" | "tcp" | "udp";

export interface Ports {
  readonly from: number;
  readonly to: number;
}

export interface AclRule {
  readonly number: number;
  readonly direction: Direction;
  readonly allow: boolean;
  readonly protocol: Protocol;
  readonly ports: Ports;
  readonly block: string;
}

export type Direction = "ingress" | "egress";

export interface Group extends Named {
  readonly rules: readonly GroupRule[];
  /** How the stack writes the rules: in the group, or as resources of the older or the newer type. */
  readonly form: "inline" | "older" | "newer";
}

export interface GroupRule {
  readonly direction: Direction;
  readonly protocol: Protocol;
  readonly ports: Ports;
  readonly peer: { readonly block: string } | { readonly group: Named } | { readonly list: PrefixList };
}

/** A list of the stack or, with a service, the list that AWS keeps of the service's addresses. */
export interface PrefixList extends Named {
  readonly blocks: readonly string[];
  readonly service?: Service;
}

export interface Service {
  readonly name: "s3" | "dynamodb" | "ssm" | "sqs";
  /** Its public addresses. */
  readonly blocks: readonly string[];
}

export interface GatewayEndpoint extends Named {
  readonly vpc: Vpc;
  readonly service: Service;
  readonly list: PrefixList;
  readonly tables: readonly Table[];
}

export interface Peering extends Named {
  readonly requester: string;
  readonly accepter: string;
  readonly accepted: boolean;
}

/**
 * What has network interfaces. `any` is a host that the stack does not have: it stands for every host of a subnet whose
 * security groups are not part of a question.
 */
export interface Host extends Named {
  readonly kind:
    | "instance"
    | "function"
    | "database"
    | "interface-endpoint"
    | "load-balancer"
    | "nat-gateway"
    | "any";
  readonly interfaces: readonly Interface[];
  /** Empty: none apply (`any`, NAT gateways, a Network Load Balancer that was made without). */
  readonly groups: readonly Named[];
  /** Whether it forwards what is not addressed to it, as a NAT instance does. */
  readonly forwards: boolean;
  /** For an endpoint: the service that it stands for. */
  readonly service?: Service;
  readonly privateDns?: boolean;
  readonly balancer?: Balancer;
}

/** What a load balancer does. It has an interface in each of its subnets. */
export interface Balancer {
  readonly type: "application" | "network";
  readonly internal: boolean;
  readonly crossZone: boolean;
  readonly listeners: readonly Listener[];
}

/** A port of a load balancer, with the one target that its connections go to. */
export interface Listener {
  readonly port: number;
  readonly targetPort: number;
  readonly target: Host;
  readonly targetType: "instance" | "ip";
  /** Whether the target sees the client's address; undefined: what is usual for the type. */
  readonly preserves: boolean | undefined;
}

/**
 * Whether a target sees the client's address. Usual for a Network Load Balancer's instances, not for its addresses.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
 */
export function preservesClient({ type }: Balancer, { targetType, preserves }: Listener): boolean {
  return type === "network" && (preserves ?? targetType === "instance");
}

export interface Interface {
  readonly id: string;
  readonly vpc: Vpc;
  readonly subnet: Subnet;
  readonly address: string;
  readonly ipv6: string | undefined;
  readonly publicAddress: string | undefined;
  /** Whether AWS chose the address, so that the stack does not say which one it is. */
  readonly addressUnknown: boolean;
}

export interface BlockPublicAccess {
  readonly mode: "block-bidirectional" | "block-ingress";
  readonly exclusions: readonly Exclusion[];
}

export interface Exclusion extends Named {
  readonly vpc: Vpc;
  /** Undefined: the whole VPC. */
  readonly subnet: Subnet | undefined;
  readonly mode: "allow-bidirectional" | "allow-egress";
}
