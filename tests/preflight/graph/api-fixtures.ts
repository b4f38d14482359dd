import { ACCOUNT, allow, publicStack, REGION, type Stack, vpcStack } from "./fixtures.js";

export const DOMAIN = "api.example.com";

const FROM_ENDPOINT = allow(
  "execute-api:Invoke",
  `arn:aws:execute-api:${REGION}:${ACCOUNT}:/domainnames/${DOMAIN}+*`,
  { Principal: "*", Condition: { StringEquals: { "aws:SourceVpce": "execute-api-endpoint-id" } } },
);

/**
 * A private API that answers only at a private custom domain name, which a private hosted zone points to the endpoint.
 */
export function privateDomainStack(): Stack {
  return vpcStack()
    .with("api", { disableExecuteApiEndpoint: true })
    .add("domain", "domain", {
      domainName: DOMAIN,
      domainNameId: "abc",
      arn: `arn:aws:apigateway:${REGION}:${ACCOUNT}:/domainnames/${DOMAIN}+abc`,
      endpointConfiguration: { types: "PRIVATE" },
      policy: FROM_ENDPOINT,
    })
    .add("mapping", "mapping", {
      domainName: DOMAIN,
      domainNameId: "abc",
      restApi: "api-id",
      stageName: "live",
      basePath: "messages",
    })
    .add("accessAssociation", "association", {
      domainNameArn: `arn:aws:apigateway:${REGION}:${ACCOUNT}:/domainnames/${DOMAIN}+abc`,
      accessAssociationSource: "execute-api-endpoint-id",
      accessAssociationSourceType: "VPCE",
    })
    .add("zone", "domain-zone", { name: DOMAIN, vpcs: [{ vpcId: "vpc-id" }] })
    .add("record", "domain-record", {
      zoneId: "domain-zone-id",
      name: DOMAIN,
      type: "A",
      aliases: [
        { name: `execute-api-endpoint-id-x1.execute-api.${REGION}.vpce.amazonaws.com`, zoneId: "Z1" },
      ],
    });
}

/** A public API that also answers at a custom domain name, and a function in a VPC with NAT and an endpoint. */
export function publicDomainStack(): Stack {
  return vpcStack()
    .with("api", { endpointConfiguration: { types: "REGIONAL" } })
    .without("api-policy")
    .and(publicDomain());
}

/** The same stack with the function outside any VPC. */
export function outsideDomainStack(): Stack {
  return publicStack().and(publicDomain());
}

function publicDomain(): Stack {
  return vpcStack()
    .add("domain", "domain", {
      domainName: DOMAIN,
      endpointConfiguration: { types: "REGIONAL" },
      regionalDomainName: `d-1.execute-api.${REGION}.amazonaws.com`,
    })
    .add("mapping", "mapping", { domainName: DOMAIN, restApi: "api-id", stageName: "live" })
    .add("record", "domain-record", {
      zoneId: "Z0123456789",
      name: DOMAIN,
      type: "A",
      aliases: [{ name: `d-1.execute-api.${REGION}.amazonaws.com`, zoneId: "Z2" }],
    })
    .only("domain", "mapping", "domain-record");
}

/** The stack's VPC is peered with a consumer's VPC, which is not in the stack. */
export function consumerStack(): Stack {
  return vpcStack()
    .add("peering", "consumer", { vpcId: "vpc-id", peerVpcId: "vpc-0c0ffee0", autoAccept: true })
    .add("route", "to-consumer-a", toConsumer("private-table-a-id"))
    .add("route", "to-consumer-b", toConsumer("private-table-b-id"))
    .add("route", "from-consumer", {
      routeTableId: "rtb-0c0ffee0",
      destinationCidrBlock: "10.20.0.0/16",
      vpcPeeringConnectionId: "consumer-id",
    })
    .add("ingress", "api-from-consumer", {
      securityGroupId: "api-group-id",
      cidrIpv4: "10.99.0.0/16",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    })
    .add("zone", "api-zone", {
      name: `api-id.execute-api.${REGION}.amazonaws.com`,
      vpcs: [{ vpcId: "vpc-id" }],
    })
    .add("zoneAssociation", "api-zone-consumer", { zoneId: "api-zone-id", vpcId: "vpc-0c0ffee0" })
    .add("record", "api-record", {
      zoneId: "api-zone-id",
      name: `api-id.execute-api.${REGION}.amazonaws.com`,
      type: "A",
      aliases: [
        { name: `execute-api-endpoint-id-x1.execute-api.${REGION}.vpce.amazonaws.com`, zoneId: "Z1" },
      ],
    });
}

function toConsumer(routeTableId: string) {
  return { routeTableId, destinationCidrBlock: "10.99.0.0/16", vpcPeeringConnectionId: "consumer-id" };
}

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/messages-id`;

/** The method writes to a table without a function, with a role that allows only that. */
export function storeStack(): Stack {
  return publicStack()
    .add("dynamoTable", "messages-table", { name: "messages-id", arn: TABLE })
    .add("role", "store-role", {
      name: "store-role-id",
      arn: `arn:aws:iam::${ACCOUNT}:role/store-role-id`,
      assumeRolePolicy: allow("sts:AssumeRole", "*", {
        Principal: { Service: "apigateway.amazonaws.com" },
      }).replace(/"Resource":"\*",/, ""),
    })
    .add("rolePolicy", "store-policy", { role: "store-role-id", policy: allow("dynamodb:PutItem", TABLE) })
    .with("get-messages-integration", {
      type: "AWS",
      uri: `arn:aws:apigateway:${REGION}:dynamodb:action/PutItem`,
      credentials: `arn:aws:iam::${ACCOUNT}:role/store-role-id`,
      requestTemplates: {
        "application/json": '{"TableName": "messages-id", "Item": {"id": "$context.requestId"}}',
      },
    });
}

/** The method requires an API key, and a usage plan of the stage has one. */
export function keyStack(): Stack {
  return publicStack()
    .with("get-messages", { apiKeyRequired: true })
    .add("plan", "plan", {
      apiStages: [{ apiId: "api-id", stage: "live" }],
      throttleSettings: { rateLimit: 20, burstLimit: 40 },
      quotaSettings: { limit: 1000, period: "DAY" },
    })
    .add("key", "key", { enabled: true })
    .add("planKey", "plan-key", { usagePlanId: "plan-id", keyId: "key-id", keyType: "API_KEY" });
}
