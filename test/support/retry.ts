/**
 * On a build machine whose cores are shared, a suite that kills real servers or drives a browser can meet a pause longer
 * than any patience. There, and for those suites alone, a test that failed is tried again; the failure is printed all
 * the same. What a test breaks it therefore starts itself, in `beforeEach`: Jest does not repeat `beforeAll`.
 */
const isSlow = /[\\/]test[\\/](pm2|faults|cluster|web|deploy)[\\/]/.test(expect.getState().testPath ?? '');
if (process.env.CI && isSlow) jest.retryTimes(2, { logErrorsBeforeRetry: true });
