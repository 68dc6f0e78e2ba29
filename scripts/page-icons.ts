/** Draws the page's PNG icons from `public/icon.svg`; run by hand when that changes. */
import { readFile, writeFile } from 'node:fs/promises';
import { launchBrowser } from '../test/support/page/browser.ts';

const PUBLIC = new URL('../public/', import.meta.url);
const svg = await readFile(new URL('icon.svg', PUBLIC), 'utf8');

/** A maskable icon fills its square: the platform cuts the shape, and keeps the inner four fifths. */
const ICONS = [
  { file: 'icon-180.png', size: 180, full: true },
  { file: 'icon-192.png', size: 192, full: false },
  { file: 'icon-512.png', size: 512, full: false },
  { file: 'icon-maskable.png', size: 512, full: true },
];

const browser = await launchBrowser();
const page = await browser.newPage();
for (const { file, size, full } of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  const art = full ? svg.replace('rx="8"', 'rx="0"') : svg;
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${art}`);
  await writeFile(new URL(file, PUBLIC), await page.screenshot({ omitBackground: true }));
}
await browser.close();
