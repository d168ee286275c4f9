import type { TestReport } from '../setup/test-report.ts';

/** What a layer of the tests may use, and where it leaves what it wrote. */
export interface LayerContext {
  /** The checkout. */
  readonly root: string;
  /** Of this run alone, and short; removed at the end. What is in it is searched for tokens before. */
  readonly runFolder: string;
  /** Of this layer: logs and screenshots that people may want to look at. */
  readonly results: string;
  /** Only tests whose full name matches run; all where absent. */
  readonly only: string | undefined;
  /** Shows a line to whoever watches the run. */
  readonly print: (line: string) => void;
}

/** What came of a layer. */
export interface LayerResult extends TestReport {
  /** Why the layer as a whole failed, beyond its tests: it crashed, it hung. */
  readonly fault?: string;
  /** One line that is worth being read at the very end of the run. */
  readonly summary?: string;
}
