/** Every way in which an upstream misbehaves, with what the client must get for it. */
import { ANSWER_FAULTS } from './answer-faults.ts';
import { CONNECTION_FAULTS } from './connection-faults.ts';
import type { Fault } from './fault.ts';

export const UPSTREAM_FAULTS: readonly Fault[] = [...CONNECTION_FAULTS, ...ANSWER_FAULTS];
