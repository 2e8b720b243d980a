import { HeldBytes } from './held-bytes.js';

describe('HeldBytes', () => {
  it('are bounded for each caller, and free again when they are let go', () => {
    const bytes = new HeldBytes(100);
    const first = bytes.hold('ada', 60);
    expect(first).toBeInstanceOf(Function);
    expect(bytes.hold('ada', 41)).toBeNull();
    expect(bytes.hold('bea', 100)).toBeInstanceOf(Function);
    const second = bytes.hold('ada', 40);
    first!();
    first!();
    expect(bytes.hold('ada', 61)).toBeNull();
    second!();
    expect(bytes.hold('ada', 100)).toBeInstanceOf(Function);
  });

  it('one that is larger than all is held alone', () => {
    const bytes = new HeldBytes(100);
    const letGo = bytes.hold('ada', 1000);
    expect(bytes.hold('ada', 1)).toBeNull();
    letGo!();
    expect(bytes.hold('ada', 1)).toBeInstanceOf(Function);
  });
});
