/** A request that a button makes. */
import { useState } from 'preact/hooks';
import { failureWords } from './failure-words.ts';
import { useSpeech } from './speech.ts';

/** Whether the request is under way, and what the reader is told where it failed. One is made at a time. */
export function useAttempt() {
  const { t } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setTrouble('');
    try {
      await work();
    } catch (error) {
      setTrouble(failureWords(error, t));
    }
    setBusy(false);
  };
  return { busy, trouble, attempt };
}
