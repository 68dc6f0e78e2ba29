/** What a build makes: the folders of the Worker's modules and of the page's files, and the files that a deployment begins with. */
export interface Built {
  readonly worker: string;
  readonly site: string;
  /** The configuration of this project. */
  readonly wranglerToml: string;
  readonly devVarsExample: string;
}

/** Hands a build to `use`, and removes afterwards what was made for it alone. */
export type WithBuilt = <Result>(use: (built: Built) => Promise<Result>) => Promise<Result>;
