import { isRecord } from "../../../resources/read.js";
import {
  arn,
  association,
  type Compute,
  hex,
  named,
  physicalName,
  type ResourceContext,
  text,
} from "./compute.js";

const invokeArn = ({ region }: ResourceContext, functionArn: string) =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

const alias: Compute = (context) => {
  const functionArn = arn(context, "lambda", `function:${text(context, "functionName")}`);
  const aliasArn = `${functionArn}:${text(context, "name")}`;
  return { id: aliasArn, outputs: { arn: aliasArn, invokeArn: invokeArn(context, aliasArn) } };
};

const lambda: Compute = (context) => {
  const name = physicalName(context);
  const functionArn = arn(context, "lambda", `function:${name}`);
  return {
    id: name,
    outputs: { name, arn: functionArn, invokeArn: invokeArn(context, functionArn), version: "1" },
  };
};

/** The name of the signed copy is the job's. */
const signingJob: Compute = ({ name, inputs }) => {
  const id = hex(32, "job", name);
  const { bucket, prefix } = s3Of(inputs.destination);
  return { id, outputs: { signedObjects: [{ s3s: [{ bucket, key: `${String(prefix ?? "")}${id}.zip` }] }] } };
};

function s3Of(location: unknown): Readonly<Record<string, unknown>> {
  return isRecord(location) && isRecord(location.s3) ? location.s3 : {};
}

/** Functions, their roles, and the buckets and signing jobs of their code. */
export const FUNCTIONS: Readonly<Record<string, Compute>> = {
  "aws:codedeploy/application:Application": named((name, at) => arn(at, "codedeploy", `application:${name}`)),
  "aws:codedeploy/deploymentGroup:DeploymentGroup": association("group"),
  "aws:iam/instanceProfile:InstanceProfile": named(
    (name, { accountId }) => `arn:aws:iam::${accountId}:instance-profile/${name}`,
  ),
  "aws:iam/role:Role": named((name, { accountId }) => `arn:aws:iam::${accountId}:role/${name}`),
  "aws:iam/rolePolicy:RolePolicy": (context) => ({ id: `${text(context, "role")}:${physicalName(context)}` }),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": association("rpa"),
  "aws:lambda/alias:Alias": alias,
  "aws:lambda/codeSigningConfig:CodeSigningConfig": (context) => {
    const id = `csc-${hex(17, "csc", context.name)}`;
    return { id, outputs: { arn: arn(context, "lambda", `code-signing-config:${id}`), configId: id } };
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": association("mapping"),
  "aws:lambda/function:Function": lambda,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (context) => ({
    id: `${text(context, "functionName")}:${text(context, "qualifier")}`,
  }),
  "aws:lambda/permission:Permission": association("permission"),
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": association("provisioned"),
  "aws:s3/bucket:Bucket": (context) => {
    const name = text(context, "bucket") || physicalName(context);
    return { id: name, outputs: { bucket: name, arn: `arn:aws:s3:::${name}` } };
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": association("lifecycle"),
  "aws:s3/bucketNotification:BucketNotification": (context) => ({ id: text(context, "bucket") }),
  "aws:s3/bucketObjectv2:BucketObjectv2": (context) => ({
    id: text(context, "key"),
    outputs: { versionId: hex(32, "version", context.name) },
  }),
  "aws:s3/bucketPolicy:BucketPolicy": association("policy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": association("block"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    association("sse"),
  "aws:s3/bucketVersioning:BucketVersioning": association("versioning"),
  "aws:signer/signingJob:SigningJob": signingJob,
  "aws:signer/signingProfile:SigningProfile": (context) => {
    const name = text(context, "name") || `${text(context, "namePrefix")}${hex(12, context.name)}`;
    return {
      id: name,
      outputs: { name, versionArn: arn(context, "signer", `/signing-profiles/${name}/v1`) },
    };
  },
};
