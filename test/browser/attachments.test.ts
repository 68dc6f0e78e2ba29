/** Pictures and files of a question: picked, pasted, dropped; scaled, sent, shown, stored, exported. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings } from '../support/page/axe.ts';
import { closeDialog, useServersModel, words } from '../support/page/site.ts';
import { storedRows } from '../support/page/stored.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

const files = (page: Page) => page.locator('.box .files > li');
const chooser = (page: Page) => page.locator('.composer input[type=file]');

/** A picture that the page's browser paints: red at the left, blue at the right. */
async function picture(page: Page, width: number, height: number, type = 'image/png'): Promise<Buffer> {
  const numbers = await page.evaluate(
    async ([width, height, type]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.fillStyle = '#f00';
      context.fillRect(0, 0, width, height);
      context.fillStyle = '#00f';
      context.fillRect(width / 2, 0, width / 2, height);
      return [...new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())];
    },
    [width, height, type] as const,
  );
  return Buffer.from(numbers);
}

/** The JPEG with an EXIF segment that turns it by a quarter and names a place. */
function turned(jpeg: Buffer): Buffer {
  const tiff = Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex');
  const data = Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('SECRET PLACE')]);
  const head = Buffer.from([0xff, 0xe1, 0, data.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

/** Sends and gives back what the last message was. */
async function sentContent(page: Page) {
  const sent = page.waitForRequest('**/v1/chat/completions');
  await page.locator('.send').click();
  const { messages } = (await sent).postDataJSON();
  return messages.at(-1).content;
}

interface SentPicture {
  readonly type: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly left: readonly number[];
}

/** What a `data:` address holds, as the browser sees it. */
async function seen(page: Page, address: string): Promise<SentPicture> {
  const [, type = '', data = ''] = /^data:([\w/]+);base64,(.*)$/.exec(address) ?? [];
  const bytes = Buffer.from(data, 'base64');
  const pixels = await page.evaluate(
    async ([data, type]) => {
      const blob = new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type });
      const bitmap = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const left = [...(context?.getImageData(1, 1, 1, 1).data ?? [])];
      return { width: bitmap.width, height: bitmap.height, left };
    },
    [data, type] as const,
  );
  return { type, bytes, ...pixels };
}

describe('pictures', () => {
  it('are picked, several at once, scaled down, sent as parts, shown, and whole at a click', async () => {
    world.site.answer(words('Two colours.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await chooser(page).setInputFiles([
      { name: 'big_flag.png', mimeType: 'image/png', buffer: await picture(page, 4096, 1024) },
      { name: 'small.png', mimeType: 'image/png', buffer: await picture(page, 64, 32) },
    ]);
    await expect.poll(() => files(page).count()).toBe(2);
    expect(await files(page).locator('img').first().getAttribute('alt')).toBe('big flag');
    expect(await page.locator('.cannot-see').count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await page.locator('#composer').fill('Which colours?');
    const content = await sentContent(page);
    expect(content[0]).toEqual({ type: 'text', text: 'Which colours?' });
    const big = await seen(page, content[1].image_url.url);
    expect([big.width, big.height]).toEqual([2048, 512]);
    expect(big.left[0]).toBeGreaterThan(200);
    expect(content[2].image_url.url).toMatch(/^data:image\/(?:webp|png);base64,/);
    await page.locator('.figures').waitFor();
    await expect.poll(() => page.locator('.question .files img').count()).toBe(2);
    await page.locator('.question .picture').first().click();
    await page.getByRole('dialog', { name: 'big_flag.png' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.reload();
    await expect.poll(() => page.locator('.question .files img').count()).toBe(2);
    await page.locator('#composer').fill('And again?');
    const sent = page.waitForRequest('**/v1/chat/completions');
    await page.keyboard.press('Enter');
    expect((await sent).postDataJSON().messages[0].content).toHaveLength(3);
    visitor.expectPeace();
  });

  it('are turned as their camera says, and lose their place and everything else that is not the picture', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const buffer = turned(await picture(page, 80, 40, 'image/jpeg'));
    await chooser(page).setInputFiles({ name: 'IMG_1.jpg', mimeType: 'image/jpeg', buffer });
    await expect.poll(() => files(page).locator('img').count()).toBe(1);
    const content = await sentContent(page);
    const got = await seen(page, content[0].image_url.url);
    expect([got.width, got.height]).toEqual([40, 80]);
    expect(got.bytes.toString('latin1')).not.toContain('SECRET');
    visitor.expectPeace();
  });

  it('are pasted and dropped, removed, and come back with the draft', async () => {
    await using visitor = await world.visit({ locale: 'zh-CN' });
    const { page } = visitor;
    await page.locator('#composer').waitFor();
    const data = [...(await picture(page, 20, 10))];
    for (const how of ['paste', 'drop'] as const) {
      await page.evaluate(
        ([how, data]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(data)], `${how}.png`, { type: 'image/png' }));
          const field = document.querySelector('#composer');
          field?.dispatchEvent(
            how === 'paste'
              ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
              : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
          );
        },
        [how, data] as const,
      );
      await expect.poll(() => files(page).count()).toBe(how === 'paste' ? 1 : 2);
    }
    expect(await page.locator('.cannot-see').innerText()).toContain('内置助手只读文字');
    await page.getByRole('button', { name: '移除 paste.png' }).click();
    await expect.poll(() => files(page).count()).toBe(1);
    await expect
      .poll(() => storedRows(page, 'drafts'))
      .toMatchObject([{ attachments: [{ name: 'drop.png' }] }]);
    await page.reload();
    await expect.poll(() => files(page).locator('img').getAttribute('alt')).toBe('drop');
    visitor.expectPeace();
  });

  it('are announced as unseen by a model that cannot see, and then sent as their names', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('.recipient').click();
    await page.locator('.picker').getByRole('button', { name: 'deepseek-chat', exact: true }).click();
    await chooser(page).setInputFiles({
      name: 'cat.png',
      mimeType: 'image/png',
      buffer: await picture(page, 9, 9),
    });
    await expect.poll(() => page.locator('.cannot-see').innerText()).toContain('deepseek-chat cannot see');
    await page.locator('#composer').fill('What is it?');
    expect(await sentContent(page)).toBe('What is it?\n\n[cat]');
  });

  it('that cannot be read, and files that are neither text nor PDF, say so', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await chooser(page).setInputFiles([
      { name: 'a.heic', mimeType: 'image/heic', buffer: Buffer.from('nonsense') },
      { name: 'a.bin', mimeType: '', buffer: Buffer.from([0, 1, 2]) },
    ]);
    await expect
      .poll(() => page.locator('.toast').innerText())
      .toContain('a.heic: the browser cannot read this picture');
    expect(await page.locator('.toast').innerText()).toContain('a.bin: neither');
    expect(await files(page).count()).toBe(0);
  });
});

