/** What somebody who is signed in sees: everything for the operator, their own for the holder of a key. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Seal } from '../app/seal.tsx';
import { BudgetCard } from './budget.tsx';
import { Chart } from './chart.tsx';
import { ExportRows } from './export-view.tsx';
import { failureWords, isSessionEnd } from './failure-words.ts';
import { FiguresTable } from './figures-table.tsx';
import { Filters } from './filters.tsx';
import { guideAddress } from './guide-address.ts';
import { keyNames } from './key-names.ts';
import { KeysSection } from './keys-section.tsx';
import { type ChosenPeriod, dayOf, type Period, periodOf } from './period.ts';
import type { Key, Report } from './report.ts';
import { fetchKeys, fetchOwnKey, fetchReport, type Shown } from './server.ts';
import { useSpeech } from './speech.ts';
import { Tiles } from './tiles.tsx';
import { Unpriced } from './unpriced.tsx';

interface DashboardProps {
  /** Who is signed in: `token`, or a key by its id. */
  readonly login: string;
  /** The login no longer holds. */
  onEnded(): void;
  onSignOut(): void;
}

/** What was asked, with what the server said. */
interface Loaded {
  readonly report: Report;
  readonly period: Period;
  /** Every key for the operator, the own one for its holder. */
  readonly keys: readonly Key[];
}

const ALL: Shown = { key: '', model: '' };

export function Dashboard({ login, onEnded, onSignOut }: DashboardProps) {
  const { t, locale } = useSpeech();
  const isOperator = login === 'token';
  const [chosen, setChosen] = useState<ChosenPeriod>(() => startingPeriod(nowS()));
  const [shown, setShown] = useState<Shown>(ALL);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const asked = useRef(0);

  const load = useCallback(async () => {
    const period = periodOf(chosen, nowS());
    if (period === null) return;
    asked.current += 1;
    const turn = asked.current;
    setBusy(true);
    try {
      const [report, keys] = await Promise.all([
        fetchReport(period, shown),
        isOperator ? fetchKeys() : fetchOwnKey().then((key) => [key]),
      ]);
      // A later question counts, whichever answer comes first.
      if (turn !== asked.current) return;
      setLoaded({ report, period, keys });
      setTrouble('');
    } catch (error) {
      if (turn !== asked.current) return;
      if (isSessionEnd(error)) return onEnded();
      setTrouble(failureWords(error, t));
    } finally {
      if (turn === asked.current) setBusy(false);
    }
  }, [chosen, shown, t]);
  useEffect(() => void load(), [load]);

  const own = isOperator ? undefined : loaded?.keys[0];
  return (
    <>
      <a class="skip" href="#figures">
        {t('skip')}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <Seal />
          NexCode
        </a>
        <nav>
          <a href="/">{t('toChat')}</a>
          <a href={guideAddress(locale)}>{t('guide')}</a>
          <button type="button" onClick={onSignOut}>
            {t('signOut')}
          </button>
        </nav>
      </header>
      <main id="figures" tabIndex={-1}>
        <div class="headline">
          <h1>{t('usageTitle')}</h1>
          <p class="help">
            {isOperator ? t('signedInToken') : t('signedInKey', { name: own?.name || login })}
          </p>
        </div>
        <Filters
          chosen={chosen}
          shown={shown}
          loaded={loaded}
          isOperator={isOperator}
          busy={busy}
          onPeriod={setChosen}
          onShown={setShown}
          onRefresh={load}
        />
        {trouble && (
          <p class="warning" role="alert">
            {trouble}{' '}
            <button type="button" onClick={load}>
              {t('retry')}
            </button>
          </p>
        )}
        {loaded ? (
          <>
            {own && <BudgetCard own={own} />}
            <Figures loaded={loaded} isOperator={isOperator} onChanged={load} />
            {isOperator && (
              <KeysSection keys={loaded.keys} canIssue={loaded.report.booksKeys} onChanged={load} />
            )}
            <ExportRows period={loaded.report} />
          </>
        ) : (
          !trouble && <p role="status">{t('loading')}</p>
        )}
      </main>
    </>
  );
}

interface FiguresProps {
  readonly loaded: Loaded;
  readonly isOperator: boolean;
  onChanged(): void;
}

/** The period's calls: sums, chart and tables, or what to do where there are none. */
function Figures({ loaded, isOperator, onChanged }: FiguresProps) {
  const { report, keys } = loaded;
  const { t } = useSpeech();
  const nameOf = keyNames(keys, t);
  return (
    <>
      <Tiles report={report} keys={keys} />
      {report.total.requests === 0 ? (
        <section class="empty">
          <h2>{t('emptyTitle')}</h2>
          <p>{t(nextStep(loaded, isOperator))}</p>
        </section>
      ) : (
        <>
          <Chart report={report} />
          <Unpriced report={report} isOperator={isOperator} onRepriced={onChanged} />
          <FiguresTable
            title={t('byModel')}
            hasShares
            column={t('model')}
            lines={report.models.map((line) => ({ ...line, name: line.name || t('noModel') }))}
            total={report.total}
          />
          {isOperator && (
            <FiguresTable
              title={t('byKey')}
              hasShares
              column={t('key')}
              lines={report.keys.map((line) => ({ ...line, name: nameOf(line.name) }))}
              total={report.total}
            />
          )}
        </>
      )}
      {isOperator && !report.booksOthers && <p class="help">{t('othersOff')}</p>}
    </>
  );
}

/** What brings calls into an empty period. */
function nextStep({ keys, report }: Loaded, isOperator: boolean) {
  if (!isOperator) return 'emptyKey';
  if (keys.length > 0) return 'emptyOperator';
  return report.booksKeys ? 'emptyIssue' : 'emptyLedger';
}

function startingPeriod(now: number): ChosenPeriod {
  return { name: '30d', from: dayOf(now - 6 * 86_400), to: dayOf(now) };
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}
