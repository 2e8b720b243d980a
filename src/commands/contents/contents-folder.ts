/** Where the bytes of files lie that belong to a backup: beside it. */
export function contentsFolder(file: string): string {
  return `${file}.files`;
}
