import { CONTENT_FORMS, type ContentAddress, type ContentForm } from './file-contents.js';

/** `<sha256>.<contentId>.<form>`: how an address is written where it is a name. */
export function nameOf({ sha256, contentId, form }: ContentAddress): string {
  return `${sha256}.${contentId}.${form}`;
}

const NAME = new RegExp(`^([0-9a-f]{64})\\.([0-9a-f-]{36})\\.(${CONTENT_FORMS.join('|')})$`);

/** The address in a name; undefined where it is none. */
export function addressOf(name: string): ContentAddress | undefined {
  const [, sha256, contentId, form] = NAME.exec(name) ?? [];
  return sha256 === undefined ? undefined : { sha256, contentId, form: form as ContentForm };
}
