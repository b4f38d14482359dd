import { formatCidr, parseCidr } from "@lambda-networking/preflight/aws";
import { z } from "zod";
import { certificateArn, domainName, hostedZoneId, webAclSchema } from "./api.js";
import { CALLER, isNamedCaller } from "./network.js";
import { choice, flag, isWithoutRepetition, retentionInDays, whole } from "./shared.js";

export const FRONT_DOOR_KINDS = ["rewrite", "proxy"] as const;
export const SCHEMES = ["internal", "internet-facing"] as const;

const caller = z.string({ error: CALLER }).superRefine((text, context) => {
  if (isNamedCaller(text)) return;
  const cidr = text.includes("/") ? parseCidr(text) : undefined;
  if (cidr === undefined) context.addIssue(CALLER);
  else if (formatCidr(cidr) !== text) context.addIssue(`It is not canonical. Write ${formatCidr(cidr)}.`);
});

/** Without the two characters `/*` that follow it in a load balancer's path pattern of 128 characters. */
const LONGEST_PATH = 126;
const PATH =
  "Write a path prefix such as /pets or /v1/pets: segments of letters, digits and . _ ~ : @ -, without * ? % or a / at the end; or / for every path.";
const path = z
  .string({ error: PATH })
  .max(LONGEST_PATH, { error: `Shorten it: a path prefix has at most ${LONGEST_PATH} characters.` })
  .regex(/^\/$|^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~:@-]+)+$/, { error: PATH });

const HEADER_NAME = "Write a header's name of at most 40 letters, digits, - and _, such as x-api.";
/** Headers that the load balancer or API Gateway reads itself. */
const RESERVED_HEADERS =
  /^(host|connection|transfer-encoding|content-length|x-forwarded-.*|x-amzn?-.*|x-apigw-api-id)$/i;
const HEADER_VALUE =
  "Write a value of at most 128 letters, digits, spaces and . _ ~ : @ / + = , ; -. It stands for itself, without * and ?.";
const header = z.strictObject({
  name: z
    .string({ error: HEADER_NAME })
    .regex(/^[A-Za-z0-9_-]{1,40}$/, { error: HEADER_NAME })
    .refine((name) => !RESERVED_HEADERS.test(name), {
      error:
        "The load balancer or API Gateway reads this header itself. Write one of your own, such as x-api.",
    })
    .describe("The header's name. Letter case does not matter."),
  value: z
    .string({ error: HEADER_VALUE })
    .regex(/^(?! )[A-Za-z0-9 ._~:@/+=,;-]{1,128}(?<! )$/, { error: HEADER_VALUE })
    .describe("The header's whole value. Letter case does not matter."),
});

const otherApi = z.strictObject({
  id: z
    .string({ error: "Write an API's id, such as a1b2c3d4e5." })
    .regex(/^[a-z0-9]{10}$/, { error: "Write an API's id, such as a1b2c3d4e5." })
    .describe("The API's id."),
  stage: z
    .string({ error: "Write a stage's name, such as prod." })
    .regex(/^[A-Za-z0-9_-]{1,128}$/, { error: "Write 1 to 128 letters, digits, _ and -, such as prod." })
    .describe("The stage's name."),
  accountId: z
    .string()
    .regex(/^\d{12}$/, { error: "Write an account's id as a text of 12 digits." })
    .optional()
    .describe("The id of the account that has the API, if it is not the stack's."),
});

export const routeSchema = z.strictObject({
  path: path
    .optional()
    .describe(
      "The path prefix: /pets is /pets and everything below it. Without it every path, if a header is named.",
    ),
  header: header.optional().describe("The header that a request needs for this route."),
  api: otherApi
    .optional()
    .describe(
      "Another private API of the Region, which admits the stack's endpoint in its own policy (docs/front-door.md). Without api and function the route leads to the stack's API.",
    ),
  function: z
    .literal(true, { error: "Write true, or leave it out." })
    .optional()
    .describe("Leads to the stack's function without an API, so only GET of exactly this path answers."),
  stripPrefix: flag
    .default(false)
    .describe(
      "Whether the path prefix is taken off: /pets/1 is /1 for the API. For an API that does not have the prefix among its own paths.",
    ),
});

const accessLogs = z.strictObject({
  retentionInDays: retentionInDays
    .default(90)
    .meta({ description: "How many days the logs are kept.", cost: "$0.023/GB-month." }),
});

