import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guidePage, indexPage } from '../../../scripts/docs/page.ts';
import { renderGuide } from '../../../scripts/docs/render-guide.ts';
import { PROJECT_ROOT } from '../../../src/launcher/project.ts';
import { INTERNAL_NAMES, SETTING_NAMES } from '../../../src/worker/config/settings.ts';
import { ERROR_STATUSES } from '../../../src/worker/http/error-codes.ts';
import { guidesIndex } from '../../support/knowledge.ts';

const languages = ['en', 'zh'] as const;

async function guides(language: 'en' | 'zh') {
  const folder = join(PROJECT_ROOT, 'docs', language);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
  return Promise.all(
    names.map(async (file) => {
      const markdown = await readFile(join(folder, file), 'utf8');
      return { name: file.slice(0, -3), markdown, ...renderGuide(markdown) };
    }),
  );
}

describe.each(languages)('the guides in %s', (language) => {
  test('have a title, and headings that lead somewhere', async () => {
    for (const { title, headings } of await guides(language)) {
      expect(title).not.toBe('');
      expect(headings.length).toBeGreaterThan(3);
      expect(new Set(headings.map(({ anchor }) => anchor)).size).toBe(headings.length);
    }
  });

  test('have on their pages the anchors that the assistant links to', async () => {
    const index = await guidesIndex();
    const pages = new Map((await guides(language)).map((guide) => [guide.name, guide.html]));
    let checked = 0;
    for (let number = 0; number < index.sectionCount; number++) {
      const { file, anchor, served } = index.section(number);
      if (!served || !file.startsWith(`${language}/`)) continue;
      expect(pages.get(file.slice(3))).toContain(`id="${anchor}"`);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(100);
  });

  test('link to nothing that is not there', async () => {
    const all = await guides(language);
    for (const { name, html } of all) {
      for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) {
        if (/^https?:/.test(href) || href === '/docs/api-reference') continue;
        const [page = '', anchor] = href.split('#');
        const target = all.find((guide) => guide.name === (page === '' ? name : page));
        expect(target, `${name}: ${href}`).toBeDefined();
        if (anchor !== undefined) expect(target?.html).toContain(`id="${decodeURIComponent(anchor)}"`);
      }
    }
  });

  test('explain every setting', async () => {
    const deployment = (await guides(language)).find(({ name }) => name === 'deployment');
    for (const name of SETTING_NAMES.filter((each) => !INTERNAL_NAMES.includes(each))) {
      expect(deployment?.markdown).toContain(`${name}`);
    }
  });

  test('explain every error that the gateway gives', async () => {
    const headings = (await guides(language))
      .find(({ name }) => name === 'troubleshooting')
      ?.headings.map(({ text }) => text)
      .join('\n');
    for (const code of Object.keys(ERROR_STATUSES)) expect(headings).toContain(code);
  });

  test('are pages without script or inline style, in their language', async () => {
    const all = await guides(language);
    for (const guide of all) {
      const page = guidePage(language, guide, all);
      expect(page).toContain(`<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">`);
      expect(page).not.toMatch(/<script|<style|style=|\son\w+=|javascript:/i);
      expect(page).toContain(`/docs/${language === 'zh' ? 'en' : 'zh'}/${guide.name}`);
    }
    expect(indexPage(language, all)).toContain(`/docs/${language}/deployment`);
  });
});

test('the guides come in pairs', async () => {
  const [en, zh] = await Promise.all(languages.map(guides));
  expect(en?.map(({ name }) => name)).toEqual(zh?.map(({ name }) => name));
  for (const [at, guide] of (en ?? []).entries()) {
    expect(zh?.[at]?.headings.map(({ level }) => level)).toEqual(guide.headings.map(({ level }) => level));
  }
});

test('raw HTML in a guide is shown, never run', () => {
  const { html } = renderGuide(
    '# T\n\n<script>alert(1)</script>\n\nText <img src=x onerror=alert(1)> more\n\n## A "b" <i>c</i>',
  );
  expect(html).not.toMatch(/<script|<img|<i>/);
  expect(html).toContain('&lt;script&gt;');
});

/** The codes of all errors that the Worker makes itself. */
