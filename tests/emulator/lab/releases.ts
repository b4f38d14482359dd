// Reads code, versions, alarms and dashboards from AWS's APIs.
import { first, rest, send, text, unescapeXml } from "./aws.js";

/** Reads a bucket's settings as S3's XML, its policy, and the keys of its objects. */
export async function bucketSettings(bucket: string) {
  const of = async (query: string) => text("s3", await send("s3", `/${bucket}?${query}`));
  return {
    versioning: await of("versioning"),
    encryption: await of("encryption"),
    block: await of("publicAccessBlock"),
    policy: JSON.parse(await of("policy")),
    keys: [...(await of("list-type=2")).matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key),
  };
}

const functionPath = (name: string) => `/2015-03-31/functions/${name}`;

/** An empty zip archive. */
const EMPTY = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

/** Publishes an empty layer, and returns its version's ARN. */
export async function publishLayer(name: string): Promise<string> {
  const body = JSON.stringify({ Content: { ZipFile: EMPTY } });
  const path = `/2018-10-31/layers/${name}/versions`;
  return JSON.parse(await text("lambda", await send("lambda", path, { method: "POST", body })))
    .LayerVersionArn;
}

export async function functionSettings(name: string) {
  const {
    EphemeralStorage,
    Environment,
    Layers = [],
  } = await rest("lambda", `${functionPath(name)}/configuration`);
  const reserved = await rest("lambda", `/2019-09-30/functions/${name}/concurrency`);
  const provisioned = await rest(
    "lambda",
    `/2019-09-30/functions/${name}/provisioned-concurrency?Qualifier=live`,
  );
  return {
    storage: EphemeralStorage.Size,
    layers: Layers.map(({ Arn }: { Arn: string }) => Arn),
    colour: Environment.Variables.COLOUR,
    reserved: reserved.ReservedConcurrentExecutions,
    provisioned: provisioned.RequestedProvisionedConcurrentExecutions,
  };
}

/** Returns the version that the alias `live` points at. */
export async function aliasVersion(name: string): Promise<string> {
  return (await rest("lambda", `${functionPath(name)}/aliases/live`)).FunctionVersion;
}

interface Alarm {
  readonly name: string;
  readonly actions: readonly string[];
}

async function cloudwatch(action: string, input: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: "2010-08-01", ...input });
  return text("monitoring", await send("monitoring", "/", { method: "POST", body }));
}

export async function alarms(): Promise<Alarm[]> {
  const xml = await cloudwatch("DescribeAlarms");
  return xml
    .split(/<AlarmName>/)
    .slice(1)
    .map((alarm) => ({
      name: alarm.slice(0, alarm.indexOf("<")),
      actions: [
        ...(/<AlarmActions>(.*?)<\/AlarmActions>/s.exec(alarm)?.[1] ?? "").matchAll(/<member>(.*?)</g),
      ].map(([, action = ""]) => action),
    }));
}

export async function setAlarmState(AlarmName: string, StateValue: string): Promise<void> {
  await cloudwatch("SetAlarmState", { AlarmName, StateValue, StateReason: "to see who is told" });
}

interface Widget {
  readonly properties: { readonly title: string; readonly alarms?: readonly string[] };
}

export async function dashboard(name: string): Promise<{ readonly widgets: readonly Widget[] }> {
  const xml = await cloudwatch("GetDashboard", { DashboardName: name });
  return JSON.parse(unescapeXml(first(xml, "DashboardBody") ?? ""));
}
