import { useTexts } from '../i18n/index.js';

/** Where admins look after users and the server's state. Loaded when one of its pages is opened. */
export default function AdminPages() {
  return <h1>{useTexts().account.admin}</h1>;
}
