import { closest } from "fastest-levenshtein";

/** When the lists of this file were made. A newer service has to be added to them. */
const LISTED_ON = "2026-11-24";

/**
 * AWS services by the name in their endpoint services, as in `com.amazonaws.REGION.NAME`, without the variants for FIPS.
 * From https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
const WITH_ENDPOINTS = names(`
  access-analyzer acm acm-pca airflow.api airflow.env airflow.ops analytics-omics app-integrations
  appconfig appconfigdata application-autoscaling application-signals applicationinsights appmesh
  appmesh-envoy-management apprunner apprunner.requests appstream.api appstream.streaming appsync-api
  apptest aps aps-workspaces arsenal-discovery athena auditmanager autoscaling autoscaling-plans
  awsconnector b2bi backup backup-gateway batch bcm-data-exports bcm-pricing-calculator bedrock
  bedrock-agent bedrock-agent-runtime bedrock-agentcore bedrock-agentcore.gateway bedrock-data-automation
  bedrock-data-automation-runtime bedrock-runtime billing braket cases cassandra cleanrooms cleanrooms-ml
  cloudcontrolapi clouddirectory cloudformation cloudhsmv2 cloudtrail codeartifact.api
  codeartifact.repositories codebuild codecatalyst codecatalyst.git codecatalyst.packages codecommit
  codeconnections.api codedeploy codedeploy-commands-secure codeguru-profiler codeguru-reviewer
  codepipeline codestar-connections.api codewhisperer cognito-identity cognito-idp comprehend
  comprehendmedical compute-optimizer config connect-campaigns console control-storage-omics
  controlcatalog cost-optimization-hub data-servicediscovery databrew dataexchange datasync datazone
  deadline.management deadline.scheduling deviceadvisor.iot devops-guru dicom-medical-imaging discovery
  dms drs ds ds-data dsql dynamodb dynamodb-streams ebs ec2 ec2messages ecr-public.api ecr.api ecr.dkr ecs
  ecs-agent ecs-telemetry eks eks-auth elastic-inference.runtime elasticache elasticbeanstalk
  elasticbeanstalk-health elasticfilesystem elasticloadbalancing elasticmapreduce email email-smtp
  emr-containers emr-serverless emr-serverless-services.livy emr-serverless.dashboard emrwal.prod
  entityresolution events evidently evidently-dataplane execute-api finspace finspace-api fis forecast
  forecastquery frauddetector freetier fsx geo.geofencing geo.maps geo.metadata geo.places geo.routes
  geo.tracking git-codecommit glue glue.dashboard grafana grafana-workspace greengrass groundstation
  guardduty guardduty-data healthlake identitystore imagebuilder inspector-scan inspector2 internetmonitor
  invoicing iot.credentials iot.data iot.fleethub.api iotfleetwise iotroborunner iotsitewise.api
  iotsitewise.data iottwinmaker.api iottwinmaker.data iotwireless.api kafka kafkaconnect kendra
  kendra-ranking kinesis-firehose kinesis-streams kms lakeformation lambda launchwizard license-manager
  license-manager-linux-subscriptions license-manager-user-subscriptions logs lookoutequipment
  lookoutmetrics lookoutvision lorawan.cups lorawan.lns m2 macie2 mail-manager managedblockchain-query
  managedblockchain.bitcoin.mainnet managedblockchain.bitcoin.testnet mediaconnect medical-imaging
  memory-db mgn migrationhub-orchestrator migrationhub-strategy models-v2-lex monitoring mq neptune-graph
  neptune-graph-data network-firewall networkflowmonitor networkflowmonitorreports networkmonitor nimble
  observabilityadmin outposts panorama payment-cryptography.controlplane payment-cryptography.dataplane
  pca-connector-ad pca-connector-scep pcs personalize personalize-events personalize-runtime pi pinpoint
  pinpoint-sms-voice-v2 pipes pipes-data polly pricing.api private-networks profile proton q qapps
  qbusiness qldb.session quicksight-website ram rbin rds rds-data redshift redshift-data
  redshift-serverless refactor-spaces rekognition repostspace resource-groups robomaker rolesanywhere rum
  rum-dataplane runtime-medical-imaging runtime-v2-lex s3 s3-global.accesspoint s3-outposts s3tables
  s3vectors sagemaker-data-science-assistant sagemaker-geospatial sagemaker.api
  sagemaker.featurestore-runtime sagemaker.metrics sagemaker.runtime schemas scn secretsmanager
  securityhub securitylake serverlessrepo service.user-subscriptions servicecatalog
  servicecatalog-appregistry servicediscovery signin simspaceweaver sms snow-device-management sns
  social-messaging sqs ssm ssm-contacts ssm-incidents ssm-quicksetup ssmmessages states storage-omics
  storagegateway streaming-rekognition sts swf sync-states synthetics tagging tags-omics textract
  thinclient.api timestream-influxdb tnb transcribe transcribestreaming transfer transfer.server translate
  trustedadvisor verifiedpermissions voiceid vpc-lattice wafv2 wellarchitected wisdom workflows-omics
  workmail workspaces workspaces-web xray
`);

/** Other services, by the first part of their host names. From the SDK's list of services (botocore 1.43.11). */
const WITHOUT_ENDPOINTS = names(`
  aco-automation agreement-marketplace aidevops aiops airflow airflow-serverless amplify amplifybackend
  amplifyuibuilder aoss apigateway appfabric appflow application-cost-profiler appstream2 appsync
  arc-region-switch arc-zonal-shift artifact backup-search bcm-dashboards bcm-recommended-actions
  bedrock-agentcore-control cassandra-streams chatbot cloud9 cloudfront-keyvaluestore cloudhsm cloudsearch
  cloudsearchdomain cloudtrail-data codeartifact codeconnections codeguru-security codestar-connections
  codestar-notifications cognito-sync connect contact-lens controltower cur data-signer datapipeline dax
  deadline deployment-marketplace devicefarm directconnect discovery-marketplace dlm docdb-elastic
  ec2-instance-connect elemental-inference es evs fms gamelift gameliftstreams geo geo-maps geo-places
  geo-routes glacier health-agent identity-chime inspector interconnect iot iotevents iotsitewise
  iotthingsgraph iottwinmaker ivs ivschat ivsrealtime kinesisanalytics kinesisvideo lightsail
  machinelearning managedblockchain marketplacecommerceanalytics media-pipelines-chime mediaconvert
  medialive mediapackage mediapackage-vod mediapackagev2 mediastore meetings-chime messaging-chime mgh
  migrationhub-config mpa neptune-db notifications notifications-contacts nova-act oam odb oidc omics osis
  partnercentral-account partnercentral-benefits partnercentral-channel partnercentral-selling quicksight
  reporting-marketplace resiliencehub resource-explorer-2 route53-recovery-cluster
  route53-recovery-control-config route53-recovery-readiness route53domains route53globalresolver
  route53profiles route53resolver rtbfabric s3-control s3files scheduler sdb security-ir securityagent
  servicequotas signer sms-voice snowball ssm-guiconnect ssm-sap sso support supportapp sustainability
  thinclient uxc voice-chime waf-regional workdocs workmailmessageflow workspaces-instances
`);

