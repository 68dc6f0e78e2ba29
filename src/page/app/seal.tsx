/** The product's mark, as in `public/icon.svg`. */
export function Seal() {
  return (
    <svg class="seal" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M10 23V9l12 14V9" />
    </svg>
  );
}
