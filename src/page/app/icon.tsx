/** The page's few icons, drawn for it on a grid of 24, one stroke. Decorative: their buttons have names. */
const PATHS = {
  plus: 'M12 5v14M5 12h14',
  menu: 'M4 7h16M4 12h16M4 17h10',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.5 16.5 20 20',
  settings: 'M4 8h9M17 8h3M15 5.8v4.4M4 16h3M11 16h9M9 13.8v4.4',
  tune: 'M6 4v5M6 13v7M12 4v9M12 17v3M18 4v2M18 10v10M3.5 9h5M9.5 17h5M15.5 6h5',
  bin: 'M5 7h14M10 4h4M7 7l1 13h8l1-13',
  clip: 'M18.5 11.5l-6.8 6.8a4.2 4.2 0 0 1-6-6l7.6-7.6a2.8 2.8 0 0 1 4 4l-7.4 7.4a1.4 1.4 0 0 1-2-2l6.6-6.6',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  check: 'M5 12.5 10 17 19 7',
  again: 'M19 12a7 7 0 1 1-2-5M19 4v4h-4',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  more: 'M5.5 12h1M11.5 12h1M17.5 12h1',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  hidden: 'M4 4l16 16M10 6.2A9 9 0 0 1 21 12a13 13 0 0 1-2 2.6M6.5 7.5A13 13 0 0 0 3 12a9.5 9.5 0 0 0 12.5 5',
  close: 'M6 6l12 12M18 6 6 18',
  left: 'M14 6l-6 6 6 6',
  right: 'M10 6l6 6-6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  book: 'M12 6.5C10 5 7 4.7 4 5v13c3-.3 6 0 8 1.5 2-1.5 5-1.8 8-1.5V5c-3-.3-6 0-8 1.5zM12 6.5v13',
  server: 'M5 5h14v6H5zM5 13h14v6H5zM8.5 8h.01M8.5 16h.01',
  key: 'M8 15a4 4 0 1 1 3.5-6H21v3h-2v3h-3v-3h-4.5A4 4 0 0 1 8 15z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
