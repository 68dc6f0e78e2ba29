/**
 * What is copied of a shown answer: its words as a document, formulas as the TeX they were written in, and nothing of
 * the page's own buttons.
 */

/** What a reader can select, and does not mean to copy as it stands. */
const NOT_AS_SHOWN = '.md-bar, .tools, .md-task, .md-maths[data-tex]';

/** A shown answer as HTML of its own, for word processors and spreadsheets. */
export function asHtml(shown: Element): string {
  const copy = document.createElement('div');
  copy.append(...shown.cloneNode(true).childNodes);
  withoutControls(copy);
  return plainHtml(copy);
}

/** A shown table as text: cells between tabs, a row a line. Spreadsheets read it as cells. */
export function tableAsText(shown: Element): string {
  const copy = shown.cloneNode(true) as Element;
  withoutControls(copy);
  for (const end of copy.querySelectorAll('br')) end.replaceWith(' ');
  const cells = (row: Element) =>
    Array.from(row.children, (cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()).join('\t');
  return Array.from(copy.querySelectorAll('tr'), cells).join('\n');
}

/** Listens to Ctrl+C. Selections that are copied well by the browser are left to it. */
export function copySelectionsWell(): void {
  document.addEventListener('copy', (event) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !event.clipboardData) return;
    const piece = selected(selection.getRangeAt(0));
    if (!piece.querySelector('.md, .md *') || !piece.querySelector(NOT_AS_SHOWN)) return;
    withoutControls(piece);
    event.clipboardData.setData('text/plain', textOf(piece));
    event.clipboardData.setData('text/html', plainHtml(piece));
    event.preventDefault();
  });
}

/** A copy of what a range holds, inside copies of what that lies in. A formula is taken whole. */
function selected(range: Range): HTMLElement {
  const whole = range.cloneRange();
  const formula = (node: Node) =>
    (node instanceof Element ? node : node.parentElement)?.closest('.md-maths[data-tex]');
  const [first, last] = [formula(range.startContainer), formula(range.endContainer)];
  if (first) whole.setStartBefore(first);
  if (last) whole.setEndAfter(last);
  const piece = document.createElement('div');
  piece.append(whole.cloneContents());
  const { commonAncestorContainer: common } = whole;
  let at = common instanceof Element ? common : common.parentElement;
  for (; at?.closest('.column'); at = at.parentElement) {
    const shell = at.cloneNode(false) as Element;
    shell.append(...piece.childNodes);
    piece.append(shell);
  }
  return piece;
}

function withoutControls(piece: Element): void {
  for (const element of piece.querySelectorAll<HTMLElement>(NOT_AS_SHOWN)) {
    if (element.classList.contains('md-task')) {
      element.replaceWith(element.classList.contains('md-task-done') ? '[x] ' : '[ ] ');
    } else if (element.dataset['tex'] !== undefined) element.replaceWith(element.dataset['tex']);
    else element.remove();
  }
}

/** The text as it would be selected where it is shown, with its lines and cells. */
function textOf(piece: HTMLElement): string {
  piece.className = 'hidden';
  // Turns out of view are not laid out, and have no text then.
  for (const turn of piece.querySelectorAll('.turn')) turn.classList.remove('turn');
  document.body.append(piece);
  const text = piece.innerText;
  piece.remove();
  return text.trim();
}

const KEPT = /^(?:href|start|dir|title)$/;

/** HTML without the page's classes. Headings are of the level they were written with. */
function plainHtml(piece: Element): string {
  for (const element of [...piece.querySelectorAll('*')]) {
    const level = /\bmd-h(\d)/.exec(element.className)?.[1];
    const side = /\bmd-(left|center|right)\b/.exec(element.className)?.[1];
    for (const { name } of [...element.attributes]) if (!KEPT.test(name)) element.removeAttribute(name);
    if (side) element.setAttribute('align', side);
    if (level) {
      const heading = document.createElement(`h${level}`);
      heading.append(...element.childNodes);
      element.replaceWith(heading);
    }
  }
  return piece.innerHTML;
}
