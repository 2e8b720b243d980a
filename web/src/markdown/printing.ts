let isOn = false;

// Before those who put the rows into the page that are printed.
addEventListener('beforeprint', () => (isOn = true), { capture: true });
addEventListener('afterprint', () => (isOn = false), { capture: true });

/** Whether the page is being printed: what is not in it at once is not on paper. */
export const isPrinting = () => isOn;
