import type { EndpointType } from "@lambda-networking/preflight/aws";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAliasRecords } from "../base/alias-records.js";
import type { DeploymentTarget } from "../base/deployment-target.js";
import type { PlannedValue } from "../base/planned-value.js";
import type { ServiceEndpoint } from "../network/endpoints/service-endpoint.js";
import { createAliasRecord, createEndpointZone } from "../network/peering/endpoint-zone.js";
import type { PeerVpc } from "../network/peering/peer-vpc.js";
import { domainArn, privatePolicy, type Sharing } from "./access/resource-policy.js";
import { type DomainSettings, ROOT } from "./settings.js";

/** How a private domain name is reached. */
interface PrivateDomainArgs {
  /** The stack's own execute-api endpoint. */
  readonly endpoint: ServiceEndpoint;
  readonly vpcId: pulumi.Input<string>;
  /** Additional callers; the same as the API's. */
  readonly sharing: Sharing;
  /** Consumers' VPCs in which the name resolves, if the program creates the zone. */
  readonly peers: readonly PeerVpc[];
}

export interface CustomDomainArgs extends DomainSettings {
  /** The API's endpoint type, which its domain names share. */
  readonly endpointType: EndpointType;
  readonly api: aws.apigateway.RestApi;
  /** The stage that the base paths lead to. */
  readonly stage: aws.apigateway.Stage;
  /**
   * Endpoint and VPC of a private domain name. Required if the API is PRIVATE.
   * @default the domain name is on the internet
   */
  readonly private?: PrivateDomainArgs;
  readonly target: DeploymentTarget;
}

/**
 * A custom domain name for an API, which stays the same if the API's id changes. Free; requires TLS 1.2 or newer. The
 * component's name is the domain name.
 *
 * A private domain name resolves in the stack's VPC and in its peers' VPCs. For an endpoint of another account, share
 * the name with AWS RAM, then associate it in that account.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains.html
 */
export class CustomDomain extends pulumi.ComponentResource {
  readonly domain: aws.apigateway.DomainName;

  constructor(
    private readonly name: string,
    args: CustomDomainArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:api:CustomDomain", name, {}, opts);
    this.domain = this.createDomain(args);
    for (const path of args.basePaths) this.map(path, args);
    if (args.private === undefined) this.createPublicRecords(args);
    else this.connectEndpoint(args, args.private);
    this.registerOutputs({ domainName: this.domain.domainName, planned: this.planned(args) });
  }

  private createDomain({
    endpointType,
    certificateArn,
    ...args
  }: CustomDomainArgs): aws.apigateway.DomainName {
    return new aws.apigateway.DomainName(
      this.name,
      {
        domainName: this.name,
        endpointConfiguration: { types: endpointType, ipAddressType: "dualstack" },
        ...(endpointType === "REGIONAL" ? { regionalCertificateArn: certificateArn } : { certificateArn }),
        securityPolicy: "TLS_1_2",
        policy: args.private && this.policy(args.target, args.private, args.private.endpoint.endpointId),
      },
      { parent: this },
    );
  }

  private policy(
    target: DeploymentTarget,
    { sharing }: PrivateDomainArgs,
    endpointId: pulumi.Output<string>,
  ): pulumi.Output<string> {
    return pulumi.jsonStringify(privatePolicy(domainArn(target, this.name), endpointId, sharing));
  }

  private planned(args: CustomDomainArgs): PlannedValue[] {
    if (args.private === undefined) return [];
    const value = this.policy(args.target, args.private, args.private.endpoint.plannedId);
    return [{ resource: this.domain.urn, property: "policy", value }];
  }

  /**
   * Maps a base path to the stage. A path of more than one level needs a mapping of the newer API, which supports only
   * REGIONAL domain names.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
   */
  private map(path: string, { api, stage, ...args }: CustomDomainArgs): void {
    const at = `${this.name}/${path === ROOT ? "" : path}`;
    const { domainName, domainNameId } = this.domain;
    if (path.includes("/")) {
      new aws.apigatewayv2.ApiMapping(
        at,
        { domainName, apiMappingKey: path, apiId: api.id, stage: stage.stageName },
        { parent: this },
      );
      return;
    }
    new aws.apigateway.BasePathMapping(
      at,
      {
        domainName,
        domainNameId: args.private && domainNameId,
        basePath: path === ROOT ? undefined : path,
        restApi: api.id,
        stageName: stage.stageName,
      },
      { parent: this },
    );
  }

  /** Creates alias records for both address families, in a public hosted zone of this account. */
  private createPublicRecords({ endpointType, hostedZoneId }: CustomDomainArgs): void {
    if (hostedZoneId === undefined) return;
    const { cloudfrontDomainName, cloudfrontZoneId, regionalDomainName, regionalZoneId } = this.domain;
    const alias =
      endpointType === "EDGE"
        ? { name: cloudfrontDomainName, zoneId: cloudfrontZoneId }
        : { name: regionalDomainName, zoneId: regionalZoneId };
    createAliasRecords(this.name, {
      zoneId: hostedZoneId,
      domainName: this.name,
      types: ["A", "AAAA"],
      alias,
      parent: this,
    });
  }

  /** Associates the endpoint with the domain name, and creates records that lead the name to the endpoint. */
  private connectEndpoint(
    { hostedZoneId }: CustomDomainArgs,
    { endpoint, vpcId, peers }: PrivateDomainArgs,
  ): void {
    new aws.apigateway.DomainNameAccessAssociation(
      this.name,
      {
        domainNameArn: this.domain.arn,
        accessAssociationSource: endpoint.endpointId,
        accessAssociationSourceType: "VPCE",
      },
      { parent: this },
    );
    if (hostedZoneId !== undefined) createAliasRecord(this.name, hostedZoneId, this.name, endpoint, this);
    else createEndpointZone(this.name, { domainName: this.name, vpcId, endpoint, peers, parent: this });
  }
}
