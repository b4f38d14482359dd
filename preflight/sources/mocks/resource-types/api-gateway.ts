import { arn, association, type Compute, hex, physicalName, text } from "./compute.js";

/** An API Gateway resource that belongs to no API and has its own id. */
const inGateway =
  (kind: string, more: (name: string) => Record<string, unknown> = () => ({})): Compute =>
  (context) => {
    const { name, region } = context;
    const id = hex(10, kind, name);
    const outputs = { name: physicalName(context), arn: `arn:aws:apigateway:${region}::/${kind}/${id}` };
    return { id, outputs: { ...outputs, ...more(name) } };
  };

/** AWS generates a key's value if none is given. */
const apiKey = inGateway("apikeys", (name) => ({ value: hex(40, "value", name), enabled: true }));
const usagePlan = inGateway("usageplans");

/** A private domain name has an id in addition to its name, because another account may have the same name. */
const domainName: Compute = (context) => {
  const name = text(context, "domainName");
  const arnOfDomain = (at: string) => `arn:aws:apigateway:${context.region}::/domainnames/${at}`;
  if (context.inputs.policy !== undefined) {
    const domainNameId = hex(10, "domain", name);
    const at = `${name}+${domainNameId}`;
    const privateArn = `arn:aws:apigateway:${context.region}:${context.accountId}:/domainnames/${at}`;
    return { id: `${name}/${domainNameId}`, outputs: { arn: privateArn, domainNameId } };
  }
  return {
    id: name,
    outputs: {
      arn: arnOfDomain(name),
      domainNameId: "",
      regionalDomainName: `d-${hex(10, name)}.execute-api.${context.region}.amazonaws.com`,
      regionalZoneId: `Z${hex(13, context.region).toUpperCase()}`,
      cloudfrontDomainName: `d${hex(13, name)}.cloudfront.net`,
      cloudfrontZoneId: "Z2FDTNDATAQYW2", // CloudFront's zone, the same in every account
    },
  };
};

const restApi: Compute = (context) => {
  const id = hex(10, "api", context.name);
  return {
    id,
    outputs: {
      name: physicalName(context),
      arn: `arn:aws:apigateway:${context.region}::/restapis/${id}`,
      executionArn: arn(context, "execute-api", id),
      rootResourceId: hex(10, "root", context.name),
    },
  };
};

const stage: Compute = (context) => {
  const api = text(context, "restApi");
  const stageName = text(context, "stageName");
  return {
    id: `ags-${api}-${stageName}`,
    outputs: {
      arn: `arn:aws:apigateway:${context.region}::/restapis/${api}/stages/${stageName}`,
      executionArn: arn(context, "execute-api", `${api}/${stageName}`),
      invokeUrl: `https://${api}.execute-api.${context.region}.amazonaws.com/${stageName}`,
    },
  };
};

const webAcl: Compute = (context) => {
  const name = physicalName(context);
  const id = hex(32, "acl", context.name);
  return { id, outputs: { name, arn: arn(context, "wafv2", `regional/webacl/${name}/${id}`) } };
};

/** APIs, their domain names and their access control. */
export const API_GATEWAY: Readonly<Record<string, Compute>> = {
  "aws:apigateway/account:Account": () => ({ id: "api-gateway-account" }),
  "aws:apigateway/apiKey:ApiKey": apiKey,
  "aws:apigateway/authorizer:Authorizer": (context) => {
    const id = hex(6, "authorizer", context.name);
    const at = `/restapis/${text(context, "restApi")}/authorizers/${id}`;
    return { id, outputs: { arn: `arn:aws:apigateway:${context.region}::${at}` } };
  },
  "aws:apigateway/basePathMapping:BasePathMapping": (context) => ({
    id: `${text(context, "domainName")}/${text(context, "basePath")}`,
  }),
  "aws:apigateway/deployment:Deployment": ({ name }) => ({ id: hex(6, name) }),
  "aws:apigateway/domainName:DomainName": domainName,
  "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation": (context) => {
    const association = `${text(context, "domainNameArn")}/vpcesource/${text(context, "accessAssociationSource")}`;
    return { id: association, outputs: { arn: association } };
  },
  "aws:apigateway/integration:Integration": association("agi"),
  "aws:apigateway/integrationResponse:IntegrationResponse": association("agir"),
  "aws:apigateway/method:Method": association("agm"),
  "aws:apigateway/methodResponse:MethodResponse": association("agmr"),
  "aws:apigateway/methodSettings:MethodSettings": association("agms"),
  "aws:apigateway/model:Model": association("agmodel"),
  "aws:apigateway/requestValidator:RequestValidator": association("agrv"),
  "aws:apigateway/resource:Resource": ({ name, inputs }) => ({
    id: hex(6, name),
    outputs: { path: `/${String(inputs.pathPart)}` },
  }),
  "aws:apigateway/response:Response": association("aggr"),
  "aws:apigateway/restApi:RestApi": restApi,
  "aws:apigateway/restApiPolicy:RestApiPolicy": association("agp"),
  "aws:apigateway/stage:Stage": stage,
  "aws:apigateway/usagePlan:UsagePlan": usagePlan,
  "aws:apigateway/usagePlanKey:UsagePlanKey": (context) => ({ id: text(context, "keyId") }),
  "aws:apigatewayv2/apiMapping:ApiMapping": association("mapping"),
  "aws:cognito/userPool:UserPool": (context) => {
    const id = `${context.region}_${hex(9, "pool", context.name)}`;
    const endpoint = `cognito-idp.${context.region}.amazonaws.com/${id}`;
    return {
      id,
      outputs: { name: physicalName(context), arn: arn(context, "cognito-idp", `userpool/${id}`), endpoint },
    };
  },
  "aws:cognito/userPoolClient:UserPoolClient": (context) => ({
    id: hex(26, "client", context.name),
    outputs: { name: physicalName(context) },
  }),
  "aws:cognito/userPoolDomain:UserPoolDomain": (context) => ({ id: text(context, "domain") }),
  "aws:wafv2/webAcl:WebAcl": webAcl,
  "aws:wafv2/webAclAssociation:WebAclAssociation": (context) => ({
    id: `${text(context, "webAclArn")},${text(context, "resourceArn")}`,
  }),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": (context) => ({
    id: text(context, "resourceArn"),
  }),
};