describe('text and PDF', () => {
  it('are folded, sent as a named block and as a file, exported, imported and deleted with their chat', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    await chooser(page).setInputFiles([
      { name: 'main.py', mimeType: '', buffer: Buffer.from('print("hi")\n') },
      { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') },
    ]);
    await expect.poll(() => files(page).count()).toBe(2);
    await page.locator('#composer').fill('Explain');
    const content = await sentContent(page);
    expect(content[0].text).toBe('Explain\n\nmain.py\n```py\nprint("hi")\n```');
    expect(content[1]).toEqual({
      type: 'file',
      file: { filename: 'paper.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQ=' },
    });
    await page.locator('.figures').waitFor();
    await page.locator('.question summary').click();
    await expect.poll(() => page.locator('.question .files textarea').inputValue()).toBe('print("hi")\n');

    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export all conversations' }).click();
    const file = await (await download).path();
    expect(JSON.parse(await readFile(file, 'utf8')).files).toHaveLength(2);
    await using other = await world.visit();
    await other.page.getByRole('button', { name: 'Settings', exact: true }).click();
    await other.page.locator('dialog input[type=file]').setInputFiles(file);
    await expect.poll(() => other.page.locator('dialog [role=status]').innerText()).toContain('added: 1');
    await closeDialog(other.page);
    await other.page.getByRole('link', { name: 'Explain' }).click();
    await other.page.locator('.question summary').click();
    await expect
      .poll(() => other.page.locator('.question .files textarea').inputValue())
      .toBe('print("hi")\n');

    await closeDialog(page);
    await page.getByRole('button', { name: 'Actions for' }).click();
    await page.locator('.menu').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.question summary').click();
    await expect.poll(() => page.locator('.question .files textarea').inputValue()).toBe('print("hi")\n');
    visitor.expectPeace();
  });

  it('that is taken out of the draft comes back by “Undo”, and is sent', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit();
    const { page } = visitor;
    await useServersModel(page);
    const buffer = Buffer.from('print("back")');
    await chooser(page).setInputFiles({ name: 'back.py', mimeType: 'text/x-python', buffer });
    await page.getByRole('button', { name: 'Remove back.py' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Remove back.py' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Remove back.py' }).waitFor();
    await page.locator('#composer').fill('What is this?');
    const sent = page.waitForRequest('**/v1/chat/completions');
    await page.keyboard.press('Enter');
    expect((await sent).postDataJSON().messages[0].content).toContain('print("back")');
    visitor.expectPeace();
  });

  it('that is long and pasted folds into a file, and unfolds again', async () => {
    await using visitor = await world.visit();
    const { page } = visitor;
    await page.locator('#composer').waitFor();
    const long = 'A line of a log.\n'.repeat(400);
    await page.evaluate((text) => {
      const transfer = new DataTransfer();
      transfer.setData('text/plain', text);
      document
        .querySelector('#composer')
        ?.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }),
        );
    }, long);
    await expect.poll(() => files(page).innerText()).toContain('Pasted text 1.txt');
    expect(await page.locator('#composer').inputValue()).toBe('');
    await files(page).locator('summary').click();
    await page.getByRole('button', { name: 'Put it into the message' }).click();
    await expect.poll(() => page.locator('#composer').inputValue()).toBe(long);
    expect(await files(page).count()).toBe(0);
  });

  it('of a long question fold, and show all on demand', async () => {
    world.site.answer(words('ok'));
    await using visitor = await world.visit({ viewport: { width: 390, height: 844 } });
    const { page } = visitor;
    await page.locator('#composer').fill('A long question. '.repeat(200));
    await page.keyboard.press('Enter');
    const more = page.getByRole('button', { name: 'Show all' });
    await more.waitFor();
    const height = () => page.locator('.said').evaluate((said) => said.clientHeight);
    const folded = await height();
    await more.click();
    await expect.poll(height).toBeGreaterThan(folded);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(await axeFindings(page)).toEqual([]);
  });
});
