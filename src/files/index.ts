export { FileForms, type FileForm } from './keeping/file-forms.service.js';
export { Holders, messageHolder, type Refused } from './keeping/holders.service.js';
export { FileRows, type StoredFile } from './store/index.js';
