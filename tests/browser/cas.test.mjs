// A person logs in by CAS at the example program, and out again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, startExample } from './browser.mjs';

let browser, program;

before(async () => {
  program = await startExample('cas_web', 'cas');
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

async function logIn(page) {
  await page.goto(program.url);
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('User name').fill('ann');
  await page.getByLabel('Password').fill('passw0rd!');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Hello, ann' }).waitFor();
}

test('a wrong password shows the form again', async () => {
  const page = await browser.newPage();
  await page.goto(program.url);
  await page.getByRole('link', { name: 'Log in' }).click();
  await screenshot(page, 'cas-login');
  await page.getByLabel('User name').fill('ann');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').textContent(), /Wrong user name or password/);
  await page.close();
});

test('a login shows the user with attributes, and no ticket in the address', async () => {
  const page = await browser.newPage();
  await logIn(page);
  assert.equal(page.url(), program.url);
  const row = page.getByRole('row', { name: 'preferred_username' });
  assert.match(await row.textContent(), /ann/);
  await screenshot(page, 'cas-user');
  await page.close();
});

test('single sign-on asks for no second password, and logging out ends every session', async () => {
  const page = await browser.newPage();
  await page.goto(program.url);
  await page.getByRole('heading', { name: 'Hello, ann' }).waitFor();

  // The program forgets the browser; the server does not.
  const [session] = (await browser.context.cookies(program.url)).filter((c) => c.name === 'session');
  await browser.context.clearCookies({ name: 'session' });
  await page.goto(`${program.url}login`);
  await page.getByRole('heading', { name: 'Hello, ann' }).waitFor();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are not logged in.').waitFor();
  assert.equal(page.url(), program.url);

  // The first session was ended by the server's own request to the program.
  await browser.context.addCookies([session]);
  await page.goto(program.url);
  await page.getByText('You are not logged in.').waitFor();
  await page.goto(`${program.url}login`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.close();
});

test('a ticket that the browser did not ask for is refused', async () => {
  const page = await browser.newPage();
  const answer = await page.goto(`${program.url}cas?ticket=ST-1&state=x`);
  assert.equal(answer.status(), 400);
  await page.close();
});
