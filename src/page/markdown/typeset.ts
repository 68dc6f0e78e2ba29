/**
 * Loaded with the first formula: TeX as MathML, by Temml. Its tree is turned into Preact nodes here, element by element
 * and attribute by attribute, so that nothing is parsed as HTML, styles are set through the CSSOM (a Content Security
 * Policy without inline styles allows that), and only what is listed below can come out of a formula.
 */
import { h, type VNode } from 'preact';
import temml from 'temml';

/** https://w3c.github.io/mathml-core/#mathml-elements-and-attributes */
const ELEMENTS = new Set(
  (
    'math annotation menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms ' +
    'mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics'
  ).split(' '),
);

const ATTRIBUTES = new Set(
  (
    'accent accentunder columnalign columnlines columnspacing columnspan depth dir display displaystyle encoding ' +
    'fence form height largeop linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits ' +
    'notation rowalign rowlines rowspacing rowspan rspace scriptlevel separator side stretchy symmetric voffset width'
  ).split(' '),
);

/** What Temml's tree is made of; its own types leave it open. */
type TreeNode = {
  type?: string;
  text?: string;
  attributes?: Record<string, unknown>;
  classes?: string[];
  style?: Record<string, string>;
  children?: TreeNode[];
};

type Child = VNode | string | Child[];

/** Formulas are as long as a model likes: these bound what one may expand to. */
const LIMITS = { maxExpand: 500, maxSize: [20, 200] as [number, number], strict: false, trust: false };

/** @returns the formula, or nothing where the TeX is wrong */
export function typeset(tex: string, displayMode: boolean): VNode | undefined {
  try {
    const tree = temml.__renderToMathMLTree(tex, {
      ...LIMITS,
      displayMode,
      annotate: true,
      throwOnError: true,
    });
    const node = toNode(tree);
    return typeof node === 'string' || Array.isArray(node) ? undefined : node;
  } catch {
    return undefined;
  }
}

function toNode(node: TreeNode): Child {
  if (typeof node.text === 'string') return node.text;
  const children = (node.children ?? []).map(toNode);
  if (!node.type || !ELEMENTS.has(node.type)) return children;
  const props: { class?: string; style?: Record<string, string>; [attribute: string]: unknown } = {};
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    if (ATTRIBUTES.has(name)) props[name] = String(value);
  }
  const classes = (node.classes ?? []).filter(Boolean).join(' ');
  if (classes) props.class = classes;
  if (node.style && Object.keys(node.style).length > 0) props.style = { ...node.style };
  return h(node.type, props, children);
}
