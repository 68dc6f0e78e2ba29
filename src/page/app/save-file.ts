/** Handing a file to the reader. Nothing leaves the device. */

export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the blob by the next turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(address));
}

/** Without the characters that file systems refuse. */
export function fileName(title: string): string {
  const kept = Array.from(title.replace(/[\\/:*?"<>|\s\p{Cc}\p{Cf}]+/gu, ' ').trim()).slice(0, 60);
  return kept.join('').replace(/^[. ]+|[. ]+$/g, '') || 'nexcode';
}
