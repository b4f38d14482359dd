/**
 * An explanation code: why a packet is blocked. The codes of VPC Reachability Analyzer are AWS's own
 * (https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html). Codes for names, policies, APIs and
 * functions, which the analyzer does not judge, have the same form.
 */
export interface CodeEntry {
  readonly aws: boolean;
  readonly text: string;
  /** What to change, in general. The fix of a verdict names the resource. */
  readonly fix: string;
}

export const CODES = {
  BAD_STATE: {
    aws: true,
    text: "The component is there but cannot work, e.g. a public NAT gateway without an Elastic IP.",
    fix: "Give the component what it lacks.",
  },
  BAD_STATE_ATTACHMENT: {
    aws: true,
    text: "The VPC peering connection has not been accepted.",
    fix: "Set autoAccept, or add a VpcPeeringConnectionAccepter on the other side.",
  },
  BAD_STATE_ROUTE: {
    aws: true,
    text: "The route is a blackhole: what it points to is gone.",
    fix: "Point the route to a gateway that exists.",
  },
  DISCONNECTED_VPCS: {
    aws: true,
    text: "Source and destination are in VPCs that nothing connects; peering is not transitive.",
    fix: "Peer the two VPCs directly and route both ways.",
  },
  ELB_INSTALLED_AZ_RESTRICTION: {
    aws: true,
    text: "The load balancer has no subnet in the Availability Zones of its targets, so it sends them nothing.",
    fix: "Give the load balancer a subnet in each zone that has targets.",
  },
  ELB_LISTENERS_MISMATCH: {
    aws: true,
    text: "The Classic Load Balancer has no listener on the port.",
    fix: "Add a listener on the port, or call a port that has one.",
  },
  ELBV2_LISTENERS_MISMATCH: {
    aws: true,
    text: "The load balancer has no listener on the port.",
    fix: "Add a listener on the port, or call a port that has one.",
  },
  ELBV2_LISTENER_HAS_NO_TG: {
    aws: true,
    text: "Nothing is registered in the target group that the listener forwards to.",
    fix: "Register a target, with a TargetGroupAttachment or the service that runs it.",
  },
  ELBV2_NO_TARGETS_IN_AZ: {
    aws: true,
    text: "The load balancer's node has no target in its Availability Zone, and cross-zone load balancing is off.",
    fix: "Register a target in each zone of the load balancer, or turn cross-zone load balancing on.",
  },
  ENI_SG_RULES_MISMATCH: {
    aws: true,
    text: "No rule of the security groups lets the traffic through.",
    fix: "Add a rule for the port and the peer.",
  },
  ENI_SOURCE_DEST_CHECK_RESTRICTION: {
    aws: true,
    text: "The network interface drops packets that are neither from it nor for it, so it forwards nothing.",
    fix: "Set sourceDestCheck: false on the NAT instance or its network interface.",
  },
  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: {
    aws: true,
    text: "The destination has no public address, so nothing on the internet can call it.",
    fix: "Put something with a public address in front of it, such as a load balancer or an API.",
  },
  IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS: {
    aws: true,
    text: "The source has no public address, so the internet gateway drops its packets.",
    fix: "Use a subnet whose default route is a NAT gateway.",
  },
  NGW_REQUIRES_SOURCE_IN_VPC: {
    aws: true,
    text: "A NAT gateway serves only the VPC that it is in.",
    fix: "Route to a NAT gateway of the same VPC.",
  },
  NO_ROUTE_TO_DESTINATION: {
    aws: true,
    text: "The subnet's route table has no route to the destination.",
    fix: "Add a route to the table, or associate the subnet with a table that has one.",
  },
  NO_SOURCE_OR_DESTINATION: {
    aws: true,
    text: "The source or the destination has no network interface or address.",
    fix: "Ask about a resource that is deployed in the network.",
  },
  PCX_REQUIRES_ADDRESS_IN_VPC_CIDR: {
    aws: true,
    text: "A peering connection carries only traffic between the two VPCs that it connects.",
    fix: "Peer with the VPC that the address belongs to.",
  },
  TGW_ROUTE_AZ_RESTRICTION: {
    aws: true,
    text: "The transit gateway's attachment has no subnet in the Availability Zone that the traffic comes from.",
    fix: "Add a subnet of the Availability Zone to the attachment.",
  },
  REGIONAL_NGW_ROUTE_AZ_RESTRICTION: {
    aws: true,
    text: "The regional NAT gateway has no address in the Availability Zone that the traffic comes from.",
    fix: "Add the Availability Zone to the NAT gateway, or leave its addresses to AWS.",
  },
  SG_HAS_NO_RULES: {
    aws: true,
    text: "The security group has no rule at all in this direction.",
    fix: "Add a rule for the port and the peer.",
  },
  SUBNET_ACL_RESTRICTION: {
    aws: true,
    text: "The subnet's network ACL denies the traffic, or the answers to it on ephemeral ports.",
    fix: "Allow the port one way and 1024-65535 the other; network ACLs are stateless.",
  },
  UNASSOCIATED_COMPONENT: {
    aws: true,
    text: "The gateway is not attached to the VPC.",
    fix: "Attach the gateway to the VPC.",
  },
  VPC_BLOCK_PUBLIC_ACCESS_ENABLED: {
    aws: true,
    text: "VPC Block Public Access stops internet traffic in this Region.",
    fix: "Add a VpcBlockPublicAccessExclusion for the VPC or the subnet.",
  },
  VPCE_INTRA_VPC_TRAFFIC: {
    aws: true,
    text: "A VPC endpoint does not initiate connections.",
    fix: "Ask the other way round.",
  },
  API_DOMAIN_NAME_NOT_ASSOCIATED: {
    aws: false,
    text: "The private custom domain name is not associated with the endpoint that its name leads to, so it answers 403.",
    fix: "Add a DomainNameAccessAssociation of the endpoint with the domain name.",
  },
  API_AUTHORIZER_MISSING: {
    aws: false,
    text: "The method wants an authorizer, and names none that fits, so nobody is known to be let in.",
    fix: "Name an authorizer of the API in the method's authorizerId.",
  },
  API_AUTHORIZER_REFUSES: {
    aws: false,
    text: "The method's authorizer refuses a caller without a token or another credential that it accepts.",
    fix: "Call with a token that the authorizer accepts, or set the method's authorization to NONE.",
  },
  API_DOMAIN_NAME_POLICY_DENIES: {
    aws: false,
    text: "The private custom domain name's own policy does not allow the caller; without one it refuses everybody.",
    fix: "Allow execute-api:Invoke from the endpoint (aws:SourceVpce) in the domain name's policy.",
  },
  API_EXECUTE_ENDPOINT_DISABLED: {
    aws: false,
    text: "The API's execute-api endpoint is disabled; only a custom domain name reaches it.",
    fix: "Call the custom domain name, or unset disableExecuteApiEndpoint.",
  },
  API_INTEGRATION_MISSING: {
    aws: false,
    text: "The method has no integration, so API Gateway answers 500.",
    fix: "Add an integration for the method.",
  },
  API_INTEGRATION_ROLE_MISSING: {
    aws: false,
    text: "The integration calls an AWS service and names no role to do it with, so API Gateway answers 500.",
    fix: "Name a role in the integration's credentials.",
  },
  API_INTEGRATION_ROLE_NOT_ASSUMABLE: {
    aws: false,
    text: "API Gateway may not assume the integration's role, so it answers 500.",
    fix: "Allow sts:AssumeRole to apigateway.amazonaws.com in the role's trust policy.",
  },
  API_KEY_WITHOUT_PLAN: {
    aws: false,
    text: "The method wants an API key, and no usage plan of the stage has one, so it answers everybody 403.",
    fix: "Add a usage plan for the stage with a key, or unset apiKeyRequired.",
  },
  API_METHOD_NOT_FOUND: {
    aws: false,
    text: "The API has no such method, so API Gateway answers 403.",
    fix: "Add the method, or call one that exists.",
  },
  API_METHOD_REQUIRES_AUTHORIZATION: {
    aws: false,
    text: "The method wants an authorised caller, and the caller is anonymous.",
    fix: "Sign the request, or set the method's authorization to NONE.",
  },
  API_NAME_NOT_RESOLVED: {
    aws: false,
    text: "The name by which the API is called does not lead to an endpoint, or to the domain name, for this caller.",
    fix: "Associate a private hosted zone that has the name with the caller's VPC, or call another of the API's names.",
  },
  API_NOT_DEPLOYED: {
    aws: false,
    text: "The API has no deployed stage, so it answers nobody.",
    fix: "Add a deployment and a stage.",
  },
  API_POLICY_DENIES: {
    aws: false,
    text: "The API's resource policy does not allow the caller.",
    fix: "Allow the caller's aws:SourceVpce or address in the resource policy.",
  },
  API_POLICY_MISSING: {
    aws: false,
    text: "A private API without a resource policy refuses every call.",
    fix: "Add a resource policy that allows execute-api:Invoke from the VPC endpoint, and redeploy.",
  },
  API_PORT_RESTRICTION: {
    aws: false,
    text: "API Gateway listens on port 443 only.",
    fix: "Call port 443.",
  },
  API_PRIVATE_DNS_SHADOWS_PUBLIC_API: {
    aws: false,
    text: "With private DNS on, the execute-api endpoint answers 403 for public APIs called from its VPC.",
    fix: "Turn private DNS of the execute-api endpoint off, or call the API by a custom domain name.",
  },
  API_PRIVATE_REQUIRES_VPCE: {
    aws: false,
    text: "A private API is reached only through an execute-api interface endpoint.",
    fix: "Call it from a VPC that has an execute-api endpoint.",
  },
  DELIVERY_NOT_SUPPORTED: {
    aws: false,
    text: "The service does not deliver to this kind of receiver, such as a standard topic to a FIFO queue.",
    fix: "Use a receiver that the service delivers to.",
  },
  DELIVERY_STOPPED: {
    aws: false,
    text: "The mapping, rule, schedule or pipe is turned off, or the subscription is not confirmed.",
    fix: "Turn it on.",
  },
  DNS_FIREWALL_BLOCKS: {
    aws: false,
    text: "A rule of Route 53 DNS Firewall blocks the name in the VPC, so it does not resolve.",
    fix: "Allow the name in a rule that comes first, or take it off the list.",
  },
  DUAL_STACK_NAME_NOT_USED: {
    aws: false,
    text: "The way to the service is over IPv6, and the function's SDK calls the service's usual name, which has IPv4 addresses only.",
    fix: "Set AWS_USE_DUALSTACK_ENDPOINT: true in the function's environment.",
  },
  EFS_NO_MOUNT_TARGET_IN_AZ: {
    aws: false,
    text: "The file system has no mount target in the Availability Zone of a subnet that the function runs in.",
    fix: "Add a MountTarget in a subnet of that zone; a VPC has one for each zone and file system.",
  },
  FUNCTION_HAS_NO_ADDRESS: {
    aws: false,
    text: "A Lambda function accepts no connections: it is invoked, not dialled.",
    fix: "Invoke it through the Lambda API or an API Gateway method.",
  },
  FUNCTION_OUTSIDE_VPC: {
    aws: false,
    text: "A function outside any VPC reaches public addresses only.",
    fix: "Give the function a vpcConfig.",
  },
  HOSTED_ZONE_HIDES_NAME: {
    aws: false,
    text: "A private hosted zone of the VPC covers the name and has no record of it, so it does not resolve.",
    fix: "Add a record of the name to the zone, or take the VPC out of the zone.",
  },
  IDENTITY_POLICY_DENIES: {
    aws: false,
    text: "The role's policies do not allow the action.",
    fix: "Allow the action on the resource in the role's policy.",
  },
  LAMBDA_PERMISSION_MISSING: {
    aws: false,
    text: "No permission lets the service invoke the function; API Gateway then answers 500.",
    fix: "Add a lambda Permission for the service whose sourceArn covers the method, the topic or the rule.",
  },
  LAMBDA_THROTTLED: {
    aws: false,
    text: "The function reserves no execution (reservedConcurrentExecutions: 0), so Lambda refuses every invocation.",
    fix: "Unset reservedConcurrentExecutions, or set it to 1 or more.",
  },
  API_NOT_PRIVATE: {
    aws: false,
    text: "The API is public, and an execute-api endpoint serves private APIs only, so it answers 403.",
    fix: "Make the API PRIVATE, or call it on the internet.",
  },
  ELBV2_LISTENER_WITHOUT_TLS: {
    aws: false,
    text: "The listener on port 443 speaks HTTP, and callers of that port speak TLS.",
    fix: "Set protocol: HTTPS and a certificate on the listener.",
  },
  ELBV2_NO_RULE_FOR_METHOD: {
    aws: false,
    text: "No rule of the load balancer's listener sends requests to the method.",
    fix: "Add a rule that takes the path and rewrites Host and path to the API's.",
  },
  ELBV2_RULE_LEADS_TO_OTHER_API: {
    aws: false,
    text: "The rule takes the request, and its Host header is not the API's, so API Gateway looks for another API.",
    fix: "Rewrite the Host header (host-header-rewrite) to API.execute-api.REGION.amazonaws.com.",
  },
  ELBV2_RULE_LEADS_TO_OTHER_PATH: {
    aws: false,
    text: "The rule sends the API's Host header, but with a path that is not the stage and the method's path.",
    fix: "Rewrite the path (url-rewrite), so that it begins with the stage.",
  },
  ELBV2_TARGET_IS_NO_ENDPOINT: {
    aws: false,
    text: "The target is not an interface of an execute-api endpoint, so it serves no private API.",
    fix: "Register the private addresses of the execute-api endpoint.",
  },
  ELBV2_TARGET_PROTOCOL_MISMATCH: {
    aws: false,
    text: "The target group speaks HTTP, and the endpoint of API Gateway takes TLS only.",
    fix: "Set protocol: HTTPS and port: 443 on the target group.",
  },
  ELBV2_TARGET_CALLS_ITSELF: {
    aws: false,
    text: "A Network Load Balancer sends a connection back to its own client, whose address it keeps.",
    fix: "Set preserveClientIp: false on the target group.",
  },
  NAT_ACCEPTS_NO_CONNECTIONS: {
    aws: false,
    text: "The address is a NAT gateway's, which lets in answers, and no connection that starts outside.",
    fix: "Ask for the address of a resource that accepts connections, such as a load balancer.",
  },
  PLACE_NOT_IN_STACK: {
    aws: false,
    text: "A pinned intent (intents.yaml) is about a place that the stack does not have, so nothing keeps it.",
    fix: "Correct the configuration that lost the place or, if that is meant, the pinned intent.",
  },
  QUEUE_VISIBILITY_TIMEOUT_TOO_SHORT: {
    aws: false,
    text: "Messages of the queue reappear while the function may still work on them, so Lambda refuses the mapping.",
    fix: "Set visibilityTimeoutSeconds of the queue to six times the function's timeout.",
  },
  RESOURCE_POLICY_DENIES: {
    aws: false,
    text: "The resource's own policy does not allow the call.",
    fix: "Allow the caller in the resource's policy.",
  },
  ROLE_NOT_ASSUMABLE: {
    aws: false,
    text: "The service may not assume the role that it is to call with.",
    fix: "Allow sts:AssumeRole to the service in the role's trust policy.",
  },
  S3_PUBLIC_ACCESS_BLOCKED: {
    aws: false,
    text: "S3 Block Public Access voids what the bucket's policy or an ACL grants to everybody.",
    fix: "Keep it, or turn it off for the bucket that the internet should read.",
  },
  VPC_DNS_HOSTNAMES_DISABLED: {
    aws: false,
    text: "Private DNS of an interface endpoint needs enableDnsHostnames on the VPC.",
    fix: "Set enableDnsHostnames: true on the VPC.",
  },
  VPC_DNS_SUPPORT_DISABLED: {
    aws: false,
    text: "Without enableDnsSupport no name resolves in the VPC.",
    fix: "Set enableDnsSupport: true on the VPC.",
  },
  VPCE_NO_NETWORK_INTERFACE: {
    aws: false,
    text: "The interface endpoint is in no subnet, so its name has no addresses.",
    fix: "Give the endpoint a subnet in each Availability Zone.",
  },
  VPCE_NOT_IN_ROUTE_TABLE: {
    aws: false,
    text: "The VPC has a gateway endpoint for the service, but not in the route table of this subnet.",
    fix: "Associate the gateway endpoint with the subnet's route table.",
  },
  VPCE_POLICY_DENIES: {
    aws: false,
    text: "The endpoint's policy does not allow the call.",
    fix: "Allow the action, the resource and the principal in the endpoint's policy.",
  },
  VPCE_SERVES_OTHER_REGION: {
    aws: false,
    text: "The VPC has an endpoint for the service, but it leads to another Region than the one that is called.",
    fix: "Give the caller a way to the service's public addresses, or an endpoint of the Region that it calls.",
  },
  VPCE_PRIVATE_DNS_DISABLED: {
    aws: false,
    text: "The endpoint's private DNS is off, so the service's public name does not lead to it.",
    fix: "Set privateDnsEnabled: true on the endpoint, or call the endpoint by its own name.",
  },
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof CODES;
