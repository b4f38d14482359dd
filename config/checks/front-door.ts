import { isPrivate, parseCidr } from "@lambda-networking/preflight/aws";
import { type ConfigIssue, issue, under } from "@lambda-networking/preflight/errors";
import type { z } from "zod";
import { ecrRepository, PROXY_ENDPOINTS } from "../../components/front-door/proxy/container.js";
import { routeKey } from "../../components/front-door/routes.js";
import { PRIVATE_SUBNETS } from "../../components/network/vpc/subnet-plan.js";
import { field, type RawConfig } from "../raw-config.js";
import { routeSchema } from "../schema/front-door.js";
import { endpointTypeOf } from "./endpoint-type.js";
import { entries, valid, validFields } from "./valid.js";

/** Requirements of a front door on other keys, and on its routes together. */
export function checkFrontDoor(raw: RawConfig): ConfigIssue[] {
  if (typeof raw.frontDoor !== "object" || raw.frontDoor === null) return [];
  return [
    ...network(raw),
    ...certificate(raw),
    ...callers(raw),
    ...containers(raw),
    ...eachRoute(raw),
    ...sameRoutes(raw),
    ...ownApi(raw),
  ];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer */
function network(raw: RawConfig): ConfigIssue[] {
  if (valid(raw, "networking") === "public") {
    const fix = "A load balancer needs a VPC. Set networking: vpc, or frontDoor: false.";
    return [issue("frontDoor", raw.frontDoor, fix)];
  }
  const zones = valid(raw, "vpc.availabilityZones");
  const count = typeof zones === "number" ? zones : zones?.length;
  if (count === undefined || count >= 2) return [];
  const fix = "A load balancer needs subnets in two zones. Write 2 or more, or frontDoor: false.";
  return [issue("vpc.availabilityZones", zones, fix)];
}

function certificate(raw: RawConfig): ConfigIssue[] {
  const { certificateArn, domainName, hostedZoneId } = fields(raw);
  const twin = entries(field(raw.api, "domains")).some(([name]) => name === domainName);
  return [
    ...(certificateArn === undefined && hostedZoneId === undefined
      ? [
          issue(
            "frontDoor.certificateArn",
            certificateArn,
            "HTTPS needs a certificate. Write the ARN of one, or frontDoor.hostedZoneId: then one is requested and validated through that public hosted zone.",
          ),
        ]
      : []),
    ...(twin
      ? [
          issue(
            "frontDoor.domainName",
            domainName,
            "It is a custom domain name of the API too (api.domains), and a name has one owner. Write another, or take it out there.",
          ),
        ]
      : []),
  ];
}

/** Callers that cannot be where the front door is. */
function callers(raw: RawConfig): ConfigIssue[] {
  const { allowFrom = [], scheme } = fields(raw);
  const key = "frontDoor.allowFrom";
  return allowFrom.flatMap((caller) => {
    const cidr = parseCidr(caller);
    if (cidr?.family === 6 && valid(raw, "vpc.ipv6") === false) {
      const fix = "The load balancer has IPv6 addresses with vpc.ipv6: true only. Set that, or leave it out.";
      return [issue(key, caller, fix)];
    }
    if (scheme !== "internet-facing") return [];
    const isInside = cidr === undefined || (cidr.family === 4 && isPrivate(cidr));
    if (!isInside) return [];
    const what = caller === PRIVATE_SUBNETS || cidr !== undefined ? "They" : "Its members";
    const fix = `${what} would come to its public addresses from public addresses, those of their NAT gateways. Write these, or frontDoor.scheme: internal.`;
    return [issue(key, caller, fix)];
  });
}

function containers(raw: RawConfig): ConfigIssue[] {
  const { kind, proxy } = fields(raw);
  if (kind !== "proxy" || proxy === undefined) return [];
  return [
    ...imageIssues(raw, proxy.image),
    ...sizeIssues(proxy),
    ...validRoutes(raw).flatMap(({ key, route: { header } }) =>
      header?.name.includes("_")
        ? [
            issue(
              `${key}.header.name`,
              header.name,
              "NGINX leaves out headers with an underscore, because a server behind it may take _ for -. Write a hyphen.",
            ),
          ]
        : [],
    ),
  ];
}

function imageIssues(raw: RawConfig, image: string | undefined): ConfigIssue[] {
  const key = "frontDoor.proxy.image";
  if (image === undefined) {
    return [
      issue(
        key,
        image,
        "kind: proxy runs it. Write an image of NGINX 1.27.3 or later that does not run as root, with its digest, such as public.ecr.aws/nginx/nginx-unprivileged@sha256:… (docs/front-door.md says how to find the digest).",
      ),
    ];
  }
  if (valid(raw, "vpc.nat") !== "none") return [];
  if (ecrRepository(image) === undefined) {
    return [
      issue(
        key,
        image,
        "Without NAT (vpc.nat: none) the tasks reach no public registry. Copy the image to a repository of Amazon ECR in the stack's account and Region, and write 111122223333.dkr.ecr.REGION.amazonaws.com/NAME@sha256:…",
      ),
    ];
  }
  const others = entries(field(raw.endpoints, "others")).map(([service]) => service);
  const missing = PROXY_ENDPOINTS.filter((service) => !others.includes(service)).map(
    (service) => `others.${service}: {}`,
  );
  if (valid(raw, "endpoints.s3") !== true) missing.push("s3: true");
  if (missing.length === 0) return [];
  return [
    issue(
      "endpoints",
      raw.endpoints,
      `Without NAT (vpc.nat: none) NGINX's tasks pull their image and write their logs through endpoints. Add ${missing.join(", ")}.`,
    ),
  ];
}

/** Gigabytes for each number of CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const FARGATE_SIZES: Readonly<Record<number, readonly number[]>> = {
  256: [0.5, 1, 2],
  512: [1, 2, 3, 4],
  1024: [2, 3, 4, 5, 6, 7, 8],
  2048: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
  4096: Array.from({ length: 23 }, (_, i) => i + 8),
};

function sizeIssues({ cpu, memory, tasks }: NonNullable<ReturnType<typeof fields>["proxy"]>): ConfigIssue[] {
  const sizes = (FARGATE_SIZES[cpu] ?? []).map((gigabytes) => gigabytes * 1024);
  const fits = sizes.includes(memory);
  return [
    ...(fits
      ? []
      : [
          issue(
            "frontDoor.proxy.memory",
            memory,
            `Fargate has tasks of ${cpu} CPU units with ${sizes[0]} to ${sizes.at(-1)} MB, in steps of 1024${sizes[0] === 512 ? " above 1024" : ""}. Write one of these, or another frontDoor.proxy.cpu.`,
          ),
        ]),
    ...(tasks.min > tasks.max
      ? [
          issue(
            "frontDoor.proxy.tasks.max",
            tasks.max,
            `It is less than frontDoor.proxy.tasks.min. Write ${tasks.min} or more.`,
          ),
        ]
      : []),
  ];
}

type Route = z.output<typeof routeSchema>;
interface WrittenRoute {
  readonly key: string;
  readonly route: Route;
}

/** The routes that are valid by themselves. */
export function validRoutes(raw: RawConfig): WrittenRoute[] {
  const routes = field(raw.frontDoor, "routes");
  return (Array.isArray(routes) ? routes : []).flatMap((item, index) => {
    const { data } = routeSchema.safeParse(item);
    return data === undefined ? [] : [{ key: under("frontDoor.routes", index), route: data }];
  });
}

function eachRoute(raw: RawConfig): ConfigIssue[] {
  return validRoutes(raw).flatMap(({ key, route }) => {
    const { path, header, api, function: isFunction, stripPrefix } = route;
    const found: ConfigIssue[] = [];
    if (path === undefined && header === undefined) {
      found.push(
        issue(key, route, "It says nothing about the request. Write a path, such as /messages, or a header."),
      );
    }
    if (isFunction && api !== undefined) {
      found.push(
        issue(`${key}.api`, api, "A route leads to a function or to an API. Leave one of them out."),
      );
    }
    if (isFunction && (path === undefined || path === "/")) {
      found.push(issue(`${key}.path`, path, "The function answers at one path. Write it, such as /direct."));
    }
    if (isFunction && stripPrefix) {
      found.push(
        issue(`${key}.stripPrefix`, true, "The function knows its path by the prefix. Leave it out."),
      );
    }
    if (!isFunction && stripPrefix && (path === undefined || path === "/")) {
      found.push(
        issue(`${key}.stripPrefix`, true, "There is no prefix to take off. Write a path, or leave it out."),
      );
    }
    return found;
  });
}

function sameRoutes(raw: RawConfig): ConfigIssue[] {
  const owners = new Map<string, string>();
  return validRoutes(raw).flatMap(({ key, route }) => {
    const request = routeKey(route);
    const owner = owners.get(request);
    if (owner === undefined) {
      owners.set(request, key);
      return [];
    }
    const fix = `${owner} takes the same requests. Keep one of them, or tell them apart by a path or header.`;
    return [issue(key, route, fix)];
  });
}

/** What the routes to APIs need: the execute-api endpoint and, for the stack's own API, its execute-api name. */
function ownApi(raw: RawConfig): ConfigIssue[] {
  const toApis = validRoutes(raw).filter(({ route }) => !route.function);
  const [first] = toApis;
  if (first === undefined) return [];
  const type = endpointTypeOf(raw);
  if (type !== undefined && type !== "PRIVATE" && valid(raw, "networking") === "vpc") {
    const fix = `Routes to APIs go through the execute-api endpoint, which a PRIVATE API has. Write PRIVATE, or only routes with function: true.`;
    return [issue("api.endpointType", type, fix)];
  }
  const own = toApis.find(({ route }) => route.api === undefined);
  const isOff = valid(raw, "api.hardening") === true && entries(field(raw.api, "domains")).length > 0;
  if (own === undefined || !isOff) return [];
  const fix =
    "With api.hardening and api.domains the API has its custom names only, and the front door calls it by its execute-api name. Turn one of them off, or leave the route out.";
  return [issue(own.key, own.route, fix)];
}

function fields(raw: RawConfig) {
  return validFields(raw, "frontDoor") ?? {};
}
