import type { RawConfig } from "../raw-config.js";
import type { Settings } from "../schema/index.js";
import { validRoutes } from "./front-door.js";
import { valid, validEntries } from "./valid.js";

/** Environment variables of a function. */
export type Variables = Readonly<Record<string, string>>;

/**
 * The bytes of a function's variables, as Lambda counts them: as JSON, with names, quotes and commas. Its error says
 * "String measured: {…}".
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function sizeOf(variables: Variables): number {
  return Buffer.byteLength(JSON.stringify(variables));
}

// What AWS chooses when it creates a resource, at its longest.

const SOME_REGION = "ap-southeast-99";
const LONGEST_TOPIC_NAME = 256;
const hostOfEndpoint = (service: string, region: string) =>
  `https://vpce-0123456789abcdef0-01234567.${service}.${region}.vpce.amazonaws.com.cn`;
const hostOfProxy = (region: string) => `${"p".repeat(60)}.proxy-0123456789ab.${region}.rds.amazonaws.com.cn`;

/**
 * The variables that the program gives the function that serves the parameters, each at its longest (program/function.ts).
 * A test compares their names with the program's.
 */
export function fetcherVariables(raw: RawConfig, region = SOME_REGION): Variables {
  const cors = valid(raw, "api.cors");
  const database = valid(raw, "database");
  const ssm = valid(raw, "endpoints.ssm");
  const paths = validRoutes(raw).flatMap(({ route }) => (route.function ? (route.path ?? []) : []));
  const tellsDynamoDb =
    validEntries(raw, "endpoints.others").has("dynamodb") && !valid(raw, "endpoints.dynamodb");
  return {
    PARAMETER_PATH: valid(raw, "parameters.path") ?? "",
    PARAMETER_RECURSIVE: "false",
    ...(valid(raw, "parameters.keys") === "relative" && { PARAMETER_KEYS: "relative" }),
    PARAMETER_CACHE_TTL_SECONDS: "86400",
    PARAMETER_CACHE_STALE_SECONDS: "86400",
    PARAMETER_CACHE_METRICS: "false",
    ...(cors && { ALLOW_ORIGIN: cors.allowOrigin }),
    ...(paths.length > 0 && { LOAD_BALANCER_PATHS: paths.join(" ") }),
    ...(database && {
      DATABASE_HOST: hostOfProxy(region),
      DATABASE_PORT: "5432",
      DATABASE_NAME: database.name,
      DATABASE_USER: database.user?.name ?? "postgres",
    }),
    ...(ssm && !ssm.privateDns && { AWS_ENDPOINT_URL_SSM: hostOfEndpoint("ssm", region) }),
    ...(tellsDynamoDb && { AWS_ENDPOINT_URL_DYNAMODB: hostOfEndpoint("dynamodb", region) }),
  };
}

type PipelineSettings = Exclude<Settings["logPipeline"], false>;

/** The variables of the event pipeline's producer, each at its longest (program/events.ts). */
export function producerVariables(
  { message }: Pick<PipelineSettings, "message">,
  region = SOME_REGION,
): Variables {
  return {
    TOPIC_ARN: `arn:aws-us-gov:sns:${region}:111122223333:${"t".repeat(LONGEST_TOPIC_NAME)}`,
    ...(message !== undefined && { MESSAGE_TEXT: message }),
    MESSAGES_PER_RUN: "100",
    AWS_ENDPOINT_URL_SNS: hostOfEndpoint("sns", region),
  };
}
