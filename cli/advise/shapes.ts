import { isRecord, type NetworkParts, type StackFile } from "@lambda-networking/preflight";
import { NAT_MODES, type NatMode } from "@lambda-networking/preflight/aws";
import { setCommand, under } from "@lambda-networking/preflight/errors";

/** The settings that decide a stack's network and its price. */
export interface Shape {
  readonly zones: number;
  readonly nat: NatMode;
  /** Whether each zone has a NAT instance of its own. */
  readonly instancePerZone: boolean;
  readonly ipv6: boolean;
  /** Whether `endpoints.ssm` is on. */
  readonly ssm: boolean;
  /** The services of `endpoints.others`. */
  readonly others: readonly string[];
  readonly internetAccess: boolean;
  /** Undefined without an event pipeline. */
  readonly via: "auto" | "ipv6" | undefined;
}

/** A stack's file with the settings that a shape changes. */
export interface ShapedStack {
  readonly file: StackFile;
  readonly own: Shape;
  /** Interface endpoints that no setting here turns off, such as the API's. */
  readonly fixedEndpoints: number;
}

/** More combinations than these take minutes, so `endpoints.others` then stays as it is. */
const MOST_SHAPES = 640;

/** The stack's own shape: what was built and, for what leaves no trace in the resources, the file. */
export function shapedStack(
  file: StackFile,
  parts: NetworkParts,
  facts: Pick<Shape, "ipv6" | "ssm">,
): ShapedStack {
  const pipeline = setting(file, "logPipeline");
  const others = Object.keys(recordAt(setting(file, "endpoints"), "others"));
  const own: Shape = {
    ...facts,
    zones: parts.zones,
    nat: parts.nat,
    instancePerZone: recordAt(setting(file, "vpc"), "natInstance").perAz === true,
    others,
    internetAccess: recordOf(setting(file, "function")).internetAccess === true,
    via: isRecord(pipeline) ? (pipeline.via === "ipv6" ? "ipv6" : "auto") : undefined,
  };
  const pipelines = own.via === "auto" && own.nat === "none" && !others.includes("sns") ? 1 : 0;
  const counted = others.length + (own.ssm ? 1 : 0) + pipelines;
  return { file, own, fixedEndpoints: parts.endpoints - counted };
}

/**
 * Every shape that the settings can have.
 * @param most with more shapes than these, `endpoints.others` stays as it is
 */
export function shapesOf(
  { own }: ShapedStack,
  most = MOST_SHAPES,
): {
  readonly shapes: readonly Shape[];
  readonly keptOthers: boolean;
} {
  const zones = Array.from({ length: own.zones }, (_, i) => own.zones - i);
  const rest = zones.flatMap((count) =>
    natKinds(count, own).flatMap((kind) =>
      both(own.ipv6).flatMap((ipv6) =>
        both(own.ssm).flatMap((ssm) =>
          (own.internetAccess ? [true, false] : [false]).flatMap((internetAccess) =>
            ways(own.via).map((via) => ({ zones: count, ...kind, ipv6, ssm, internetAccess, via })),
          ),
        ),
      ),
    ),
  );
  const all = subsets(own.others);
  const keptOthers = rest.length * all.length > most;
  const lists = keptOthers ? [own.others] : all;
  return { shapes: lists.flatMap((others) => rest.map((each) => ({ ...each, others }))), keptOthers };
}

type NatKind = Pick<Shape, "nat" | "instancePerZone">;

/** In one zone, one instance and one for each zone are the same. */
function natKinds(zones: number, { instancePerZone: own }: Shape): NatKind[] {
  return NAT_MODES.flatMap((nat): NatKind[] => {
    if (nat !== "instance" || zones === 1) return [{ nat, instancePerZone: own }];
    return [own, !own].map((instancePerZone) => ({ nat, instancePerZone }));
  });
}

function both(own: boolean): readonly boolean[] {
  return [own, !own];
}

function ways(own: Shape["via"]): readonly Shape["via"][] {
  return own === undefined ? [undefined] : ["auto", "ipv6"];
}

function subsets(names: readonly string[]): readonly (readonly string[])[] {
  const [first, ...rest] = names;
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without.map((list) => [first, ...list]), ...without];
}

