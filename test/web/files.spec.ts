import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { eventually } from '../support/eventually.js';
import { PHONE, useWeb } from './harness.js';
import { answered, ask, field, focused, row, thread } from './steps.js';

interface TestFile {
  name: string;
  type: string;
  bytes: Buffer;
}

const picture = (background: string, width = 640, height = 400) =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

/** What a browser hands the page where files are pasted or dropped. */
async function hand(page: Page, kind: 'paste' | 'drop', files: TestFile[]): Promise<void> {
  const given = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') }));
  await page.evaluate(
    ([kind, given]) => {
      const held = new DataTransfer();
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        held.items.add(new File([bytes], name, { type }));
      }
      const target = document.getElementById('composer')!;
      const init = { bubbles: true, cancelable: true };
      if (kind === 'paste') target.dispatchEvent(new ClipboardEvent('paste', { ...init, clipboardData: held }));
      else {
        for (const type of ['dragenter', 'dragover', 'drop']) {
          target.dispatchEvent(new DragEvent(type, { ...init, dataTransfer: held }));
        }
      }
    },
    [kind, given] as const,
  );
}

/** As by the button and the window that it opens. */
async function choose(page: Page, ...files: TestFile[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Attach files' }).click(),
  ]);
  await chooser.setFiles(files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: bytes })));
}

const attached = (page: Page) => page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
const arrived = (page: Page, name: string) => page.getByText(`${name} is attached.`).waitFor({ state: 'attached' });
const isDrawn = (page: Page, name: string) =>
  eventually(() =>
    row(page, '')
      .getByRole('button', { name: `Open ${name}` })
      .locator('img')
      .evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth > 0),
  );

