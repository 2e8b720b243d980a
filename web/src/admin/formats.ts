import { datesIn } from '../i18n/dates.js';

/** Null is what was not measured. */
type Format = (value: number | null) => string;

export interface Formats {
  count: Format;
  rate: Format;
  /** Milliseconds; longer ones in seconds. */
  ms: Format;
  /** Bytes in MB or GB. */
  bytes: Format;
  percent: Format;
  /** Minutes before now: “−8 min”. */
  minutes(ago: number): string;
  /** How long, in its greatest unit: “3 days”. */
  duration: Format;
  /** When, from now on: “in 3 hours”. */
  inSeconds(seconds: number): string;
  time(at: number): string;
  date(iso: string): string;
}

const NONE = '–';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** The greatest unit of which there is at least one, and how many; seconds where there is none. */
function greatest(ms: number): { unit: (typeof UNITS)[number][0]; count: number } {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3];
  return { unit, count: Math.floor(ms / size) };
}

export function formatsIn(language: string): Formats {
  const format = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const numbers = new Intl.NumberFormat(language, options);
    return (value) => numbers.format(value);
  };
  const unit = (name: string, digits: number, unitDisplay: 'short' | 'long' = 'short') =>
    format({ style: 'unit', unit: name, unitDisplay, maximumFractionDigits: digits });
  const orNone =
    (show: (value: number) => string): Format =>
    (value) =>
      value === null ? NONE : show(value);

  const tenths = format({ maximumFractionDigits: 1 });
  const whole = format({ maximumFractionDigits: 0 });
  const [fineMs, ms, seconds] = [unit('millisecond', 1), unit('millisecond', 0), unit('second', 1)];
  const [megabytes, gigabytes] = [unit('megabyte', 0), unit('gigabyte', 1)];
  const long = { day: unit('day', 0, 'long'), hour: unit('hour', 0, 'long') };
  const lengths = { ...long, minute: unit('minute', 0), second: unit('second', 0) };
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  const dates = datesIn(language);

  return {
    count: orNone(whole),
    rate: orNone((value) => (value < 100 ? tenths(value) : whole(value))),
    ms: orNone((value) => (value < 10 ? fineMs(value) : value < 10_000 ? ms(value) : seconds(value / 1_000))),
    bytes: orNone((value) => (value < 1e9 ? megabytes(value / 1e6) : gigabytes(value / 1e9))),
    percent: orNone(format({ style: 'unit', unit: 'percent', maximumFractionDigits: 0 })),
    duration: orNone((value) => {
      const { unit, count } = greatest(value);
      return lengths[unit](count);
    }),
    minutes: (ago) => lengths.minute(-ago).replace('-', '−'),
    inSeconds: (value) => {
      const { unit, count } = greatest(value * 1_000);
      return relative.format(Math.max(1, count), unit);
    },
    time: dates.time,
    date: dates.day,
  };
}
