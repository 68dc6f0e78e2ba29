/** The time, for views that name days. */
import { useEffect, useState } from 'preact/hooks';

/** Milliseconds since the epoch; the view is drawn again when a new day begins. */
export function useToday(): number {
  const [day, setDay] = useState(0);
  useEffect(() => {
    const midnight = new Date().setHours(24, 0, 0, 0);
    const timer = setTimeout(() => setDay(midnight), midnight - Date.now());
    return () => clearTimeout(timer);
  }, [day]);
  return Date.now();
}
