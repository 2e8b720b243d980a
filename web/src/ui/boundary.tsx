import { Component, type ReactNode } from 'react';
import { texts } from '../i18n/index.js';

interface Props {
  /** It is the page that has failed, and not a part of it: only loading it anew helps. */
  isWhole?: boolean;
  children: ReactNode;
}

/** What is shown in the place of what fails while it is drawn. All around it goes on. */
export class Boundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    const { app } = texts();
    return (
      <div className="centred" role="alert">
        <p className="loading">{this.props.isWhole ? app.broken : app.partBroken}</p>
        {this.props.isWhole ? (
          <button type="button" className="button" onClick={() => location.reload()}>
            {app.reload}
          </button>
        ) : (
          <button type="button" className="button" onClick={() => this.setState({ hasFailed: false })}>
            {app.tryAgain}
          </button>
        )}
      </div>
    );
  }
}
