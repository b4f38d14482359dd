/**
 * What the provider does if an input of a resource changes: replaces it, or updates it in place. From the provider's own
 * answers (its `Diff` for a changed input) and its documentation, where such an input "forces a new resource". An input
 * that is in neither list is not known, and so may replace.
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs
 */
interface Rule {
  readonly replaces: readonly string[];
  readonly updates: readonly string[];
  /** Outputs that an update in place changes. */
  readonly computed?: readonly string[];
}

const rule = (replaces: string, updates: string, computed = ""): Rule => {
  const names = (text: string) => text.split(" ").filter((name) => name !== "");
  return { replaces: names(replaces), updates: names(updates), computed: names(computed) };
};

/** Of every type: a resource moves to another Region only as a new one. */
const COMMON = rule("region", "tags tagsAll");

const RULES: Readonly<Record<string, Rule>> = {
  "aws:acm/certificate:Certificate": rule(
    "certificateAuthorityArn certificateBody certificateChain domainName keyAlgorithm privateKey subjectAlternativeNames validationMethod validationOptions",
    "earlyRenewalDuration options",
    "domainValidationOptions status",
  ),
  "aws:acm/certificateValidation:CertificateValidation": rule("certificateArn validationRecordFqdns", ""),
  "aws:apigateway/account:Account": rule("", "cloudwatchRoleArn"),
  "aws:apigateway/apiKey:ApiKey": rule("value", "customerId description enabled name"),
  "aws:apigateway/basePathMapping:BasePathMapping": rule(
    "domainName domainNameId",
    "basePath restApi stageName",
  ),
  "aws:apigateway/deployment:Deployment": rule("restApi triggers variables", "description"),
  "aws:apigateway/authorizer:Authorizer": rule(
    "restApi",
    "authorizerCredentials authorizerResultTtlInSeconds authorizerUri identitySource identityValidationExpression name providerArns type",
  ),
  "aws:apigateway/domainName:DomainName": rule(
    "domainName",
    "certificateArn regionalCertificateArn endpointConfiguration mutualTlsAuthentication policy securityPolicy",
    "cloudfrontDomainName regionalDomainName",
  ),
  "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation": rule(
    "accessAssociationSource accessAssociationSourceType domainNameArn",
    "",
  ),
  "aws:apigateway/integration:Integration": rule(
    "credentials httpMethod integrationHttpMethod passthroughBehavior resourceId restApi type",
    "cacheKeyParameters cacheNamespace connectionId connectionType contentHandling requestParameters requestTemplates timeoutMilliseconds tlsConfig uri",
  ),
  "aws:apigateway/integrationResponse:IntegrationResponse": rule(
    "httpMethod resourceId restApi statusCode",
    "contentHandling responseParameters responseTemplates selectionPattern",
  ),
  "aws:apigateway/method:Method": rule(
    "httpMethod resourceId restApi",
    "apiKeyRequired authorization authorizationScopes authorizerId operationName requestModels requestParameters requestValidatorId",
  ),
  "aws:apigateway/methodResponse:MethodResponse": rule(
    "httpMethod resourceId restApi statusCode",
    "responseModels responseParameters",
  ),
  "aws:apigateway/methodSettings:MethodSettings": rule("methodPath restApi stageName", "settings"),
  "aws:apigateway/model:Model": rule("contentType name restApi", "description schema"),
  "aws:apigateway/requestValidator:RequestValidator": rule(
    "restApi",
    "name validateRequestBody validateRequestParameters",
  ),
  "aws:apigateway/resource:Resource": rule("restApi", "parentId pathPart"),
  "aws:apigateway/response:Response": rule(
    "responseType restApiId",
    "responseParameters responseTemplates statusCode",
  ),
  "aws:apigateway/restApi:RestApi": rule(
    "",
    "apiKeySource binaryMediaTypes body description disableExecuteApiEndpoint endpointAccessMode endpointConfiguration failOnWarnings minimumCompressionSize name parameters policy putRestApiMode securityPolicy",
  ),
  "aws:apigateway/restApiPolicy:RestApiPolicy": rule("restApiId", "policy"),
  "aws:apigateway/stage:Stage": rule(
    "restApi stageName",
    "accessLogSettings cacheClusterEnabled cacheClusterSize canarySettings clientCertificateId deployment description documentationVersion variables xrayTracingEnabled",
  ),
  "aws:apigateway/usagePlan:UsagePlan": rule(
    "",
    "apiStages description name productCode quotaSettings throttleSettings",
  ),
  "aws:apigateway/usagePlanKey:UsagePlanKey": rule("keyId keyType usagePlanId", ""),
  "aws:apigatewayv2/apiMapping:ApiMapping": rule("apiId domainName", "apiMappingKey stage"),
  "aws:appautoscaling/policy:Policy": rule(
    "name resourceId scalableDimension serviceNamespace",
    "policyType stepScalingPolicyConfiguration targetTrackingScalingPolicyConfiguration",
  ),
  "aws:appautoscaling/target:Target": rule(
    "resourceId scalableDimension serviceNamespace",
    "maxCapacity minCapacity roleArn",
  ),
  "aws:autoscaling/group:Group": rule(
    "name namePrefix",
    "availabilityZones capacityRebalance defaultCooldown defaultInstanceWarmup desiredCapacity enabledMetrics forceDelete healthCheckGracePeriod healthCheckType instanceMaintenancePolicy instanceRefresh launchTemplate maxInstanceLifetime maxSize metricsGranularity minSize mixedInstancesPolicy protectFromScaleIn suspendedProcesses targetGroupArns terminationPolicies vpcZoneIdentifiers waitForCapacityTimeout",
  ),
  "aws:cloudwatch/dashboard:Dashboard": rule("dashboardName", "dashboardBody"),
  "aws:cloudwatch/eventRule:EventRule": rule(
    "eventBusName name namePrefix",
    "description eventPattern forceDestroy isEnabled roleArn scheduleExpression state",
  ),
  "aws:cloudwatch/eventTarget:EventTarget": rule(
    "eventBusName rule targetId",
    "arn deadLetterConfig forceDestroy httpTarget input inputPath inputTransformer retryPolicy roleArn sqsTarget",
  ),
  "aws:cloudwatch/logGroup:LogGroup": rule(
    "logGroupClass name namePrefix",
    "deletionProtectionEnabled kmsKeyId retentionInDays skipDestroy",
  ),
  "aws:cloudwatch/metricAlarm:MetricAlarm": rule(
    "name",
    "actionsEnabled alarmActions alarmDescription comparisonOperator datapointsToAlarm dimensions evaluateLowSampleCountPercentiles evaluationPeriods extendedStatistic insufficientDataActions metricName metricQueries namespace okActions period statistic threshold thresholdMetricId treatMissingData unit",
  ),
  "aws:cloudwatch/queryDefinition:QueryDefinition": rule("", "logGroupNames name queryString"),
  "aws:codedeploy/application:Application": rule("computePlatform", "name"),
  "aws:codedeploy/deploymentGroup:DeploymentGroup": rule(
    "",
    "alarmConfiguration appName autoRollbackConfiguration deploymentConfigName deploymentGroupName deploymentStyle serviceRoleArn triggerConfigurations",
  ),
  "aws:cognito/userPool:UserPool": rule(
    "aliasAttributes name usernameAttributes usernameConfiguration",
    "accountRecoverySetting adminCreateUserConfig autoVerifiedAttributes deletionProtection mfaConfiguration passwordPolicy softwareTokenMfaConfiguration userPoolTier",
  ),
  "aws:cognito/userPoolClient:UserPoolClient": rule(
    "generateSecret userPoolId",
    "allowedOauthFlows allowedOauthFlowsUserPoolClient allowedOauthScopes callbackUrls enableTokenRevocation explicitAuthFlows name preventUserExistenceErrors supportedIdentityProviders",
  ),
  "aws:cognito/userPoolDomain:UserPoolDomain": rule(
    "domain userPoolId",
    "certificateArn managedLoginVersion",
  ),
  "aws:dynamodb/table:Table": rule(
    "hashKey importTable localSecondaryIndexes name rangeKey restoreDateTime restoreSourceName restoreSourceTableArn restoreToLatestTime",
    "attributes billingMode deletionProtectionEnabled globalSecondaryIndexes onDemandThroughput pointInTimeRecovery readCapacity replicas serverSideEncryption streamEnabled streamViewType tableClass ttl writeCapacity",
  ),
  "aws:ecs/cluster:Cluster": rule("name", "configuration serviceConnectDefaults settings"),
  "aws:ecs/service:Service": rule(
    "cluster launchType name schedulingStrategy",
    "alarms availabilityZoneRebalancing deploymentCircuitBreaker deploymentMaximumPercent deploymentMinimumHealthyPercent desiredCount enableEcsManagedTags enableExecuteCommand forceNewDeployment healthCheckGracePeriodSeconds loadBalancers networkConfiguration orderedPlacementStrategies placementConstraints platformVersion propagateTags serviceConnectConfiguration serviceRegistries taskDefinition triggers waitForSteadyState",
  ),
  // A revision never changes: each change makes the next one.
  "aws:ecs/taskDefinition:TaskDefinition": rule(
    "containerDefinitions cpu ephemeralStorage executionRoleArn family ipcMode memory networkMode pidMode placementConstraints proxyConfiguration requiresCompatibilities runtimePlatform taskRoleArn volumes",
    "skipDestroy trackLatest",
  ),
  "aws:efs/accessPoint:AccessPoint": rule("fileSystemId posixUser rootDirectory", ""),
  "aws:efs/fileSystem:FileSystem": rule(
    "availabilityZoneName creationToken encrypted kmsKeyId performanceMode",
    "lifecyclePolicies protection provisionedThroughputInMibps throughputMode",
  ),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": rule("fileSystemId", "bypassPolicyLockoutSafetyCheck policy"),
  "aws:efs/mountTarget:MountTarget": rule(
    "fileSystemId ipAddress ipAddressType ipv6Address subnetId",
    "securityGroups",
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": rule("vpcId", "egress ingress revokeRulesOnDelete"),
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": rule("vpcId", ""),
  "aws:ec2/eip:Eip": rule(
    "address domain ipamPoolId networkBorderGroup publicIpv4Pool",
    "associateWithPrivateIp instance networkInterface",
  ),
  "aws:ec2/flowLog:FlowLog": rule(
    "deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination logDestinationType logFormat maxAggregationInterval subnetId trafficType transitGatewayAttachmentId transitGatewayId vpcId",
    "",
  ),
  "aws:ec2/internetGateway:InternetGateway": rule("", "vpcId"),
  "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion": rule(
    "subnetId vpcId",
    "internetGatewayExclusionMode",
  ),
  "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions": rule("", "internetGatewayBlockMode"),
  "aws:ec2/launchTemplate:LaunchTemplate": rule(
    "name namePrefix",
    "blockDeviceMappings creditSpecification defaultVersion description disableApiStop disableApiTermination ebsOptimized iamInstanceProfile imageId instanceType keyName metadataOptions monitoring networkInterfaces tagSpecifications updateDefaultVersion userData vpcSecurityGroupIds",
    "defaultVersion latestVersion",
  ),
  "aws:ec2/networkAcl:NetworkAcl": rule("vpcId", "egress ingress subnetIds"),
  "aws:ec2/natGateway:NatGateway": rule(
    "allocationId availabilityMode connectivityType privateIp subnetId vpcId",
    "secondaryAllocationIds",
  ),
  "aws:ec2/networkInterface:NetworkInterface": rule(
    "interfaceType subnetId",
    "description securityGroups sourceDestCheck",
  ),
  "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": rule(
    "vpcPeeringConnectionId",
    "accepter requester",
  ),
  "aws:ec2/route:Route": rule(
    "destinationCidrBlock destinationIpv6CidrBlock destinationPrefixListId routeTableId",
    "carrierGatewayId coreNetworkArn egressOnlyGatewayId gatewayId localGatewayId natGatewayId networkInterfaceId transitGatewayId vpcEndpointId vpcPeeringConnectionId",
  ),
  "aws:ec2/routeTable:RouteTable": rule("vpcId", "propagatingVgws routes"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": rule("gatewayId subnetId", "routeTableId"),
  "aws:ec2/securityGroup:SecurityGroup": rule(
    "description name namePrefix vpcId",
    "egress ingress revokeRulesOnDelete",
  ),
  "aws:ec2/subnet:Subnet": rule(
    "availabilityZone availabilityZoneId cidrBlock ipv6Native outpostArn vpcId",
    "assignIpv6AddressOnCreation customerOwnedIpv4Pool enableDns64 enableLniAtDeviceIndex enableResourceNameDnsAaaaRecordOnLaunch enableResourceNameDnsARecordOnLaunch ipv6CidrBlock mapCustomerOwnedIpOnLaunch mapPublicIpOnLaunch privateDnsHostnameTypeOnLaunch",
  ),
  "aws:ec2/vpc:Vpc": rule(
    "cidrBlock instanceTenancy ipv4IpamPoolId ipv4NetmaskLength",
    "assignGeneratedIpv6CidrBlock enableDnsHostnames enableDnsSupport enableNetworkAddressUsageMetrics",
    "ipv6AssociationId ipv6CidrBlock",
  ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": rule(
    "resourceConfigurationArn serviceName serviceNetworkArn serviceRegion vpcEndpointType vpcId",
    "autoAccept dnsOptions ipAddressType policy privateDnsEnabled routeTableIds securityGroupIds subnetConfigurations subnetIds",
    "dnsEntries networkInterfaceIds",
  ),
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": rule("vpcEndpointId", "policy"),
  "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": rule(
    "cidrBlock ipv4IpamPoolId ipv4NetmaskLength vpcId",
    "",
  ),
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": rule(
    "transitGatewayId vpcId",
    "applianceModeSupport dnsSupport ipv6Support securityGroupReferencingSupport subnetIds transitGatewayDefaultRouteTableAssociation transitGatewayDefaultRouteTablePropagation",
  ),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": rule(
    "peerOwnerId peerRegion peerVpcId vpcId",
    "accepter autoAccept requester",
  ),
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": rule(
    "vpcPeeringConnectionId",
    "accepter autoAccept requester",
  ),
  "aws:iam/instanceProfile:InstanceProfile": rule("name namePrefix path", "role"),
  "aws:iam/role:Role": rule(
    "name namePrefix path",
    "assumeRolePolicy description forceDetachPolicies inlinePolicies managedPolicyArns maxSessionDuration permissionsBoundary",
  ),
  "aws:iam/rolePolicy:RolePolicy": rule("name namePrefix role", "policy"),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rule("policyArn role", ""),
  "aws:kms/alias:Alias": rule("name namePrefix", "targetKeyId"),
  "aws:kms/key:Key": rule(
    "customKeyStoreId customerMasterKeySpec keyUsage multiRegion xksKeyId",
    "bypassPolicyLockoutSafetyCheck deletionWindowInDays description enableKeyRotation isEnabled policy rotationPeriodInDays",
  ),
  "aws:kms/keyPolicy:KeyPolicy": rule("keyId", "bypassPolicyLockoutSafetyCheck policy"),
  "aws:lambda/alias:Alias": rule("functionName name", "description functionVersion routingConfig"),
  "aws:lambda/codeSigningConfig:CodeSigningConfig": rule("", "allowedPublishers description policies"),
  "aws:lambda/function:Function": rule(
    "name packageType",
    "architectures code codeSigningConfigArn deadLetterConfig description environment ephemeralStorage fileSystemConfig handler imageConfig imageUri kmsKeyArn layers loggingConfig memorySize publish replaceSecurityGroupsOnDestroy replacementSecurityGroupIds reservedConcurrentExecutions role runtime s3Bucket s3Key s3ObjectVersion skipDestroy snapStart sourceCodeHash timeout tracingConfig vpcConfig",
    "codeSha256 lastModified qualifiedArn qualifiedInvokeArn sourceCodeSize version",
  ),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": rule(
    "functionName qualifier",
    "destinationConfig maximumEventAgeInSeconds maximumRetryAttempts",
  ),
  "aws:lambda/eventSourceMapping:EventSourceMapping": rule(
    "eventSourceArn selfManagedEventSource startingPosition startingPositionTimestamp",
    "batchSize bisectBatchOnFunctionError destinationConfig enabled filterCriteria functionName functionResponseTypes kmsKeyArn maximumBatchingWindowInSeconds maximumRecordAgeInSeconds maximumRetryAttempts metricsConfig parallelizationFactor provisionedPollerConfig scalingConfig tumblingWindowInSeconds",
  ),
  "aws:lambda/permission:Permission": rule(
    "action eventSourceToken function functionUrlAuthType principal principalOrgId qualifier sourceAccount sourceArn statementId statementIdPrefix",
    "",
  ),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": rule(
    "functionName qualifier",
    "provisionedConcurrentExecutions skipDestroy",
  ),
  "aws:rds/cluster:Cluster": rule(
    "availabilityZones characterSetName clusterIdentifier clusterIdentifierPrefix clusterScalabilityType databaseName dbSubnetGroupName dbSystemId engine engineMode kmsKeyId masterUsername restoreToPointInTime s3Import snapshotIdentifier sourceRegion storageEncrypted",
    "allowMajorVersionUpgrade applyImmediately backtrackWindow backupRetentionPeriod caCertificateIdentifier copyTagsToSnapshot dbClusterParameterGroupName dbInstanceParameterGroupName deleteAutomatedBackups deletionProtection enableHttpEndpoint enabledCloudwatchLogsExports engineVersion finalSnapshotIdentifier iamDatabaseAuthenticationEnabled iamRoles manageMasterUserPassword masterPassword masterUserSecretKmsKeyId performanceInsightsEnabled port preferredBackupWindow preferredMaintenanceWindow scalingConfiguration serverlessv2ScalingConfiguration skipFinalSnapshot vpcSecurityGroupIds",
  ),
  "aws:rds/clusterInstance:ClusterInstance": rule(
    "availabilityZone clusterIdentifier customIamInstanceProfile dbSubnetGroupName engine identifier identifierPrefix",
    "applyImmediately autoMinorVersionUpgrade caCertIdentifier copyTagsToSnapshot dbParameterGroupName engineVersion forceDestroy instanceClass monitoringInterval monitoringRoleArn performanceInsightsEnabled preferredBackupWindow preferredMaintenanceWindow promotionTier publiclyAccessible",
  ),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": rule(
    "description family name namePrefix",
    "parameters",
  ),
  "aws:rds/proxy:Proxy": rule(
    "engineFamily vpcSubnetIds",
    "auths debugLogging idleClientTimeout name requireTls roleArn vpcSecurityGroupIds",
  ),
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": rule("dbProxyName", "connectionPoolConfig"),
  "aws:rds/proxyTarget:ProxyTarget": rule(
    "dbClusterIdentifier dbInstanceIdentifier dbProxyName targetGroupName",
    "",
  ),
  "aws:rds/subnetGroup:SubnetGroup": rule("name namePrefix", "description subnetIds"),
  "aws:lb/listener:Listener": rule(
    "loadBalancerArn",
    "alpnPolicy certificateArn defaultActions mutualAuthentication port protocol sslPolicy",
  ),
  "aws:lb/listenerRule:ListenerRule": rule("listenerArn", "actions conditions priority transforms"),
  "aws:lb/loadBalancer:LoadBalancer": rule(
    "customerOwnedIpv4Pool enforceSecurityGroupInboundRulesOnPrivateLinkTraffic internal loadBalancerType name namePrefix",
    "accessLogs clientKeepAlive connectionLogs desyncMitigationMode dropInvalidHeaderFields enableCrossZoneLoadBalancing enableDeletionProtection enableHttp2 enableTlsVersionAndCipherSuiteHeaders enableWafFailOpen enableXffClientPort enableZonalShift idleTimeout ipAddressType preserveHostHeader securityGroups subnetMappings subnets xffHeaderProcessingMode",
    "dnsName",
  ),
  "aws:lb/targetGroup:TargetGroup": rule(
    "ipAddressType name namePrefix port protocol protocolVersion targetType vpcId",
    "connectionTermination deregistrationDelay healthCheck lambdaMultiValueHeadersEnabled loadBalancingAlgorithmType loadBalancingAnomalyMitigation loadBalancingCrossZoneEnabled preserveClientIp proxyProtocolV2 slowStart stickiness targetFailovers targetGroupHealth targetHealthStates",
  ),
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": rule(
    "availabilityZone port targetGroupArn targetId",
    "",
  ),
  "aws:route53/record:Record": rule(
    "zoneId",
    "aliases allowOverwrite cidrRoutingPolicy failoverRoutingPolicies geolocationRoutingPolicies healthCheckId latencyRoutingPolicies multivalueAnswerRoutingPolicy records ttl type weightedRoutingPolicies",
  ),
  "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": rule("vpcId vpcRegion zoneId", ""),
  "aws:route53/zone:Zone": rule("delegationSetId name", "comment forceDestroy vpcs"),
  "aws:route53/zoneAssociation:ZoneAssociation": rule("vpcId vpcRegion zoneId", ""),
  "aws:s3/bucket:Bucket": rule("bucket bucketPrefix objectLockEnabled", "forceDestroy"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": rule(
    "bucket expectedBucketOwner",
    "rules transitionDefaultMinimumObjectSize",
  ),
  "aws:s3/bucketNotification:BucketNotification": rule("bucket", "eventbridge lambdaFunctions queues topics"),
  "aws:s3/bucketObjectv2:BucketObjectv2": rule(
    "bucket key",
    "bucketKeyEnabled contentType forceDestroy kmsKeyId metadata serverSideEncryption source storageClass",
    "etag versionId",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": rule("bucket", "policy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": rule(
    "bucket",
    "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets skipDestroy",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": rule(
    "bucket expectedBucketOwner",
    "rules",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": rule(
    "bucket expectedBucketOwner",
    "mfa versioningConfiguration",
  ),
  "aws:signer/signingJob:SigningJob": rule("destination ignoreSigningJobFailure profileName source", ""),
  "aws:signer/signingProfile:SigningProfile": rule(
    "name namePrefix platformId signatureValidityPeriod signingMaterial signingParameters",
    "",
  ),
  "aws:sns/topic:Topic": rule(
    "fifoTopic name namePrefix",
    "archivePolicy contentBasedDeduplication deliveryPolicy displayName kmsMasterKeyId policy signatureVersion tracingConfig",
  ),
  "aws:sns/topicPolicy:TopicPolicy": rule("arn", "policy"),
  "aws:sns/topicSubscription:TopicSubscription": rule(
    "endpoint protocol topic",
    "deliveryPolicy endpointAutoConfirms filterPolicy filterPolicyScope rawMessageDelivery redrivePolicy replayPolicy subscriptionRoleArn",
  ),
  "aws:sqs/queue:Queue": rule(
    "fifoQueue name namePrefix",
    "contentBasedDeduplication deduplicationScope delaySeconds fifoThroughputLimit kmsDataKeyReusePeriodSeconds kmsMasterKeyId maxMessageSize messageRetentionSeconds policy receiveWaitTimeSeconds redriveAllowPolicy redrivePolicy sqsManagedSseEnabled visibilityTimeoutSeconds",
  ),
  "aws:sqs/queuePolicy:QueuePolicy": rule("queueUrl", "policy"),
  "aws:ssm/parameter:Parameter": rule(
    "dataType name",
    "allowedPattern description insecureValue keyId overwrite tier type value",
    "version",
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule(
    "securityGroupId",
    "cidrIpv4 description fromPort ipProtocol prefixListId referencedSecurityGroupId toPort",
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule(
    "securityGroupId",
    "cidrIpv4 description fromPort ipProtocol prefixListId referencedSecurityGroupId toPort",
  ),
  "aws:wafv2/webAcl:WebAcl": rule(
    "name namePrefix scope",
    "associationConfig captchaConfig challengeConfig customResponseBodies defaultAction description rules tokenDomains visibilityConfig",
  ),
  "aws:wafv2/webAclAssociation:WebAclAssociation": rule("resourceArn webAclArn", ""),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": rule(
    "resourceArn",
    "logDestinationConfigs loggingFilter redactedFields",
  ),
};

/** What a changed input does; undefined if it is not known. */
export function effectOf(type: string, property: string): "replace" | "update" | undefined {
  const own = RULES[type];
  if (COMMON.replaces.includes(property) || own?.replaces.includes(property)) return "replace";
  if (COMMON.updates.includes(property) || own?.updates.includes(property)) return "update";
  return undefined;
}

/** Whether the table has a type. */
export function isTabled(type: string): boolean {
  return Object.hasOwn(RULES, type);
}

/** Outputs of a type that an update in place changes, so that they are not known before it. */
export function computedByUpdate(type: string): readonly string[] {
  return RULES[type]?.computed ?? [];
}

/** The types of the table. */
export const TABLED_TYPES: readonly string[] = Object.keys(RULES);
