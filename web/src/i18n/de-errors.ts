import type { Texts } from './en.js';
import { byReason } from './error-words.js';

const OURS = 'Das nimmt der Server von dieser Seite nicht an. Bitte lade die Seite neu.';
const REFUSED = 'Der Anbieter des Modells hat diese Frage abgelehnt.';
const MISCONFIGURED = 'Dieses Modell ist auf dem Server nicht richtig eingerichtet.';
const number = (value: number) => value.toLocaleString('de');
const megabytes = (bytes: number) => number(Math.floor(bytes / 1_000_000));

export const errors: Texts['errors'] = {
  unreachable: 'Der Server ist nicht erreichbar. Bitte sieh nach deiner Verbindung.',
  unavailable: 'Der Server ist gerade nicht verfügbar.',
  maintenance: 'Der Server wird gerade gewartet. Bitte versuche es bald noch einmal.',
  internal: 'Auf dem Server ging etwas schief.',
  validation_failed: 'Etwas darin ist nicht gültig.',
  invalid_credentials: 'E-Mail oder Passwort ist falsch.',
  unauthenticated: 'Bitte melde dich an.',
  session_revoked: 'Diese Sitzung ist beendet. Bitte melde dich wieder an.',
  session_unknown: 'Diese Sitzung ist schon beendet.',
  key_unknown: 'Diesen Schlüssel gibt es nicht (mehr).',
  scope_missing: 'Das darf ein Schlüssel nicht.',
  too_many_keys: ({ maximum }) => `Du hast schon ${maximum} Schlüssel. Widerrufe erst einen.`,
  forbidden: ({ reason }) =>
    byReason(
      reason,
      {
        account_disabled: 'Dieses Konto ist gesperrt. Bitte frag, wer diesen Server betreibt.',
        admins_only: 'Das dürfen nur Admins.',
        keys_off: 'API-Schlüssel sind auf diesem Server abgeschaltet.',
      },
      'Das ist nicht erlaubt.',
    ),
  email_taken: 'Zu dieser E-Mail-Adresse gibt es schon ein Konto.',
  registration_closed: 'Dieser Server nimmt keine neuen Konten an. Bitte frag, wer ihn betreibt.',
  setup_code_required: ({ reason }) =>
    byReason(reason, { wrong: 'Dieser Einrichtungscode ist falsch.' }, 'Bitte gib den Einrichtungscode ein.'),
  user_unknown: 'Dieses Konto gibt es nicht mehr.',
  last_admin: 'Dies ist der letzte Admin. Mach zuerst jemand anderen zum Admin.',
  not_found: 'Das gibt es nicht (mehr).',
  conversation_unknown: 'Dieses Gespräch gibt es nicht (mehr).',
  message_unknown: 'Diese Nachricht gibt es nicht (mehr).',
  endpoint_unknown: 'Diesen Anbieter gibt es nicht mehr. Bitte wähle ein anderes Modell.',
  model_unknown: 'Dieses Modell gibt es nicht mehr. Bitte wähle ein anderes.',
  generation_running: 'Die Antwort davor wird noch geschrieben.',
  model_cannot: ({ of }) =>
    byReason(
      of,
      { image: 'Dieses Modell nimmt keine Bilder.', pdf: 'Dieses Modell nimmt keine PDFs.' },
      'Diesem Modell lässt sich nicht sagen, wie viel es nachdenken soll.',
    ),
  file_unknown: 'Diese Datei gibt es nicht (mehr).',
  file_processing: 'Die Datei wird noch gelesen. Bitte versuche es gleich noch einmal.',
  file_unreadable: ({ reason }) =>
    byReason(
      reason,
      {
        encrypted: 'Diese Datei ist verschlüsselt und lässt sich nicht lesen.',
        too_big: 'In dieser Datei steht zu viel, um sie zu lesen.',
        too_many_pixels: 'Dieses Bild hat zu viele Pixel.',
        took_too_long: 'Es hat zu lange gedauert, diese Datei zu lesen.',
        empty: 'In dieser Datei steht nichts.',
      },
      'Diese Datei lässt sich nicht lesen: Sie ist beschädigt oder nicht das, was sie zu sein scheint.',
    ),
  file_too_large: ({ maximum = 0 }) => `Diese Datei ist zu groß: höchstens ${megabytes(maximum)} MB.`,
  file_type_unsupported: 'Dateien dieser Art lassen sich nicht lesen.',
  file_in_use: 'Diese Datei gehört zu einer Nachricht.',
  quota_exceeded: 'Für deine Dateien ist kein Platz mehr. Lösche welche, die du nicht brauchst.',
  conversation_changed: 'Eine andere Frage kam dazwischen.',
  stream_expired: 'Diese Antwort ist schon zu Ende.',
  idempotency_in_progress: 'Deine Frage wird noch angenommen.',
  idempotency_mismatch: OURS,
  method_not_allowed: OURS,
  unsupported_media_type: OURS,
  headers_too_large: OURS,
  refused: OURS,
  host_not_allowed: 'Unter dieser Adresse antwortet der Server nicht.',
  request_timeout: 'Das Senden hat zu lange gedauert.',
  body_too_large: 'Das ist zu lang, um gesendet zu werden.',
  rate_limited: ({ limit }) => {
    const questions = 'Das waren viele Fragen in kurzer Zeit.';
    const tries = 'Das waren zu viele Versuche.';
    return byReason(
      limit,
      {
        ...{ 'message-user': questions, 'message-ip': questions },
        ...{ login: tries, 'login-account': tries, 'login-account-all': tries, register: tries },
      },
      'Das waren viele Aufrufe in kurzer Zeit.',
    );
  },
  too_many_concurrent: ({ of = 'answers' }) =>
    byReason(
      of,
      { answers: 'Es werden schon so viele deiner Antworten geschrieben, dass für eine weitere kein Platz ist.' },
      'Für dich ist gerade zu viel auf einmal im Gang. Bitte versuche es gleich noch einmal.',
    ),
  token_budget: 'Dein Vorrat an Token ist verbraucht.',
  budget_exhausted: ({ budget }) => `Der Vorrat an Token „${budget}“ ist verbraucht.`,
  queue_full: 'Der Server hat mehr Fragen, als er halten kann.',
  draining: 'Der Server startet neu.',
  upgrading: 'Der Server wird gerade auf eine neue Version gebracht. Bitte versuche es gleich noch einmal.',
  dependency_down: ({ reason, provider = 'Der Anbieter' }) =>
    byReason(
      reason,
      {
        question_stored:
          'Deine Frage ist aufgehoben und wird beantwortet, sobald der Server kann. Bitte stelle sie nicht noch einmal.',
        deletion_goes_on: 'Noch ist nicht alles gelöscht. Es geht von selbst weiter.',
        passwords_busy: 'Gerade melden sich sehr viele an. Bitte versuche es noch einmal.',
        provider: `${provider} antwortet gerade nicht.`,
      },
      'Ein Teil des Servers ist im Augenblick weg.',
    ),
  model_unavailable: 'Das Modell hat nicht geantwortet.',
  model_rate_limited: 'Der Anbieter des Modells ist ausgelastet und nimmt gerade keine Fragen an.',
  model_broken_stream: ({ reason }) =>
    byReason(
      reason,
      {
        no_answer: 'Der Anbieter des Modells hat etwas geschickt, das keine Antwort ist.',
        too_long: 'Die Antwort wurde länger, als dieser Server annimmt, und deshalb abgeschnitten.',
      },
      'Das Modell brach mitten in der Antwort ab.',
    ),
  model_refused: ({ reason }) =>
    byReason(
      reason,
      { content: `${REFUSED} Seine Regeln für Inhalte erlauben sie nicht: Bitte frag auf andere Weise.` },
      REFUSED,
    ),
  model_misconfigured: ({ reason, provider = 'Der Anbieter' }) => {
    const other = `${MISCONFIGURED} ${provider} bietet es hier nicht an: Bitte wähle ein anderes.`;
    return byReason(
      reason,
      {
        key: `${MISCONFIGURED} ${provider} nimmt den Schlüssel des Servers nicht an.`,
        credit: `${MISCONFIGURED} Das Konto des Servers bei ${provider} hat kein Guthaben mehr.`,
        ...{ access: other, model: other },
      },
      MISCONFIGURED,
    );
  },
  context_too_long: 'Dieses Gespräch ist zu lang für das Modell.',
  interrupted: 'Die Antwort wurde unterbrochen.',
  conversation_deleted: 'Das Gespräch wurde gelöscht.',
};

