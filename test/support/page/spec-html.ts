/**
 * The HTML of a specification's example and of the page, brought into one form. What the page does on purpose with
 * every text is not counted as a difference: a line end is a line break, an address that is not safe leads nowhere, an
 * image is its description, headings stand two levels lower, a code block has a bar.
 */
import { decodeEntities } from '../../../src/page/markdown/entities.ts';
import { safeLink } from '../../../src/page/markdown/safe-link.ts';

/** The page's classes and elements, as the specifications write them. */
export function ourForm(html: string): string {
  const plain = html
    .replace(/<div class="md-bar[^"]*">.*?<\/div>/gs, '')
    // A code block's last line end is not shown.
    .replace(/<\/code><\/pre>/g, '\n</code></pre>')
    .replace(/<div class="md-(?:code|table)"[^>]*>(.*?)<\/div>/gs, '$1')
    .replace(/<h\d class="md-h(\d)"([^>]*)>(.*?)<\/h\d>/gs, '<h$1>$3</h$1>')
    .replace(/<span class="md-task( md-task-done)?"[^>]*><\/span>/g, (_, done) => (done ? '[x] ' : '[ ] '))
    .replace(/<span class="md-image-host">.*?<\/span>/g, '')
    .replace(/<a class="md-image"[^>]*>(.*?)<\/a>/g, '$1')
    .replace(/<span class="md-image(?:-name)?">(.*?)<\/span>/g, '$1')
    .replace(/<span class="md-image(?:-name)?">(.*?)<\/span>/g, '$1')
    .replace(/ class="md-(left|center|right)"/g, ' align="$1"');
  return form(plain);
}

/** A specification's HTML under the page's rules for line ends, addresses and images. */
export function specForm(html: string): string {
  let links: boolean[] = [];
  const plain = html
    .replace(/<input [^>]*?(checked)?[^>]*?> ?/g, (tag) => (tag.includes('checked') ? '[x] ' : '[ ] '))
    .replace(/<img [^>]*?alt="([^"]*)"[^>]*\/>/g, (_, alt: string) => alt || 'Image')
    .replace(/<a href="([^"]*)"([^>]*)>|<\/a>/g, (tag, address?: string, more = '') => {
      if (address === undefined) return links.pop() ? tag : '';
      const safe = safeLink(address);
      links = [...links, safe !== undefined];
      return safe ? `<a href="${safe.href.replaceAll('&', '&amp;')}"${more}>` : '';
    });
  return form(plain);
}

const BLOCK = '(?:p|h\\d|ul|ol|li|blockquote|hr|table|thead|tbody|tr|th|td|pre)';

function form(html: string): string {
  const parts = html.split(/(<pre[^>]*>.*?<\/pre>)/s).map((part) => {
    if (part.startsWith('<pre')) {
      return `<pre>${part
        .replace(/<[^>]*>/g, '')
        .replace(/\n$/, '')
        .replace(/\n/g, '␤')}</pre>`;
    }
    return part
      .replace(/<br ?\/?>\s*/g, '\n')
      .replace(/<(\w+)([^>]*?) ?\/?>/g, (_, name: string, attributes: string) => {
        const kept = [...attributes.matchAll(/ (href|title|start|align)="[^"]*"/g)].map(([each]) => each);
        return `<${name}${kept.sort().join('')}>`;
      })
      .replace(/[ \t]*\n\s*/g, '¶');
  });
  const joined = decodeEntities(parts.join(''));
  return joined
    .replace(new RegExp(`[¶ ]*(</?${BLOCK}(?: [^>]*)?>)[¶ ]*`, 'g'), '$1')
    .replace(/<\/?(?:tbody|thead)>/g, '')
    .replace(/^¶+|¶+$/g, '');
}
