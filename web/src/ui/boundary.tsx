import { Component, type ReactNode } from 'react';
import { texts } from '../i18n/index.js';

/** What is shown where the page itself fails, or where a part of it can't be loaded: after an update of the server, say. */
export class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="centred" role="alert">
        <p className="loading">{texts().app.broken}</p>
        <button type="button" className="button" onClick={() => location.reload()}>
          {texts().app.reload}
        </button>
      </div>
    );
  }
}
