/** A scenario file that says something else than it may; the message names file, line and field. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}
