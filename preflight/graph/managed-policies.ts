/**
 * AWS managed policies that a Lambda function commonly has. Any other is not known, and so never a pass.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
/** What Lambda does with a role to place a function in a VPC. */
export const NETWORK_INTERFACES = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": LOGS,
  "service-role/AWSLambdaVPCAccessExecutionRole": [...LOGS, ...NETWORK_INTERFACES],
  "service-role/AWSLambdaSQSQueueExecutionRole": [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...LOGS,
  ],
  "service-role/AWSLambdaDynamoDBExecutionRole": [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...LOGS,
  ],
  AWSXRayDaemonWriteAccess: [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ],
  AdministratorAccess: ["*"],
};

/** The document of an AWS managed policy by its ARN; undefined when this table does not have it. */
export function managedPolicy(arn: string): unknown {
  const [, name = ""] = /^arn:aws[a-z-]*:iam::aws:policy\/(.+)$/.exec(arn) ?? [];
  const actions = ACTIONS[name];
  if (actions === undefined) return undefined;
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
}
