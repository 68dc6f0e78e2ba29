/**
 * The JSON files of a ZIP archive, by its central directory. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * Archives beyond 4 GiB (ZIP64) and encrypted ones are not read.
 */

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
/** The end's record, with the longest comment that may follow it. */
const LONGEST_END = 22 + 0xffff;
/** What one file may unpack to, in bytes: a browser's longest string is not much longer. */
const LARGEST_FILE = 400_000_000;

export async function isZip(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);
}

/** The texts of its `.json` files, one by one. Throws where the archive is broken or a file is too large. */
export async function* jsonFiles(file: Blob): AsyncGenerator<string> {
  for (const entry of await entriesOf(file)) {
    if (entry.name.toLowerCase().endsWith('.json')) yield await contentOf(file, entry);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly offset: number;
}

async function entriesOf(file: Blob): Promise<readonly Entry[]> {
  const from = Math.max(0, file.size - LONGEST_END);
  const tail = new DataView(await file.slice(from).arrayBuffer());
  let at = tail.byteLength - 22;
  while (at >= 0 && tail.getUint32(at, true) !== END_OF_DIRECTORY) at--;
  if (at < 0) throw new Error('No end of the directory');
  const count = tail.getUint16(at + 10, true);
  const size = tail.getUint32(at + 12, true);
  const offset = tail.getUint32(at + 16, true);
  const directory = new DataView(await file.slice(offset, offset + size).arrayBuffer());
  const entries: Entry[] = [];
  let next = 0;
  for (let index = 0; index < count && directory.getUint32(next, true) === DIRECTORY_ENTRY; index++) {
    const nameLength = directory.getUint16(next + 28, true);
    const more = directory.getUint16(next + 30, true) + directory.getUint16(next + 32, true);
    entries.push({
      name: new TextDecoder().decode(new Uint8Array(directory.buffer, next + 46, nameLength)),
      method: directory.getUint16(next + 10, true),
      packed: directory.getUint32(next + 20, true),
      offset: directory.getUint32(next + 42, true),
    });
    next += 46 + nameLength + more;
  }
  return entries;
}

async function contentOf(file: Blob, { method, packed, offset }: Entry): Promise<string> {
  const head = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const bytes = file.slice(start, start + packed);
  if (method === 0) return bytes.text();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  const reader = bytes.stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    length += piece.value.length;
    if (length > LARGEST_FILE) throw new Error('Too large');
    text += decoder.decode(piece.value, { stream: true });
  }
  return text + decoder.decode();
}
