import type { Settings } from "./stacks.js";

/** Settings for a stack with networking "vpc" that turn on every part that stores something. */
export const EVERYTHING: Settings = {
  vpc: {
    cidrBlock: "10.20.0.0/16",
    availabilityZones: 2,
    nat: "single",
    flowLogs: { trafficType: "ALL", retentionInDays: 14 },
  },
  function: { codeBucket: true, reservedConcurrency: 10 },
  api: { accessLogs: true },
  secretParameters: { password: "hunter2" },
  messageStore: {},
  logPipeline: { codePipelineNotifications: {} },
  watching: { emails: [] },
  database: {},
};