const IMAGE = "Write an image with its digest, such as public.ecr.aws/nginx/nginx@sha256:….";
const proxy = z.strictObject({
  image: z
    .string({ error: IMAGE })
    .regex(/^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/, { error: IMAGE })
    .optional()
    .describe("The NGINX image with its digest. Required with kind: proxy."),
  cpu: z
    .literal([256, 512, 1024, 2048, 4096], { error: "Write 256, 512, 1024, 2048 or 4096." })
    .default(256)
    .meta({ description: "CPU units of a task; 1024 are one vCPU.", cost: "$7.39 a month for 256, arm64." }),
  memory: whole(
    512,
    30_720,
    "MB",
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html",
  )
    .default(512)
    .meta({ description: "Memory of a task in MB.", cost: "$1.30 a month for 512, arm64." }),
  tasks: z
    .strictObject({
      min: whole(1, 100, "tasks", "one for each zone is the least that outlives a zone")
        .default(2)
        .describe("The least."),
      max: whole(1, 100, "tasks", "what the service may grow to").default(6).describe("The most."),
    })
    .prefault({})
    .describe("How many tasks run, spread over the zones."),
  requestsPerTask: whole(60, 1_000_000, "requests a minute", "what one task is to serve")
    .default(6000)
    .describe("The requests a minute and task above which the service grows."),
  logRetentionInDays: retentionInDays
    .default(30)
    .meta({ description: "How many days the tasks' logs are kept.", cost: "$0.50/GB written." }),
});

const WEB_ACL = "Write false, {requestsPerFiveMinutes: 2000}, or the ARN of a regional web ACL.";

export const frontDoorSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        kind: choice(FRONT_DOOR_KINDS)
          .default("rewrite")
          .describe(
            "How requests get to the APIs. rewrite: the load balancer's own rules change Host and path. proxy: NGINX on Fargate does, for what rules cannot do.",
          ),
        scheme: choice(SCHEMES)
          .default("internal")
          .describe(
            "Where the load balancer's addresses are. internal: in the private subnets. internet-facing: in the public subnets. A change replaces it.",
          ),
        allowFrom: z
          .array(caller, { error: `Write a list. ${CALLER}` })
          .min(1, { error: `Without callers nobody gets in. ${CALLER}` })
          .refine(isWithoutRepetition, { error: "Write each caller once." })
          .describe(
            "Who may connect on ports 443 and 80: privateSubnets, CIDR blocks and security group ids. For everybody, written out: 0.0.0.0/0.",
          ),
        domainName: domainName.describe("The name that callers use, such as api.example.com."),
        certificateArn: certificateArn
          .optional()
          .describe(
            "The ARN of the name's certificate in ACM, in the stack's Region. Without it one is requested, and validated through the hosted zone.",
          ),
        hostedZoneId: hostedZoneId
          .optional()
          .describe(
            "The id of the hosted zone that gets the alias record; a public one if the certificate is requested. Without it you create the record (output frontDoorDnsName).",
          ),
        routes: z
          .array(routeSchema, { error: "Write a list of routes, such as [{path: /messages}]." })
          .min(1, { error: "Write at least one route, such as [{path: /messages}]." })
          .describe(
            "What the front door leads to. A route with a header counts before one without, and then a longer path before a shorter one; the order of the list does not matter. Everything else is answered 404.",
          ),
        functionHealthCheck: flag.default(false).meta({
          description:
            "Whether the load balancer invokes the function of routes with function: true every five minutes to see whether it answers. Requests go to the function either way.",
          cost: "$0.0035 a month in two zones for the requests, and their duration.",
        }),
        accessLogs: z
          .union([z.literal(false), accessLogs], { error: "Write false, or {retentionInDays: 90}." })
          .prefault({})
          .meta({
            description: "Logs each request into a bucket of the stack.",
            cost: "$0.005 per 1,000 files.",
          }),
        deletionProtection: flag
          .optional()
          .describe("Whether AWS refuses to delete the load balancer. The default is keepData's value."),
        webAcl: z
          .union(
            [
              z.literal(false),
              z
                .string()
                .regex(/^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[0-9a-f-]+$/, {
                  error: WEB_ACL,
                }),
              webAclSchema,
            ],
            { error: WEB_ACL },
          )
          .default(false)
          .meta({
            description: "A web ACL of AWS WAF in front of it: the stack's own, or another by its ARN.",
            cost: "$7 a month, $9 with managedRules, and $0.60 per million requests.",
          }),
        proxy: proxy.prefault({}).describe("The containers of kind: proxy; without effect otherwise."),
      }),
    ],
    {
      error:
        "Write false, or {domainName: …, certificateArn: …, allowFrom: […], routes: [{path: /messages}]}.",
    },
  )
  .default(false)
  .meta({
    description:
      "A front door: one name on a load balancer in front of private APIs, for callers that do not have the execute-api endpoint, and the way to the function without an API (docs/front-door.md). It needs networking: vpc with two zones.",
    cost: "$16.43 a month and $5.84 for each LCU.",
  });