export const fields: Texts['fields'] = {
  required: 'Bitte fülle das aus.',
  empty: 'Bitte fülle das aus.',
  too_short: ({ minimum }) => `Mindestens ${number(minimum)} Zeichen.`,
  too_long: ({ maximum }) => `Höchstens ${number(maximum)} Zeichen.`,
  too_small: ({ minimum }) => `Mindestens ${number(minimum)}.`,
  too_big: ({ maximum }) => `Höchstens ${number(maximum)}.`,
  wrong_type: 'Das ist von der falschen Art.',
  not_one_of: ({ options }) => `Eines von diesen: ${options.filter(Boolean).join(', ')}.`,
  bad_format: ({ format }) =>
    byReason(
      format,
      { email: 'Das ist keine E-Mail-Adresse.', one_line: 'Darin sind Zeichen, die sich nicht zeigen lassen.' },
      'Das ist nicht lesbar.',
    ),
  guessable_password: ({ reason }) =>
    byReason(
      reason,
      {
        common: 'Das ist eines der häufigsten Passwörter. Bitte nimm ein anderes.',
        product: 'Das ist der Name dieses Programms. Bitte nimm ein anderes.',
      },
      'Das ist dein eigener Name oder deine Adresse. Bitte nimm ein anderes.',
    ),
  unknown_field: 'Das kennt der Server nicht.',
  in_the_past: 'Das ist schon vorbei.',
  repeated: 'Das kommt doppelt vor.',
  conflicts: 'Das passt nicht zum Rest.',
  one_required: 'Hier fehlt etwas.',
  too_deep: 'Das ist zu viel auf einmal.',
  too_many: 'Das ist zu viel auf einmal.',
  more_errors: ({ count }) => `Und ${number(count)} weitere.`,
  invalid: 'Das ist nicht gültig.',
};
