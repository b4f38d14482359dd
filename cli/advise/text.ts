import type { Advice, AdvisedNetwork } from "./advice.js";
import type { Shape } from "./shapes.js";

const NAT_TEXT = {
  none: "no NAT",
  single: "single NAT",
  perAz: "NAT per AZ",
  regional: "regional NAT",
  instance: "NAT instance",
} as const;

/** `2 AZs, NAT per AZ, endpoints ssm, internet access` */
export function shapeText({
  zones,
  nat,
  instancePerZone,
  ipv6,
  ssm,
  others,
  internetAccess,
  via,
}: Shape): string {
  const endpoints = [...(ssm ? ["ssm"] : []), ...others];
  return [
    zones === 1 ? "1 AZ" : `${zones} AZs`,
    nat === "instance" && instancePerZone ? "NAT instance per AZ" : NAT_TEXT[nat],
    endpoints.length === 0 ? "no endpoints" : `endpoints ${endpoints.join(" ")}`,
    ...(ipv6 ? ["IPv6"] : []),
    ...(internetAccess ? ["internet access"] : []),
    ...(via === "ipv6" ? ["SNS over IPv6"] : []),
  ].join(", ");
}

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const WIDTH = 100;

/** The advice for a terminal: a ranked table, the price of each promise, and the commands for the best network. */
export function adviceText(advice: Advice): string {
  const { stack, region, networks, built, best, ranked, promises, notes } = advice;
  const rows = ranked.flatMap((each) => networkLines(each));
  const prices = promises.flatMap(({ promises: those, monthlyUsd }) =>
    wrapped(those.join("; and "), `  ${`+${usd(monthlyUsd)}`.padStart(10)}  `),
  );
  return [
    `${stack}  ${region ?? "Region not known"}  ${networks} networks, of which ${built} had to be built`,
    "",
    "     a month  network",
    ...rows,
    "",
    ...(best === undefined
      ? ["No network keeps every promise of the stack. `npm start` shows what fails."]
      : [bestText(best, stack)]),
    ...(best?.isCurrent === false ? best.commands.map((command) => `  ${command}`) : []),
    ...(prices.length === 0 ? [] : ["", "What a promise costs a month, with all others kept:", ...prices]),
    ...notes.map((note) => `\n${note}`),
  ].join("\n");
}

function bestText({ isCurrent, monthlyUsd }: AdvisedNetwork, stack: string): string {
  return isCurrent
    ? `No cheaper network keeps every promise: leave ${stack} as it is.`
    : `${usd(monthlyUsd)} a month keeps every promise. To have it:`;
}

const INDENT = " ".repeat(16);

function networkLines({ shape, monthlyUsd, givesUp, isCurrent, commands }: AdvisedNetwork): string[] {
  const marks = [
    ...(givesUp.length === 0 ? ["keeps every promise"] : []),
    ...(isCurrent ? ["as it is"] : []),
  ];
  const mark = marks.length === 0 ? "" : ` (${marks.join(", ")})`;
  return [
    `  ${usd(monthlyUsd).padStart(10)}  ${shapeText(shape)}${mark}`,
    ...(givesUp.length === 0 ? [] : wrapped(`gives up: ${givesUp.join("; ")}`, INDENT)),
    ...(givesUp.length === 0 ? [] : commands.map((line) => `${INDENT}${line}`)),
  ];
}

/** Text after a prefix, broken at spaces; further lines are indented by the prefix's width. */
function wrapped(text: string, prefix: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(`${prefix}${word}`);
    else if (last.length + word.length + 1 > WIDTH) lines.push(`${" ".repeat(prefix.length)}${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
