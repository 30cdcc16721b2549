// A person logs in by SAML at the example program, and out again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, screenshot, startExample } from './browser.mjs';

let browser, program;

before(async () => {
  program = await startExample('saml_web', 'saml');
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await program?.stop();
});

async function signIn(page, password) {
  await page.goto(program.url);
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('User name').fill('ann');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a wrong password shows the form again', async () => {
  const page = await browser.newPage();
  await signIn(page, 'wrong');
  await page.getByRole('alert').waitFor();
  await page.close();
});

test('a login shows the user with attributes, and logging out ends it everywhere', async () => {
  const page = await browser.newPage();
  await signIn(page, 'passw0rd!');
  await page.getByRole('heading', { name: 'Hello, ann' }).waitFor();
  assert.equal(page.url(), program.url);
  assert.match(await page.getByRole('row', { name: 'username' }).textContent(), /ann/);
  await screenshot(page, 'saml-user');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are not logged in.').waitFor();

  // The identity provider has forgotten the session, too.
  await page.getByRole('link', { name: 'Log in' }).click();
  await page.getByLabel('Password').waitFor();
  await page.close();
});

test('metadata is there for the identity provider', async () => {
  const answer = await fetch(new URL('metadata', program.url));
  assert.match(await answer.text(), /SPSSODescriptor/);
});
