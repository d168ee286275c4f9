/** How long a turn waits for what. All in ms. */
export const turnLimits = {
  /** From one sign that work goes on to the next. */
  sign: 2 * 60_000,
  /** Of nothing but heartbeats. */
  heartbeats: 10 * 60_000,
  /** No stream of the service lasts longer. */
  turn: 15 * 60_000,
  /** Of nothing at all, once there is an answer and no tool is at work: the answer counts as complete. */
  openStream: 60_000,
  /** The same, after the backend said that it is over or waits for the user. */
  afterEnd: 5_000,
  /** Between two readings of the state while the stream goes on. */
  readings: 10_000,
  /** An edit may be on the timeline a moment after the stream has closed. */
  lateEdit: 3_000,
  /** From that moment on, between the readings that look for an edit that takes longer: two minutes in all. */
  laterEdits: [5_000, 10_000, 20_000, 30_000, 30_000, 22_000],
  /** Before a state that could not be read is read again. */
  readAgain: [2_000, 5_000],
  firstRecovery: 30_000,
  nextRecovery: 60_000,
} as const;

/** So many answers without a change, and the turn is lost. */
export const unchangedAnswers = 5;
/** So many readings, answered or not, and we stop asking. */
export const mostReadings = 10;
