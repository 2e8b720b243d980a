import { Camera, Paperclip } from 'lucide-react';
import { type ChangeEvent, useRef } from 'react';
import { useTexts } from '../i18n/index.js';
import { IconButton } from '../ui/icon-button.js';
import { Menu, MenuItem } from '../ui/menu.js';
import { hasCoarsePointer } from '../ui/pointer.js';

/** Chooses files. On a phone a picture may be taken instead, by choice: the camera never opens by itself. */
export function AttachButton({ onFiles }: { onFiles(files: File[]): void }) {
  const { files } = useTexts();
  const any = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);

  function take({ target }: ChangeEvent<HTMLInputElement>): void {
    onFiles([...(target.files ?? [])]);
    // The same file may be chosen again.
    target.value = '';
  }

  return (
    <>
      {/* What opens is the browser's; the button beside it is what has a name and the focus. */}
      <input ref={any} type="file" multiple hidden tabIndex={-1} aria-hidden data-files onChange={take} />
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        tabIndex={-1}
        aria-hidden
        data-camera
        onChange={take}
      />
      {hasCoarsePointer() ? (
        <Menu
          align="start"
          side="top"
          trigger={
            <button type="button" className="icon-button small" aria-label={files.attach}>
              <Paperclip size={17} />
            </button>
          }
        >
          <MenuItem icon={<Paperclip size={16} />} onSelect={() => any.current?.click()}>
            {files.choose}
          </MenuItem>
          <MenuItem icon={<Camera size={16} />} onSelect={() => camera.current?.click()}>
            {files.takePicture}
          </MenuItem>
        </Menu>
      ) : (
        <IconButton className="small" label={files.attach} onClick={() => any.current?.click()}>
          <Paperclip size={17} />
        </IconButton>
      )}
    </>
  );
}
