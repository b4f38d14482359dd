import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { isSchedule } from "../../config/schema/schedule.js";
import { inMode } from "./example.js";

function parsed(logPipeline: unknown) {
  const { config, issues } = parseConfig(inMode({ logPipeline }));
  return { pipeline: config?.logPipeline, issues: issues?.map(({ key, fix }) => `${key}: ${fix}`) };
}

describe("isSchedule", () => {
  for (const right of [
    "rate(1 minute)",
    "rate(5 minutes)",
    "rate(1 hour)",
    "rate(12 hours)",
    "rate(1 day)",
    "rate(30 days)",
    "cron(0 10 * * ? *)",
    "cron(15 12 ? * MON-FRI *)",
    "cron(0/15 * * * ? *)",
    "cron(0 8 1 * ? *)",
    "cron(5 8-17/2 ? * 2-6 2026-2030)",
    "cron(0 18 L * ? *)",
    "cron(0 18 LW * ? *)",
    "cron(0 18 3W * ? *)",
    "cron(0 18 ? JAN,jul 6L *)",
    "cron(0 18 ? * FRI#2 *)",
    "cron(*/5 0,6,12 ? * * *)",
  ]) {
    it(`accepts ${right}`, () => expect(isSchedule(right)).to.equal(true));
  }

  for (const [wrong, reason] of [
    ["5 minutes", "has no kind"],
    ["rate(5 minute)", "is not plural"],
    ["rate(1 minutes)", "is plural"],
    ["rate(0 minutes)", "never runs"],
    ["rate(1.5 hours)", "is no whole number"],
    ["rate(2 weeks)", "has a unit that EventBridge does not know"],
    ["rate(30 seconds)", "is more often than EventBridge can"],
    ["cron(* * * * *)", "has five fields, as on Unix"],
    ["cron(0 10 * * * *)", "says both days"],
    ["cron(0 10 ? * ? *)", "says no day"],
    ["cron(60 10 * * ? *)", "has a minute of 60"],
    ["cron(0 24 * * ? *)", "has an hour of 24"],
    ["cron(0 10 32 * ? *)", "has a day of 32"],
    ["cron(0 10 * 13 ? *)", "has a month of 13"],
    ["cron(0 10 ? * 8 *)", "has a weekday of 8"],
    ["cron(0 10 ? * 0 *)", "has a weekday of 0, as on Unix"],
    ["cron(0 10 ? * MON#6 *)", "has a sixth Monday"],
    ["cron(0 10 ? * 3#1,6#3 *)", "has two such days"],
    ["cron(0 10 * * ? 1969)", "is long past"],
    ["cron(30-10 10 * * ? *)", "has a range that runs backwards"],
    ["cron(0 10 * * ? *) ", "has a space at the end"],
    ["cron(? 10 * * ? *)", "leaves the minute open"],
    ["at(2026-01-01T00:00:00)", "is for EventBridge Scheduler"],
  ] as const) {
    it(`rejects ${wrong}, because it ${reason}`, () => expect(isSchedule(wrong)).to.equal(false));
  }

  it("returns a boolean for any text and accepts every valid minute and hour", () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isSchedule(text) === "boolean"));
    fc.assert(
      fc.property(fc.nat(59), fc.nat(23), (minute, hour) => isSchedule(`cron(${minute} ${hour} * * ? *)`)),
    );
  });
});

describe("parseConfig: logPipeline", () => {
  it("disables the log pipeline by default", () =>
    expect(parsed(undefined)).to.deep.include({ pipeline: false }));

  it("fills in a default for every setting of the log pipeline", () => {
    expect(parsed({}).pipeline).to.deep.equal({
      schedule: "rate(5 minutes)",
      messagesPerRun: 1,
      retries: 2,
      maximumEventAgeInSeconds: 3600,
      deadLetter: "sqs",
      via: "auto",
      codePipelineNotifications: false,
    });
    expect(parsed({ codePipelineNotifications: {} }).pipeline).to.deep.include({
      codePipelineNotifications: { pipelines: [], states: ["FAILED", "SUCCEEDED"] },
    });
  });

  it("reports all mistakes in logPipeline at once, each with its key and fix", () => {
    const { issues = [] } = parsed({
      schedule: "every 5 minutes",
      message: "",
      messagesPerRun: 101,
      retries: 3,
      maximumEventAgeInSeconds: 59,
      deadLetter: "kafka",
      codePipelineNotifications: { pipelines: ["a", "a"], states: [] },
      retires: 1,
    });
    expect(issues).to.have.length(9);
    for (const [index, start] of [
      "logPipeline.schedule: Write rate(5 minutes)",
      "logPipeline.message: Write a text of 1 to 2000 bytes",
      "logPipeline.messagesPerRun: Write a whole number of messages from 1 to 100",
      "logPipeline.retries: Write a whole number of retries from 0 to 2",
      "logPipeline.maximumEventAgeInSeconds: Write a whole number of seconds from 60 to 21600",
      'logPipeline.deadLetter: Write "sqs" or "sns".',
      "logPipeline.codePipelineNotifications.pipelines: Write each once",
      "logPipeline.codePipelineNotifications.states: Name at least one state",
      "logPipeline.retires: There is no such key. Did you mean retries?",
    ].entries()) {
      expect(issues[index]?.startsWith(start), `${issues[index]}`).to.equal(true);
    }
  });

  it("names the possible values if logPipeline is neither false nor a map", () => {
    expect(parsed(true).issues).to.deep.equal(["logPipeline: Write false, or {schedule: rate(5 minutes)}."]);
  });

  it("rejects a maximum event age that is too short for the retries", () => {
    expect(parsed({ retries: 2, maximumEventAgeInSeconds: 180 }).issues).to.deep.equal([
      "logPipeline.maximumEventAgeInSeconds: The last of 2 retries comes after 180 seconds. Write more than that, or fewer retries.",
    ]);
    expect(parsed({ retries: 2, maximumEventAgeInSeconds: 181 }).issues).to.equal(undefined);
    expect(parsed({ retries: 1, maximumEventAgeInSeconds: 61 }).issues).to.equal(undefined);
    expect(parsed({ retries: 0, maximumEventAgeInSeconds: 60 }).issues).to.equal(undefined);
  });

  it("measures the message in bytes", () => {
    expect(parsed({ message: "€".repeat(667) }).issues).to.have.length(1);
    expect(parsed({ message: "€".repeat(666) }).issues).to.equal(undefined);
  });
});
