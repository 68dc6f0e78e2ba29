/** What a look at a configuration or a server brought. */

/** `good`: as it should be. `warning`: works, and is most likely not meant so. `fault`: does not work. `note`: was not looked at. */
export type Level = 'good' | 'note' | 'warning' | 'fault';

/** One finding: a sentence with its cure. It never holds a secret. */
export interface Finding {
  readonly level: Level;
  readonly message: string;
}

export const good = (message: string): Finding => ({ level: 'good', message });
export const note = (message: string): Finding => ({ level: 'note', message });
export const warning = (message: string): Finding => ({ level: 'warning', message });
export const fault = (message: string): Finding => ({ level: 'fault', message });
