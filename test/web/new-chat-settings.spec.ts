import { PASSWORD } from '../support/person.js';
import { useWeb } from './harness.js';
import { answered, ask, field, list, said } from './steps.js';

describe('instructions for a new chat', () => {
  const web = useWeb();

  it('stay over a click beside them and over a look at another conversation, until they were asked with', async () => {
    web.provider.reply = (call) => call.say('Yes.').finish();
    const ada = await web.person();
    await ada.askAll('Another');
    const page = await web.open(ada);
    const settings = page.getByRole('button', { name: 'Instructions and temperature' });
    const instructions = page.getByRole('textbox', { name: 'Instructions' });
    await settings.click();
    await instructions.fill('Be brief.');
    await page.mouse.click(5, 5);
    expect(await instructions.inputValue()).toBe('Be brief.');
    await page.getByRole('button', { name: 'Save' }).click();
    await list(page).getByText('Another').click();
    await said(page, 'Yes.').waitFor();
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('heading', { name: 'What’s on your mind' }).waitFor();
    await ask(page, 'One');
    await answered(page);
    expect(web.provider.calls[1].body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });

    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('heading', { name: 'What’s on your mind' }).waitFor();
    await settings.click();
    expect(await instructions.inputValue()).toBe('');
    // Nothing was changed, so nothing is lost.
    await page.mouse.click(5, 5);
    await instructions.waitFor({ state: 'detached' });
  });

  it('and its temperature and model stay over a reload, for nobody else, until they were asked with', async () => {
    web.provider.reply = (call) => call.say('Yes.').finish();
    const [ada, bob] = [await web.person('Ada'), await web.person('Bob')];
    const page = await web.open(ada);
    const settings = page.getByRole('button', { name: 'Instructions and temperature' });
    const instructions = page.getByRole('textbox', { name: 'Instructions' });
    await page.getByRole('button', { name: 'Model: ' }).click();
    await page.getByRole('menuitemradio', { name: 'gpt-other' }).click();
    await settings.click();
    await instructions.fill('Be brief.');
    await page.getByText('Set by me').click();
    await page.getByRole('slider').fill('0.3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.reload();
    await settings.click();
    expect(await instructions.inputValue()).toBe('Be brief.');
    expect(await page.getByRole('slider').inputValue()).toBe('0.3');
    await page.getByRole('button', { name: 'Cancel' }).click();

    // Ada's session ends, without her logging out, and somebody else logs in at this tab.
    const logIn = async (email: string) => {
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      await field(page).waitFor();
    };
    web.expects(/status of 401/);
    await page.context().clearCookies();
    await page.reload();
    await logIn(bob.user.email);
    await page.getByRole('button', { name: 'Model: gpt-test' }).waitFor();
    await settings.click();
    expect(await instructions.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.context().clearCookies();
    await page.reload();
    await logIn(ada.user.email);
    await page.getByRole('button', { name: 'Model: gpt-other' }).waitFor();
    await ask(page, 'One');
    await answered(page);
    const [{ body }] = web.provider.calls;
    expect(body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    expect([body.model, body.temperature]).toEqual(['gpt-other', 0.3]);

    // They belong to that conversation now, and to no further one.
    await settings.click();
    expect(await instructions.inputValue()).toBe('Be brief.');
    await page.goto(web.url);
    await settings.click();
    expect(await instructions.inputValue()).toBe('');
    expect(await page.getByText('As the model has it').isChecked()).toBe(true);
  });

  it('what is set for the next chat while a first question is on its way is not lost with it', async () => {
    const page = await web.open(await web.person());
    const settings = page.getByRole('button', { name: 'Instructions and temperature' });
    const instructions = page.getByRole('textbox', { name: 'Instructions' });
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    await page.route('**/api/ask/*', async (route) => {
      await held;
      await route.continue();
    });
    await ask(page, 'One');
    await said(page, 'One').waitFor();
    await settings.click();
    await instructions.fill('Be brief.');
    await page.getByRole('button', { name: 'Save' }).click();
    goOn();
    (await web.provider.call(0)).say('Yes.').finish();
    await answered(page);
    await page.getByRole('button', { name: 'New chat' }).click();
    await settings.click();
    expect(await instructions.inputValue()).toBe('Be brief.');
  });
});
