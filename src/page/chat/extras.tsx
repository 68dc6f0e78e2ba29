/** What an answer holds beside its text: images, the tools that the model asks for, and its sources. */
import { useState } from 'preact/hooks';
import { useTranslate } from '../app/app-context.ts';
import { ELSEWHERE, safeLink } from '../markdown/safe-link.ts';
import type { Message } from './types.ts';

export function Extras({ message }: { readonly message: Message }) {
  const t = useTranslate();
  return (
    <>
      {message.images?.map((address) => (
        <p key={address}>
          <AnswerImage address={address} />
        </p>
      ))}
      {message.tools?.map((tool, index) => (
        <details key={index} class="reasoning">
          <summary>{t('toolCall', { name: tool.name || '?' })}</summary>
          <p translate={false}>{pretty(tool.arguments)}</p>
        </details>
      ))}
      {message.sources && (
        <details class="reasoning" open>
          <summary>{t('sources')}</summary>
          <ol>
            {message.sources.map(({ url, title }) => (
              <li key={url} dir="auto">
                <SourceLink url={url} title={title} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** Images of types that hold no script. */
const INLINE_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp|avif)[;,]/i;

/** A chip. What lies elsewhere opens in a tab of its own; what came with the answer is shown on request. */
function AnswerImage({ address }: { readonly address: string }) {
  const t = useTranslate();
  const [shown, setShown] = useState(false);
  if (shown) return <img src={address} alt={t('image')} />;
  if (INLINE_IMAGE.test(address)) {
    return (
      <button type="button" onClick={() => setShown(true)}>
        {t('showImage')}
      </button>
    );
  }
  const link = safeLink(address);
  if (!link) return <span class="md-image">{t('image')}</span>;
  return (
    <a class="md-image" href={link.href} {...ELSEWHERE}>
      <span class="md-image-name">{t('image')}</span>
      <span class="md-image-host">{link.host}</span>
    </a>
  );
}

function SourceLink({ url, title }: { readonly url: string; readonly title: string }) {
  const link = safeLink(url);
  if (!link) return title || url;
  return (
    <a href={link.href} {...ELSEWHERE}>
      {title || link.host}
    </a>
  );
}

/** Arguments are JSON in one line: they are set out, or shown as they came where they are none. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
