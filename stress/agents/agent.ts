/** A coding agent or tool that people point at an OpenAI-compatible server, and how they point it. */

/** What a run is given: where to ask, as what, and a folder of its own for work and settings. */
export interface Seat {
  /** The base URL with `/v1`. */
  readonly base: string;
  readonly key: string;
  readonly model: string;
  /** The folder to work in; it is empty but for a git repository. */
  readonly work: string;
  /** Stands for the home folder. */
  readonly home: string;
  /** Where the agent is installed. */
  readonly installed: string;
}

export interface Agent {
  readonly name: string;
  /** From which registry, under which name, pinned. */
  readonly npm?: readonly string[];
  readonly pip?: readonly string[];
  readonly version: string;
  /** The API that it asks. */
  readonly api: 'chat' | 'responses' | 'messages';
  /** Files to lay before it starts, by path under the home folder or the work folder. */
  readonly files?: (seat: Seat) => Readonly<Record<string, string>>;
  /** What to run with the task as one of its arguments. Pictures are files in the folder to work in. */
  readonly command: (
    seat: Seat,
    task: string,
    pictures: readonly string[],
  ) => readonly [program: string, ...args: string[]];
  readonly env?: (seat: Seat) => Readonly<Record<string, string>>;
}
