import '@fontsource-variable/inter/wght.css';
import './tokens.css';
import './base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { startLanguage } from './i18n/index.js';
import './preferences.js';
import { Boundary } from './ui/boundary.js';

await startLanguage();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Boundary isWhole>
      <App />
    </Boundary>
  </StrictMode>,
);
