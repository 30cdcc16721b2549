// A person logs in with jAccount at the example program, and out again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, startExample } from './browser.mjs';

let browser, program;

before(async () => {
  program = await startExample('jaccount_web', 'jaccount');
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

async function signIn(page, password) {
  await page.goto(program.url);
  await page.getByRole('link', { name: 'Log in with jAccount' }).click();
  await page.getByLabel('Account').fill('student');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a wrong password shows the form again', async () => {
  const page = await browser.newPage();
  await signIn(page, 'wrong');
  await page.getByRole('alert').waitFor();
  await screenshot(page, 'jaccount-login');
  assert.match(await page.getByRole('alert').textContent(), /Wrong account or password/);
  await page.close();
});

test('who cancels comes back to the program and may try again', async () => {
  const page = await browser.newPage();
  await page.goto(`${program.url}jaccount/login`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'The login has failed' }).waitFor();
  assert.match(await page.locator('.alert').textContent(), /access_denied/);
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.close();
});

test('a login shows the user, and no code in the address', async () => {
  const page = await browser.newPage();
  await signIn(page, 'passw0rd!');
  await page.getByRole('heading', { name: 'Hello, 张三' }).waitFor();
  assert.equal(page.url(), program.url);
  assert.match(await page.getByRole('row', { name: 'Number' }).textContent(), /519021910001/);
  await screenshot(page, 'jaccount-user');
  await page.close();
});

test('the password is asked for again only after logging out', async () => {
  const page = await browser.newPage();
  // The program forgets the browser; jAccount does not.
  await browser.context.clearCookies({ name: 'session' });
  await page.goto(`${program.url}jaccount/login`);
  await page.getByRole('heading', { name: 'Hello, 张三' }).waitFor();

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are not logged in.').waitFor();
  assert.equal(page.url(), program.url);
  await page.goto(`${program.url}jaccount/login`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.close();
});

test('a callback that the browser did not ask for is refused', async () => {
  const page = await browser.newPage();
  await browser.context.clearCookies({ name: 'login' });
  const answer = await page.goto(`${program.url}jaccount/auth?code=c&state=s`);
  assert.equal(answer.status(), 400);
  await page.close();
});
