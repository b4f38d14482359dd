import {
  CodeDeployClient,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  ListDeploymentsCommand,
} from "@aws-sdk/client-codedeploy";
import {
  type AliasConfiguration,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetAliasCommand,
  LambdaClient,
  paginateListAliases,
  paginateListVersionsByFunction,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import type { SdkClientSettings } from "../../base/sdk-client.js";
import type { RollBackServices } from "./roll-back.js";
import type { AliasState, ReleaseServices } from "./shift-alias.js";
import type { PublishedVersion, VersionServices } from "./versions.js";

/** Everything that a release or a roll-back asks of AWS. */
export interface AwsServices extends ReleaseServices, VersionServices, RollBackServices {}

/** CodeDeploy and Lambda through the AWS SDK. */
export function awsServices(settings: SdkClientSettings): AwsServices {
  const { endpoints = {}, ...client } = settings;
  const lambda = new LambdaClient({ ...client, endpoint: endpoints.lambda });
  const codeDeploy = new CodeDeployClient({ ...client, endpoint: endpoints.codedeploy });
  return {
    aliasOf: async (FunctionName, Name) => {
      const alias = await lambda
        .send(new GetAliasCommand({ FunctionName, Name }))
        .catch(undefinedIf(ResourceNotFoundException));
      return alias && stateOf(alias);
    },
    pointAlias: async (FunctionName, Name, FunctionVersion) => {
      const RoutingConfig = { AdditionalVersionWeights: {} };
      await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion, RoutingConfig }));
    },
    activeDeployment: async (group) => {
      const includeOnlyStatuses = ["Created", "Queued", "InProgress", "Baking", "Ready"] as const;
      const { deployments = [] } = await codeDeploy.send(
        new ListDeploymentsCommand({ ...group, includeOnlyStatuses: [...includeOnlyStatuses] }),
      );
      return deployments[0];
    },
    start: async ({ applicationName, deploymentGroupName, appSpec }) => {
      const { deploymentId } = await codeDeploy.send(
        new CreateDeploymentCommand({
          applicationName,
          deploymentGroupName,
          revision: { revisionType: "AppSpecContent", appSpecContent: { content: appSpec } },
        }),
      );
      if (deploymentId === undefined) throw new Error("CodeDeploy started a deployment without an id");
      return deploymentId;
    },
    stateOf: async (deploymentId) => {
      const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
      return {
        status: deploymentInfo?.status ?? "Unknown",
        error: deploymentInfo?.errorInformation?.message,
        rollback: deploymentInfo?.rollbackInfo?.rollbackDeploymentId,
      };
    },
    versionsOf: async (FunctionName) => {
      const found: PublishedVersion[] = [];
      for await (const { Versions = [] } of paginateListVersionsByFunction(
        { client: lambda },
        { FunctionName },
      )) {
        found.push(...Versions.filter(({ Version }) => Version !== "$LATEST").map(published));
      }
      return found;
    },
    namedVersions: async (FunctionName) => {
      const found: string[] = [];
      for await (const { Aliases = [] } of paginateListAliases({ client: lambda }, { FunctionName })) {
        for (const { version, weights } of Aliases.map(stateOf)) found.push(version, ...Object.keys(weights));
      }
      return found;
    },
    deleteVersion: async (FunctionName, Qualifier) => {
      await lambda
        .send(new DeleteFunctionCommand({ FunctionName, Qualifier }))
        .catch(undefinedIf(ResourceNotFoundException));
    },
  };
}

/** Answers undefined for one kind of error. */
function undefinedIf(kind: typeof ResourceNotFoundException): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof kind) return undefined;
    throw error;
  };
}

function stateOf({ FunctionVersion = "", RoutingConfig }: AliasConfiguration): AliasState {
  return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
}

function published(configuration: FunctionConfiguration): PublishedVersion {
  const { Version = "", Role = "", KMSKeyArn = "", VpcConfig, Environment, Timeout = 3 } = configuration;
  const unreadable = Environment?.Error?.Message ?? Environment?.Error?.ErrorCode;
  return {
    version: Version,
    role: Role,
    kmsKeyArn: KMSKeyArn,
    subnetIds: VpcConfig?.SubnetIds ?? [],
    securityGroupIds: VpcConfig?.SecurityGroupIds ?? [],
    variables: Environment?.Variables ?? {},
    ...(unreadable !== undefined && { unreadable }),
    timeout: Timeout,
  };
}
