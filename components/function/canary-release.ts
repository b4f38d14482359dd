import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../base/deployment-target.js";
import { physicalName } from "../base/names.js";
import { policyDocument, trustService } from "../base/policy-document.js";

/**
 * How callers move to a new version: all at once, or in steps, as a predefined configuration of CodeDeploy.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export const RELEASES = [
  "AllAtOnce",
  "Canary10Percent5Minutes",
  "Canary10Percent10Minutes",
  "Canary10Percent15Minutes",
  "Canary10Percent30Minutes",
  "Linear10PercentEvery1Minute",
  "Linear10PercentEvery2Minutes",
  "Linear10PercentEvery3Minutes",
  "Linear10PercentEvery10Minutes",
] as const;

export type Release = (typeof RELEASES)[number];

export interface CanaryReleaseArgs {
  readonly release: Exclude<Release, "AllAtOnce">;
  readonly function: aws.lambda.Function;
  /** The alias that callers invoke. It is made later, because CodeDeploy moves it from then on. */
  readonly aliasName: string;
  /** All that the calls of a new version need. A release that the group's names start begins after it. */
  readonly after: readonly pulumi.Resource[];
  readonly target: DeploymentTarget;
}

/** Names of the deployment group that moves the alias. */
export interface ReleaseGroup {
  readonly applicationName: pulumi.Output<string>;
  readonly deploymentGroupName: pulumi.Output<string>;
}

/**
 * Lets CodeDeploy shift a function's alias to a new version in steps, and back if the alias fails meanwhile. Free; the
 * alarm costs $0.10 a month.
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html
 */
export class CanaryRelease extends pulumi.ComponentResource {
  readonly group: ReleaseGroup;

  constructor(
    private readonly name: string,
    args: CanaryReleaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lambda-networking:function:CanaryRelease", name, {}, opts);
    const application = new aws.codedeploy.Application(
      name,
      { name: physicalName("deploymentApplication", name), computePlatform: "Lambda" },
      { parent: this },
    );
    const alarm = this.watch(args);
    const { role, permissions } = this.createRole(args);
    const group = new aws.codedeploy.DeploymentGroup(
      name,
      {
        appName: application.name,
        deploymentGroupName: name,
        deploymentConfigName: `CodeDeployDefault.Lambda${args.release}`,
        serviceRoleArn: role.arn,
        deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
        alarmConfiguration: { enabled: true, alarms: [alarm.name] },
        autoRollbackConfiguration: {
          enabled: true,
          events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
      },
      { parent: this, dependsOn: [permissions, ...args.after] },
    );
    this.group = { applicationName: application.name, deploymentGroupName: group.deploymentGroupName };
    this.registerOutputs({ ...this.group });
  }

  /** Creates the alarm on errors of the alias, from any version. One minute with errors is enough to roll back. */
  private watch({ function: lambda, aliasName }: CanaryReleaseArgs): aws.cloudwatch.MetricAlarm {
    return new aws.cloudwatch.MetricAlarm(
      `${this.name}-errors`,
      {
        alarmDescription: `Callers of ${this.name} get errors; a release that goes on is rolled back.`,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: {
          FunctionName: lambda.name,
          Resource: pulumi.interpolate`${lambda.name}:${aliasName}`,
        },
        statistic: "Sum",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        period: 60,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
      },
      { parent: this },
    );
  }

  /** Creates CodeDeploy's role, which may only move this function's alias and read alarms. */
  private createRole({ function: lambda, aliasName, target }: CanaryReleaseArgs) {
    const role = new aws.iam.Role(
      `${this.name}-role`,
      { assumeRolePolicy: trustService("codedeploy.amazonaws.com", target.accountId) },
      { parent: this },
    );
    const policy = policyDocument(
      {
        Effect: "Allow",
        Action: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
        Resource: pulumi.interpolate`${lambda.arn}:${aliasName}`,
      },
      {
        Effect: "Allow",
        Action: "cloudwatch:DescribeAlarms",
        Resource: arnOf(target, "cloudwatch", "alarm:*"),
      },
    );
    const permissions = new aws.iam.RolePolicy(
      `${this.name}-permissions`,
      { role: role.id, policy: pulumi.jsonStringify(policy) },
      { parent: this },
    );
    return { role, permissions };
  }
}