/**
 * Services with one endpoint for all Regions of a partition.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html#global-endpoints
 */
const GLOBAL_SERVICES = names(`
  account billingconductor budgets ce chime cloudfront globalaccelerator health iam importexport
  mturk-requester networkmanager organizations route53 savingsplans shield tax waf
`);

/** Names that users and SDKs write for a service, with the name in its endpoint service. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["api.ecr", "ecr.api"],
  ["api.sagemaker", "sagemaker.api"],
  ["appsync", "appsync-api"],
  ["cloudwatch", "monitoring"],
  ["codeartifact", "codeartifact.api"],
  ["dkr.ecr", "ecr.dkr"],
  ["ecr", "ecr.api"],
  ["efs", "elasticfilesystem"],
  ["elb", "elasticloadbalancing"],
  ["emr", "elasticmapreduce"],
  ["eventbridge", "events"],
  ["firehose", "kinesis-firehose"],
  ["kinesis", "kinesis-streams"],
  ["runtime.sagemaker", "sagemaker.runtime"],
  ["sagemaker", "sagemaker.api"],
  ["ses", "email"],
  ["stepfunctions", "states"],
  ["streams.dynamodb", "dynamodb-streams"],
]);

/** The names of all services. */
export const SERVICES: readonly string[] = [
  ...WITH_ENDPOINTS,
  ...WITHOUT_ENDPOINTS,
  ...GLOBAL_SERVICES,
].sort();

const KNOWN: ReadonlySet<string> = new Set(SERVICES);

/** The name of a service in its endpoint service: `kinesis-streams` for `kinesis`; undefined if AWS has no such service. */
export function serviceNamed(text: string): string | undefined {
  const name = ALIASES.get(text) ?? text;
  return KNOWN.has(name.replace(/-fips$/, "")) ? name : undefined;
}

/** What is wrong with a name that is no service's, and what to write instead. */
export function noSuchServiceAs(name: string): string {
  return `AWS has no service "${name}" (as of ${LISTED_ON}). Did you mean ${closest(name, [...SERVICES])}?`;
}

/** Whether a service has one endpoint for all Regions. */
export function isGlobalService(service: string): boolean {
  return GLOBAL_SERVICES.includes(service);
}

function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
