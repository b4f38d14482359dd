// Types that are free by themselves. A type that is neither here nor priced is reported as not priced.

/** Packages without cloud resources. */
const FREE_PACKAGES = ["pulumi", "pulumi-nodejs", "random", "tls", "time", "awsx"];

/** Modules of the aws package with only free types. https://aws.amazon.com/iam/ */
const FREE_MODULES = ["iam"];

/**
 * Free types of the aws package, by module. Custom domain names are free, both public and private ones. For a private
 * API AWS bills only the endpoint. https://aws.amazon.com/api-gateway/pricing/
 */
const FREE_TYPES: Readonly<Record<string, string>> = {
  acm: "certificateValidation",
  apigateway:
    "account authorizer basePathMapping deployment clientCertificate documentationPart documentationVersion domainName domainNameAccessAssociation gatewayResponse integration integrationResponse method methodResponse model requestValidator resource response restApiPolicy restApiPut usagePlan usagePlanKey apiKey vpcLink",
  apigatewayv2:
    "apiMapping authorizer deployment domainName integration integrationResponse model route stage",
  appautoscaling: "policy scheduledAction target",
  cloudwatch:
    "eventRule eventTarget logMetricFilter logResourcePolicy logStream logSubscriptionFilter queryDefinition",
  cognito: "userPoolClient userPoolDomain resourceServer userGroup",
  codedeploy: "application deploymentConfig deploymentGroup",
  dynamodb: "resourcePolicy tag",
  efs: "accessPoint backupPolicy fileSystemPolicy mountTarget",
  // A flow log is billed by the data that its log group receives.
  ec2: "defaultNetworkAcl defaultRouteTable defaultSecurityGroup defaultSubnet defaultVpc defaultVpcDhcpOptions egressOnlyInternetGateway eipAssociation internetGateway internetGatewayAttachment keyPair launchTemplate mainRouteTableAssociation managedPrefixList managedPrefixListEntry networkAcl networkAclAssociation networkAclRule networkInterface networkInterfaceAttachment placementGroup route routeTable routeTableAssociation securityGroup securityGroupAssociation securityGroupRule subnet tag vpc vpcDhcpOptions vpcDhcpOptionsAssociation vpcEndpointPolicy vpcEndpointRouteTableAssociation vpcEndpointSecurityGroupAssociation vpcEndpointSubnetAssociation vpcIpv4CidrBlockAssociation vpcIpv6CidrBlockAssociation vpcPeeringConnectionAccepter peeringConnectionOptions vpcBlockPublicAccessExclusion vpcBlockPublicAccessOptions",
  ecs: "cluster clusterCapacityProviders taskDefinition",
  kms: "alias grant keyPolicy",
  lambda:
    "alias codeSigningConfig eventSourceMapping functionEventInvokeConfig functionUrl invocation layerVersion layerVersionPermission permission",
  lb: "listener listenerRule targetGroup targetGroupAttachment",
  alb: "listener listenerRule targetGroup targetGroupAttachment",
  ram: "principalAssociation resourceAssociation resourceShare resourceShareAccepter",
  rds: "clusterParameterGroup parameterGroup proxyDefaultTargetGroup proxyTarget subnetGroup",
  elasticache: "parameterGroup subnetGroup",
  route53: "zoneAssociation vpcAssociationAuthorization",
  s3: "bucketObject bucketObjectv2 bucketAclV2 bucketCorsConfigurationV2 bucketLifecycleConfigurationV2 bucketLifecycleConfiguration bucketNotification bucketOwnershipControls bucketPolicy bucketPublicAccessBlock bucketServerSideEncryptionConfigurationV2 bucketServerSideEncryptionConfiguration bucketVersioningV2 bucketVersioning",
  secretsmanager: "secretPolicy secretRotation secretVersion",
  signer: "signingJob signingProfile signingProfilePermission",
  sns: "topicPolicy",
  sqs: "queuePolicy redriveAllowPolicy redrivePolicy",
  vpc: "endpointPrivateDns securityGroupEgressRule securityGroupIngressRule securityGroupVpcAssociation",
  wafv2: "ipSet regexPatternSet webAclAssociation webAclLoggingConfiguration",
};

const free = new Set(
  Object.entries(FREE_TYPES).flatMap(([module, names]) =>
    names.split(" ").map((name) => `${module}/${name}`),
  ),
);

/** Whether a type is free, by a type token such as `aws:ec2/subnet:Subnet`. */
export function isFree(type: string): boolean {
  const [pkg = "", path = ""] = type.split(":");
  if (pkg !== "aws") return FREE_PACKAGES.includes(pkg);
  return FREE_MODULES.includes(path.split("/")[0] ?? "") || free.has(path);
}
