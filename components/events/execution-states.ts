interface ExecutionStates {
  /** Names of CodePipeline's pipelines. Empty: all of them. */
  readonly pipelines: readonly string[];
  readonly states: readonly string[];
}

/**
 * The event pattern of executions that change their state.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html
 */
export function executionStates({ pipelines, states }: ExecutionStates) {
  return {
    source: ["aws.codepipeline"],
    "detail-type": ["CodePipeline Pipeline Execution State Change"],
    detail: { state: states, ...(pipelines.length > 0 && { pipeline: pipelines }) },
  };
}
