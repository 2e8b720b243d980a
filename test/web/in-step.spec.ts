import { useWeb } from './harness.js';
import { answered, ask, field, list, said } from './steps.js';

describe('two devices of one person', () => {
  const web = useWeb({ DEMO_TEXT: 'Yes.' });

  it('an answer started on one streams on the other', async () => {
    const ada = await web.person();
    const phone = await web.open(ada);
    const desk = await web.open(ada);
    await field(desk).waitFor();
    await ask(phone, 'Define the term');
    const call = await web.provider.call(0);
    call.say('An epoch ');
    await list(desk).getByText('Define the term').click();
    await said(desk, 'An epoch').waitFor();
    call.say('is a term of office.');
    await said(desk, 'An epoch is a term of office.').waitFor();
    await said(phone, 'An epoch is a term of office.').waitFor();
    call.finish();
    await Promise.all([answered(desk), answered(phone)]);

    await ask(desk, 'Go on');
    await said(phone, 'Go on').waitFor();
    const second = await web.provider.call(1);
    second.say('It ends.');
    second.finish();
    await said(phone, 'It ends.').waitFor();
  });

  it('what is renamed, and what is deleted, is so on both', async () => {
    web.provider.reply = (call) => {
      call.say('Yes.');
      call.finish();
    };
    const ada = await web.person();
    await ada.askAll('First question');
    const one = await web.open(ada);
    const other = await web.open(ada);
    const title = list(other).getByText('First question');
    await title.waitFor();
    const { items } = await ada.get('/api/convos');
    await ada.call('PATCH', `/api/convos/${items[0].id}`, { title: 'A better title' });
    for (const page of [one, other]) await list(page).getByText('A better title').waitFor();
    await ada.call('DELETE', `/api/convos/${items[0].id}`);
    for (const page of [one, other]) await list(page).getByText('A better title').waitFor({ state: 'detached' });
  });

  it('a session that is ended on one is out on the other', async () => {
    const ada = await web.person();
    web.expects(/status of 401/);
    const page = await web.open(ada);
    await field(page).waitFor();
    const { items } = await ada.get('/api/auth/sessions');
    for (const { id, current } of items) if (!current) await ada.call('DELETE', `/api/auth/sessions/${id}`);
    await page.getByRole('button', { name: 'Log in' }).waitFor();
  });

  it('two tabs of one browser: who logs in as somebody else does so in both', async () => {
    const ada = await web.person('Ada');
    const bob = await web.person('Bob');
    await ada.askAll('Of Ada', 'demo');
    const page = await web.open(ada);
    await list(page).getByText('Of Ada').waitFor();
    const tab = await page.context().newPage();
    await tab.goto(web.url);
    await list(tab).getByText('Of Ada').waitFor();
    await tab.getByRole('button', { name: 'Account: Ada' }).click();
    await tab.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    await tab.getByLabel('E-mail').fill(bob.user.email);
    await tab.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await tab.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('What’s on your mind, Bob?').waitFor();
    expect(await page.getByText('Of Ada').count()).toBe(0);
  });
});
