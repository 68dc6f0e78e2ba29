/** Files of a question as they are shown: pictures small and, at a tap, whole; texts folded; the rest by name. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp, useTranslate } from '../app/app-context.ts';
import { Icon } from '../app/icon.tsx';
import { type Attachment, altText, sizeText } from './attachment.ts';

interface FilesViewProps {
  readonly attachments: readonly Attachment[];
  /** Takes a file away; without it they only are shown. */
  readonly remove?: (attachment: Attachment) => void;
  /** Puts a text file's words into the field. */
  readonly unfold?: (attachment: Attachment, text: string) => void;
}

export function FilesView({ attachments, remove, unfold }: FilesViewProps) {
  const t = useTranslate();
  const [whole, setWhole] = useState<{ address: string; name: string } | null>(null);
  return (
    <>
      <ul class="files" aria-label={t('files')}>
        {attachments.map((attachment) => (
          <li key={attachment.id} class={attachment.kind}>
            <FileView
              attachment={attachment}
              show={(address) => setWhole({ address, name: attachment.name })}
              unfold={unfold}
            />
            {remove && (
              <button
                type="button"
                class="quiet remove"
                aria-label={t('removeFile', { name: attachment.name })}
                onClick={() => remove(attachment)}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {whole && <WholePicture {...whole} close={() => setWhole(null)} />}
    </>
  );
}

interface FileViewProps {
  readonly attachment: Attachment;
  show(address: string): void;
  readonly unfold: FilesViewProps['unfold'];
}

function FileView({ attachment, show, unfold }: FileViewProps) {
  const t = useTranslate();
  const blob = useBlob(attachment.id);
  const address = useAddress(blob);
  const { kind, name, bytes } = attachment;
  if (kind === 'image') {
    return (
      <button
        type="button"
        class="picture"
        title={name}
        disabled={!address}
        onClick={() => address && show(address)}
      >
        {address ? (
          <img src={address} alt={altText(name)} />
        ) : (
          <span>{t(blob === null ? 'fileGone' : 'fileLoading')}</span>
        )}
      </button>
    );
  }
  const head = (
    <>
      <strong>{name}</strong> <small>{sizeText(bytes)}</small>
    </>
  );
  if (kind === 'text') return <TextFile attachment={attachment} blob={blob} head={head} unfold={unfold} />;
  return address ? (
    <a href={address} download={name}>
      {head}
    </a>
  ) : (
    <span>{head}</span>
  );
}

interface TextFileProps {
  readonly attachment: Attachment;
  readonly blob: Blob | null | undefined;
  readonly head: preact.ComponentChildren;
  readonly unfold: FilesViewProps['unfold'];
}

function TextFile({ attachment, blob, head, unfold }: TextFileProps) {
  const t = useTranslate();
  const [text, setText] = useState<string | null>(null);
  const read = async () => {
    if (blob && text === null) setText(await blob.text());
  };
  return (
    <details onToggle={(event) => event.currentTarget.open && void read()}>
      <summary>{head}</summary>
      {/* A box that scrolls must be reachable by keyboard. */}
      <textarea class="code" readOnly rows={8} aria-label={attachment.name} value={text ?? ''} />
      {unfold && text !== null && (
        <button type="button" onClick={() => unfold(attachment, text)}>
          {t('unfoldText')}
        </button>
      )}
    </details>
  );
}

function WholePicture({ address, name, close }: { address: string; name: string; close(): void }) {
  const t = useTranslate();
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog class="whole-picture" ref={box} aria-label={name} onClose={close} closedby="any">
      <img src={address} alt={altText(name)} />
      <p>
        <span>{name}</span>
        <button type="button" class="quiet" aria-label={t('close')} onClick={() => box.current?.close()}>
          <Icon name="close" />
        </button>
      </p>
    </dialog>
  );
}

/** The bytes of a file: undefined until they are read, null where they are gone. */
function useBlob(id: string): Blob | null | undefined {
  const app = useApp();
  const [blob, setBlob] = useState<Blob | null>();
  useEffect(() => {
    let current = true;
    void app.store.get('files', id).then((row) => current && setBlob(row?.blob ?? null));
    return () => {
      current = false;
    };
  }, [id]);
  return blob;
}

function useAddress(blob: Blob | null | undefined): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}
