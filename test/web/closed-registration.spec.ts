import { useWeb } from './harness.js';

describe('where nobody may register', () => {
  const web = useWeb({ ALLOW_REGISTRATION: 'false' });

  it('no account is offered, and who comes by an old address is told', async () => {
    const page = await web.open(undefined, { path: '/register', locale: 'de-DE' });
    await page.getByText('Dieser Server nimmt keine neuen Konten an.').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    await page.getByRole('link', { name: 'Anmelden' }).click();
    await page.getByRole('textbox', { name: 'E-Mail' }).waitFor();
    expect(await page.getByRole('link').count()).toBe(0);
  });
});
