/** Simplified Chinese: what opens beside the message field. */
import type { ToolWords } from './translate.ts';

export const zhTools: ToolWords = {};
