/** Text files as they may lie on anybody's disk: git and editors on Windows end lines with CRLF. */
import { readFile } from 'node:fs/promises';

/** The same text with LF after every line, whether it had CRLF, CR or LF. */
export function withUnixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The text of a file without a byte order mark, its lines ended by LF. */
export function plainLines(text: string): string {
  return withUnixLines(text.replace(/^\uFEFF/, ''));
}

/** Reads a UTF-8 text file, its lines ended by LF and without a byte order mark. */
export async function readTextFile(path: string): Promise<string> {
  return plainLines(await readFile(path, 'utf8'));
}
