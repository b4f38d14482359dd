import { CodeDeployClient, CreateDeploymentCommand, GetDeploymentCommand } from "@aws-sdk/client-codedeploy";
import { GetAliasCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { ReleaseServices } from "./shift.js";

/**
 * CodeDeploy and Lambda through the AWS SDK.
 * @param credentials by default those that the AWS CLI would use
 */
export function awsServices(
  region: string,
  credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string },
): ReleaseServices {
  const client = { region, ...(credentials && { credentials }) };
  const lambda = new LambdaClient(client);
  const codeDeploy = new CodeDeployClient(client);
  return {
    aliasOf: async (FunctionName, Name) => {
      const { FunctionVersion = "", RoutingConfig } = await lambda.send(
        new GetAliasCommand({ FunctionName, Name }),
      );
      return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
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
  };
}