describe('files that go with a question', () => {
  const web = useWeb({ OPENAI_MODELS: 'gpt-4o,gpt-3.5-turbo' });
  let red: TestFile;
  let blue: TestFile;
  const notes: TestFile = { name: 'notes.md', type: 'text/markdown', bytes: Buffer.from('# Leases\n\nThey end.\n') };
  beforeAll(async () => {
    red = { name: 'red.png', type: 'image/png', bytes: await picture('red') };
    blue = { name: 'blue.png', type: 'image/png', bytes: await picture('blue', 300, 900) };
  });

  it('are pasted, seen by the model, there after a reload, and opened large', async () => {
    const page = await web.open(await web.person());
    await field(page).waitFor();
    await hand(page, 'paste', [red]);
    await arrived(page, 'red.png');
    await ask(page, 'What colour is it?');
    const call = await web.provider.call(0);
    expect(JSON.stringify(call.body.messages)).toContain('data:image/');
    call.say('It is ', 'red.');
    await thread(page).getByText('It is red.').waitFor();
    call.finish();
    await answered(page);
    await isDrawn(page, 'red.png');
    expect(await attached(page).count()).toBe(0);

    await page.waitForURL(/\/c\//);
    await page.reload();
    await isDrawn(page, 'red.png');
    await page.getByRole('button', { name: 'Open red.png' }).click();
    const dialog = page.getByRole('dialog', { name: 'red.png' });
    await dialog.getByText('640 × 400').waitFor();
    await dialog.getByRole('img', { name: 'red.png' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Open red.png');
  });

  it('are dropped, three at once, asked without a word, and kept by an edit and another answer', async () => {
    web.provider.reply = (call) => call.say(`Answer ${web.provider.calls.length}.`).finish();
    const page = await web.open(await web.person());
    await field(page).waitFor();
    await hand(page, 'drop', [red, blue, notes]);
    await eventually(async () => (await attached(page).count()) === 3);
    await arrived(page, 'notes.md');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await answered(page);
    const sent = () => JSON.stringify(web.provider.calls.at(-1)!.body.messages);
    expect(sent().match(/data:image\//g)).toHaveLength(2);
    expect(sent()).toContain('They end.');
    await isDrawn(page, 'blue.png');

    await page.getByRole('button', { name: 'Answer again' }).click();
    await page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
    await answered(page);
    expect(sent().match(/data:image\//g)).toHaveLength(2);

    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.getByRole('button', { name: 'Remove blue.png' }).click();
    await page.getByRole('textbox', { name: 'Edit' }).fill('Only the red one?');
    await page.getByRole('button', { name: 'Send', exact: true }).first().click();
    await row(page, 'Only the red one?').waitFor();
    await answered(page);
    expect(sent().match(/data:image\//g)).toHaveLength(1);
    expect(await page.getByRole('button', { name: 'Open blue.png' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Open notes.md' }).click();
    await page.getByRole('dialog', { name: 'notes.md' }).getByText('They end.').waitFor();
  });

  it('are refused in words, and nothing is sent until they are taken away', async () => {
    web.expects(/status of 415.*\/api\/files/);
    const page = await web.open(await web.person());
    await field(page).fill('Run this');
    await choose(page, {
      name: 'setup.png',
      type: 'image/png',
      bytes: Buffer.from(`MZ${'\0'.repeat(500)}PE\0\0`, 'latin1'),
    });
    await attached(page).getByText('Files of this kind can’t be read.').waitFor();
    expect(await page.getByRole('button', { name: 'Send', exact: true }).getAttribute('aria-disabled')).toBe('true');
    await field(page).press('Enter');
    expect(await page.getByRole('button', { name: 'Try setup.png again' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Remove setup.png' }).press('Enter');
    expect(await focused(page)).toBe('Message');
    await field(page).press('Enter');
    expect((await web.provider.call(0)).body.messages.at(-1).content).toContain('Run this');
    expect(web.provider.calls).toHaveLength(1);
  });

  it('show how far they have come, and can be cancelled', async () => {
    const person = await web.person();
    const page = await web.open(person);
    await field(page).waitFor();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    const upload = (uploadThroughput: number) =>
      devtools.send('Network.emulateNetworkConditions', {
        ...{ offline: false, latency: 0, downloadThroughput: -1 },
        uploadThroughput,
      });
    await upload(2_000_000);
    const large = { name: 'large.txt', type: 'text/plain', bytes: Buffer.alloc(25_000_000, 'All work and no play. ') };
    await choose(page, large);
    const bar = page.getByRole('progressbar', { name: 'Sending large.txt' });
    await eventually(async () => Number(await bar.getAttribute('value')) > 100_000);
    expect(await bar.getAttribute('max')).toBe('25000000');
    await page.getByRole('button', { name: 'Cancel large.txt' }).click();
    await bar.waitFor({ state: 'hidden' });
    await upload(-1);
    const files = async () => (await person.get('/api/files')).items as { filename: string }[];
    await eventually(async () => (await files()).length === 0);

    await choose(page, notes);
    await arrived(page, 'notes.md');
    // What is typed, and what goes with it, is there after a reload.
    await field(page).fill('Read this');
    await page.reload();
    await attached(page).getByText('notes.md').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    expect(JSON.stringify((await web.provider.call(0)).body.messages)).toContain('They end.');
  });

  it('are too many where there are more than ten, and unseen by a model that takes none', async () => {
    const page = await web.open(await web.person());
    await field(page).waitFor();
    const many = Array.from({ length: 11 }, (_, at) => ({ ...notes, name: `${at}.md` }));
    await choose(page, ...many);
    await page.getByText('At most 10 files go with one question.').waitFor();
    expect(await attached(page).count()).toBe(10);
    await page.getByRole('button', { name: 'Remove 0.md' }).click();
    await hand(page, 'paste', [red]);
    await page.getByRole('button', { name: /^Model: / }).click();
    await page.getByRole('menuitemradio', { name: 'gpt-3.5-turbo' }).click();
    await page.getByText('This model takes no pictures.').waitFor();
    await arrived(page, 'red.png');

    web.expects(/status of 422.*\/api\/ask/);
    await ask(page, 'What is it?');
    await page.getByRole('alert').getByText('This model takes no pictures.').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await eventually(async () => (await attached(page).count()) === 10);
    expect(await field(page).inputValue()).toBe('What is it?');
  });

  it('of which the model was shown passages name these as sources, and each opens at its place', async () => {
    web.provider.reply = (call) => call.say('For 30 seconds.').finish();
    const day = (at: number) => `On day ${at} nothing of note was seen, and nobody was woken. `.repeat(40);
    const kept = (at: number) => `Quokka number ${at} sleeps for 30 seconds.\n\n`;
    const days = Array.from({ length: 200 }, (_, at) => `${day(at)}\n\n${at % 20 === 10 ? kept(at) : ''}`).join('');
    const page = await web.open(await web.person());
    await field(page).waitFor();
    await choose(page, { name: 'diary.md', type: 'text/markdown', bytes: Buffer.from(days) });
    await arrived(page, 'diary.md');
    await ask(page, 'How long does a quokka sleep?');
    await answered(page);
    const sources = page.getByRole('region', { name: 'Sources' });
    await sources.getByRole('button', { name: 'Show all 10 sources' }).click();
    const each = sources.getByRole('listitem').getByRole('button');
    expect(await each.count()).toBe(10);
    await sources.getByRole('button', { name: 'Show fewer sources' }).press('Enter');
    expect(await each.count()).toBe(6);
    await each.nth(1).click();
    await page.getByRole('dialog', { name: 'diary.md' }).locator('mark').getByText('Quokka number 30').waitFor();
    await page.keyboard.press('Escape');

    await page.reload();
    await sources.getByRole('button', { name: 'Show all 10 sources' }).waitFor();
  });

  it('are exported with their conversation', async () => {
    web.provider.reply = (call) => call.say('Red.').finish();
    const page = await web.open(await web.person());
    await field(page).waitFor();
    await choose(page, red);
    await arrived(page, 'red.png');
    await ask(page, 'Which colour?');
    await answered(page);
    await page.getByRole('button', { name: 'Actions for' }).last().click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export as Markdown' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.zip$/);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const archive = Buffer.concat(chunks).toString('latin1');
    expect(archive).toMatch(/!\[red\.png\]\(<files\/\S+ red\.png>\)/);
    expect(archive).toContain('PNG');
  });

  it('are chosen, or taken as a picture, on a phone, and can be hit with a finger', async () => {
    web.provider.reply = (call) => call.say('Rot.').finish();
    const phone = { viewport: PHONE, hasTouch: true, isMobile: true, locale: 'de-DE' };
    const page = await web.open(await web.person(), phone);
    await page.getByRole('button', { name: 'Dateien anhängen' }).tap();
    await page.getByRole('menuitem', { name: 'Foto aufnehmen' }).waitFor();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('menuitem', { name: 'Dateien auswählen' }).tap(),
    ]);
    expect(chooser.isMultiple()).toBe(true);
    await chooser.setFiles([red, notes].map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: bytes })));
    const remove = page.getByRole('button', { name: 'red.png entfernen' });
    await remove.waitFor();
    await page.getByText('notes.md ist angehängt.').waitFor({ state: 'attached' });
    const { width, height } = (await remove.boundingBox())!;
    expect(Math.round(Math.min(width, height))).toBeGreaterThanOrEqual(44);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await page.getByRole('textbox', { name: 'Nachricht' }).fill('Welche Farbe?');
    await page.getByRole('button', { name: 'Senden', exact: true }).tap();
    await page.getByRole('list', { name: 'Gespräch', exact: true }).getByText('Rot.').waitFor();
    await page.getByRole('button', { name: 'notes.md öffnen' }).tap();
    await page.getByRole('dialog', { name: 'notes.md' }).getByText('They end.').waitFor();
    await page.getByRole('button', { name: 'Schließen' }).tap();
  });
});