/** The parts of a shape that have a fixed price. */
export function partsOf({ fixedEndpoints }: ShapedStack, shape: Shape): NetworkParts {
  const { zones, nat, instancePerZone, ssm, others, via } = shape;
  const pipelines = via === "auto" && nat === "none" && !others.includes("sns") ? 1 : 0;
  const endpoints = fixedEndpoints + others.length + (ssm ? 1 : 0) + pipelines;
  return { zones, nat, instancePerZone, endpoints };
}

/** A setting that differs, with the command that writes it. */
interface Change {
  readonly key: string;
  /** Undefined: the key is removed, so that its default counts. */
  readonly value: string | number | boolean | undefined;
}

/** The settings in which a shape differs from the stack's. */
export function changesOf({ own, file }: ShapedStack, shape: Shape): Change[] {
  const found: Change[] = [];
  const zones = recordOf(setting(file, "vpc")).availabilityZones;
  if (shape.zones !== own.zones) {
    if (Array.isArray(zones)) {
      for (let i = own.zones - 1; i >= shape.zones; i--)
        found.push({ key: `vpc.availabilityZones[${i}]`, value: undefined });
    } else found.push({ key: "vpc.availabilityZones", value: shape.zones });
  }
  if (shape.nat !== own.nat) found.push({ key: "vpc.nat", value: shape.nat });
  if (shape.nat === "instance" && shape.instancePerZone !== own.instancePerZone)
    found.push({ key: "vpc.natInstance.perAz", value: shape.instancePerZone });
  if (shape.ipv6 !== own.ipv6) found.push({ key: "vpc.ipv6", value: shape.ipv6 });
  if (shape.ssm !== own.ssm) found.push({ key: "endpoints.ssm", value: shape.ssm ? undefined : false });
  for (const service of own.others)
    if (!shape.others.includes(service))
      found.push({ key: under("endpoints.others", service), value: undefined });
  if (shape.internetAccess !== own.internetAccess)
    found.push({ key: "function.internetAccess", value: shape.internetAccess });
  if (shape.via !== own.via && shape.via !== undefined)
    found.push({ key: "logPipeline.via", value: shape.via });
  return found;
}

/** The commands that write the changes, to paste into a shell. */
export function commandsOf(changes: readonly Change[], stack: string): string[] {
  return changes.map(({ key, value }) => {
    const set = setCommand(key, value);
    return `npx ${value === undefined ? set.replace("config set", "config rm") : set} -s ${stack}`;
  });
}

/** The stack's file as it would be with the shape. */
export function fileOf({ file, own }: ShapedStack, shape: Shape): StackFile {
  const vpc = recordOf(setting(file, "vpc"));
  const zones = vpc.availabilityZones;
  const endpoints = recordOf(setting(file, "endpoints"));
  const others = recordAt(endpoints, "others");
  const pipeline = setting(file, "logPipeline");
  const ssm = isRecord(endpoints.ssm) ? endpoints.ssm : {};
  const written: Record<string, unknown> = {
    vpc: {
      ...vpc,
      availabilityZones: Array.isArray(zones) ? zones.slice(0, shape.zones) : shape.zones,
      nat: shape.nat,
      ipv6: shape.ipv6,
      ...(shape.nat === "instance" && {
        natInstance: { ...recordAt(vpc, "natInstance"), perAz: shape.instancePerZone },
      }),
    },
    endpoints: {
      ...endpoints,
      ssm: shape.ssm ? ssm : false,
      others: Object.fromEntries(Object.entries(others).filter(([name]) => shape.others.includes(name))),
    },
    function: { ...recordOf(setting(file, "function")), internetAccess: shape.internetAccess },
    ...(own.via !== undefined && isRecord(pipeline) && { logPipeline: { ...pipeline, via: shape.via } }),
  };
  const config = { ...file.config };
  for (const [key, value] of Object.entries(written))
    config[`${file.project}:${key}`] = JSON.stringify(value);
  const { path: _, ...rest } = file;
  return { ...rest, config };
}

function setting({ project, config }: StackFile, key: string): unknown {
  const text = config[`${project}:${key}`];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? { ...value } : {};
}

function recordAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(value)[key]);
}
