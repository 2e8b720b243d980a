import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { Person, PASSWORD, SETUP_CODE } from '../support/person.js';
import { useWeb } from './harness.js';

const ADMIN = 'admin@example.org';

/** Words that no German sentence has. */
const ENGLISH =
  /\b(the|this|that|please|must|should|your|you|has|have|with|again|wrong|password|account|server’s|characters|and|is|are|too|many|try|not)\b/i;

/** All that people see or hear of a page. */
function words(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const told = [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].flatMap((element) =>
      ['aria-label', 'title', 'placeholder', 'alt'].map((name) => element.getAttribute(name) ?? ''),
    );
    return [document.title, ...document.body.innerText.split('\n'), ...told];
  });
}

describe('a German page', () => {
  const web = useWeb({
    ...{ SETUP_CODE, TRUST_PROXY: 'loopback', LOGIN_ACCOUNT_MAX: '3' },
    ...{ MESSAGE_MAX_CHARS: '200', QUEUE_ATTEMPTS: '1', CONCURRENT_MESSAGE_MAX: '1' },
  });
  beforeEach(() => web.expects(/status of 4\d\d/));

  const open = (person?: Person, path = '/') => web.open(person, { path, locale: 'de-DE' });

  /** What it says, and nothing of it in English. */
  async function says(page: Page, text: string | RegExp): Promise<void> {
    await page.getByText(text).first().waitFor();
    expect((await words(page)).filter((line) => ENGLISH.test(line))).toEqual([]);
  }

  async function register(page: Page, account: { name?: string; email?: string; password?: string }): Promise<void> {
    const { name = 'Ada', email = `${randomUUID()}@example.org`, password = PASSWORD } = account;
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('E-Mail').fill(email);
    await page.getByLabel('Passwort', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
  }

  async function logIn(page: Page, { user }: Person, password: string): Promise<void> {
    await page.getByLabel('E-Mail').fill(user.email);
    await page.getByLabel('Passwort', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Anmelden' }).click();
  }

  async function ask(page: Page, text: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Nachricht' }).fill(text);
    await page.getByRole('button', { name: 'Senden', exact: true }).click();
  }

  // The first, for nobody may have an account yet.
  it('asks for the set-up code, and says that it is wrong', async () => {
    const page = await open(undefined, '/register');
    await register(page, { email: ADMIN });
    await says(page, 'Bitte gib den Einrichtungscode ein.');
    await page.getByLabel('Einrichtungscode').fill('falsch');
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await says(page, 'Dieser Einrichtungscode ist falsch.');
    await page.getByLabel('Einrichtungscode').fill(SETUP_CODE);
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await says(page, 'Was beschäftigt dich, Ada?');
  });

  it('says what is wrong with a new account', async () => {
    const { user } = await web.person();
    const page = await open(undefined, '/register');
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await says(page, 'Bitte fülle das aus.');
    expect(await page.getByLabel('Name').evaluate((field) => field === document.activeElement)).toBe(true);
    // What a browser looks at itself only where somebody typed.
    const password = page.getByLabel('Passwort', { exact: true });
    await password.pressSequentially('kurz');
    await page.getByRole('button', { name: 'Konto anlegen' }).click();
    await says(page, 'Mindestens 8 Zeichen.');
    expect(await password.getAttribute('aria-invalid')).toBe('true');
    await register(page, { email: 'keine' });
    await says(page, 'Das ist keine E-Mail-Adresse.');
    await register(page, { password: 'passwort' });
    await says(page, 'Das ist eines der häufigsten Passwörter. Bitte nimm ein anderes.');
    await register(page, { name: 'Kunigunde', password: 'Kunigunde1!' });
    await says(page, 'Das ist dein eigener Name oder deine Adresse. Bitte nimm ein anderes.');
    await register(page, { password: 'x1!y'.repeat(40) });
    await says(page, 'Höchstens 128 Zeichen.');
    await register(page, { email: user.email });
    await says(page, 'Zu dieser E-Mail-Adresse gibt es schon ein Konto.');
  });

  it('says why somebody does not get in', async () => {
    const [ada, eve] = [await web.person(), await web.person('Eve')];
    const page = await open(undefined, '/login');
    for (let i = 0; i < 3; i++) {
      await logIn(page, ada, `falsch ${i}`);
      await says(page, 'E-Mail oder Passwort ist falsch.');
    }
    await logIn(page, ada, PASSWORD);
    await says(page, /^Das waren zu viele Versuche\. Wieder möglich in \d+ (s|min)\.$/);
    const admin = await Person.logIn(web.url, ADMIN);
    expect((await admin.call('PATCH', `/api/admin/users/${eve.user.id}`, { disabled: true })).status).toBe(200);
    await logIn(page, eve, PASSWORD);
    await says(page, 'Dieses Konto ist gesperrt. Bitte frag, wer diesen Server betreibt.');
  });

  it('says why a question is not answered', async () => {
    const page = await open(await web.person());
    await ask(page, 'Warum? '.repeat(40));
    await says(page, 'Deine Nachricht ist zu lang: Sie darf höchstens 200 Zeichen haben.');
    await page.getByRole('button', { name: 'Zurücknehmen' }).click();
    web.provider.reply = (call) => call.fail(500, {}, { message: 'The engine is overloaded' });
    await ask(page, 'Hallo');
    await says(page, 'Das Modell hat nicht geantwortet.');
    web.provider.reply = (call) => call.fail(401, {}, { message: 'Incorrect API key provided' });
    await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
    await says(page, /nimmt den Schlüssel des Servers nicht an\./);
    await page.reload();
    await says(page, /nimmt den Schlüssel des Servers nicht an\./);
  });

  it('says that a conversation is gone', async () => {
    const ada = await web.person();
    web.provider.reply = (call) => call.say('Ja.').finish();
    const [created] = await ada.askAll('Hallo');
    const page = await open(ada, `/c/${created.data.conversationId}`);
    await page.getByText('Ja.').waitFor();
    await ada.call('DELETE', `/api/convos/${created.data.conversationId}`);
    await page.reload();
    await says(page, 'Dieses Gespräch gibt es nicht (mehr).');
  });
});
