/**
 * On a build machine whose cores are shared, a suite that kills real servers can meet a pause longer than any patience.
 * There, and for those suites alone, a test that failed is tried again; the failure is printed all the same.
 */
const killsServers = /[\\/]test[\\/](pm2|faults|cluster|deploy)[\\/]/.test(expect.getState().testPath ?? '');
if (process.env.CI && killsServers) jest.retryTimes(2, { logErrorsBeforeRetry: true });
