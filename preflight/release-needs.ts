import type { Graph, Key, Role } from "./graph/index.js";
import { ofType } from "./graph/of-type.js";
import { holdersOf } from "./held-roles.js";
import type { Need } from "./iam/index.js";

const GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup";
const ALIAS = "aws:lambda/alias:Alias";
const MOVES = ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"];

/**
 * What CodeDeploy does with the role of a deployment group for functions: it moves the alias and looks at alarms. Which
 * alias is said by each deployment, so it may be any that an update leaves where it is.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html
 */
export function releaseNeeds(graph: Graph, key: Key, role: Role): Need[] {
  if (holdersOf(graph, key, role, GROUP, "serviceRoleArn").length === 0) return [];
  return [
    ...ofType(graph, ALIAS).flatMap(({ properties }) =>
      typeof properties.arn === "string"
        ? MOVES.map((action) => ({ action, resource: String(properties.arn) }))
        : [],
    ),
    // It has no alarm to name: CodeDeploy asks for all that a group names at once.
    { action: "cloudwatch:DescribeAlarms", resource: "arn:*:cloudwatch:*" },
  ];
}
