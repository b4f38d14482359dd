import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "../../base/policy-document.js";
import type { RoutedEndpoint } from "./service-endpoint.js";

export interface GatewayEndpointArgs {
  /** The two services that have a gateway endpoint. */
  readonly service: "dynamodb" | "s3";
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** Route tables that get a route to the service's prefix list. */
  readonly routeTableIds: readonly pulumi.Input<string>[];
  /** Policy for calls through the endpoint. It is the only control because gateway endpoints have no security group. */
  readonly policy: PolicyDocument;
}

/**
 * A gateway endpoint: a route to the service, without network interfaces. Free.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export class GatewayEndpoint extends pulumi.ComponentResource implements RoutedEndpoint {
  readonly endpoint: aws.ec2.VpcEndpoint;
  readonly endpointId: pulumi.Output<string>;
  readonly resources: readonly pulumi.Resource[];
  /** The service's prefix list, for egress rules of the callers' security groups. */
  readonly prefixListId: pulumi.Output<string>;

  constructor(name: string, args: GatewayEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lambda-networking:network:GatewayEndpoint", name, {}, opts);
    this.endpoint = new aws.ec2.VpcEndpoint(
      `${name}-endpoint`,
      {
        vpcId: args.vpcId,
        serviceName: `com.amazonaws.${args.region}.${args.service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...args.routeTableIds],
        policy: pulumi.jsonStringify(args.policy),
      },
      { parent: this },
    );
    this.resources = [this.endpoint];
    this.endpointId = this.endpoint.id;
    this.prefixListId = this.endpoint.prefixListId;
    this.registerOutputs({ endpointId: this.endpointId, prefixListId: this.prefixListId });
  }
}
