import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';
import type { CollectedText } from './collected-text.js';
import { library, Unreadable } from './failures.js';

/** FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY (fpdfview.h). */
const LOCKED = [4, 5];
/** A page with more characters is read so far. */
const MOST_OF_PAGE = 1_000_000;

/** Its memory, which is another one whenever it has grown (Emscripten's types are not there). */
const memoryOf = ({ pdfium }: WrappedPdfiumModule): Uint8Array => (pdfium as unknown as { HEAPU8: Uint8Array }).HEAPU8;

let loaded: Promise<WrappedPdfiumModule> | undefined;

/** PDFium, which Chromium reads PDF with, in WebAssembly: what is wrong in it stays inside its own memory. */
async function load(): Promise<WrappedPdfiumModule> {
  const { init } = await import('@embedpdf/pdfium');
  const path = createRequire(join(import.meta.dirname, 'read-pdf.js')).resolve('@embedpdf/pdfium/pdfium.wasm');
  const pdfium = await init({ wasmBinary: new Uint8Array(await readFile(path)).buffer });
  pdfium.PDFiumExt_Init();
  return pdfium;
}

/** The text of each page, in the order in which the file draws it. Pages without text, such as scanned ones, are empty. */
export async function readPdf(content: Buffer, out: CollectedText): Promise<void> {
  const pdfium = await library(() => (loaded ??= load()));
  const bytes = place(pdfium, content);
  const pdf = pdfium.FPDF_LoadMemDocument(bytes, content.length, '');
  try {
    if (!pdf) throw new Unreadable(LOCKED.includes(pdfium.FPDF_GetLastError()) ? 'encrypted' : 'damaged');
    const pages = pdfium.FPDF_GetPageCount(pdf);
    out.hasPages(pages);
    for (let i = 0; i < pages && !out.isFull; i++) {
      if (i > 0) out.add('\n\n');
      out.beginPage();
      out.add(pageText(pdfium, pdf, i));
    }
  } finally {
    if (pdf) pdfium.FPDF_CloseDocument(pdf);
    pdfium.pdfium.wasmExports.free(bytes);
  }
}

function place(pdfium: WrappedPdfiumModule, content: Buffer): number {
  const at = pdfium.pdfium.wasmExports.malloc(content.length);
  if (at === 0) throw new Unreadable('too_big');
  memoryOf(pdfium).set(content, at);
  return at;
}

/** Empty where the page is damaged: the others are read all the same. */
function pageText(pdfium: WrappedPdfiumModule, pdf: number, index: number): string {
  const page = pdfium.FPDF_LoadPage(pdf, index);
  if (!page) return '';
  const text = pdfium.FPDFText_LoadPage(page);
  try {
    return text ? charactersOf(pdfium, text) : '';
  } finally {
    if (text) pdfium.FPDFText_ClosePage(text);
    pdfium.FPDF_ClosePage(page);
  }
}

function charactersOf(pdfium: WrappedPdfiumModule, text: number): string {
  const count = Math.min(pdfium.FPDFText_CountChars(text), MOST_OF_PAGE);
  if (count <= 0) return '';
  const { malloc, free } = pdfium.pdfium.wasmExports;
  // With the zero at the end.
  const at = malloc(2 * (count + 1));
  try {
    const units = pdfium.FPDFText_GetText(text, 0, count, at) - 1;
    const { buffer } = memoryOf(pdfium);
    return asWritten(Buffer.from(buffer, at, 2 * Math.max(0, units)).toString('utf16le'));
  } finally {
    free(at);
  }
}

/** U+FFFE stands for the hyphen of a word that goes on in the next line, or for a character that nobody knows. */
function asWritten(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?<=\p{L})\ufffe\n?(?=\p{Ll})/gu, '')
    .replaceAll('\ufffe', '\ufffd');
}
