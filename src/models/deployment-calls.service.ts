import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../../libs/metrics/index.js';
import type { OnDeploymentCall } from './configured-models.js';

/** Counts and logs what becomes of calls to endpoints on several servers. By their names: addresses may hold passwords. */
@Injectable()
export class DeploymentCalls {
  private readonly logger = new Logger('Deployments');
  private readonly calls;

  constructor(metrics: Metrics) {
    this.calls = metrics.counter(
      'parley_deployment_calls_total',
      'Calls to endpoints on several servers, by server and by what came of them',
      ['endpoint', 'deployment', 'outcome'],
    );
  }

  /** A rest is logged once, however many calls fail together. */
  readonly note: OnDeploymentCall = (endpoint, { deployment, outcome, restMs }) => {
    this.calls.add({ endpoint, deployment, outcome });
    if (restMs === undefined) return;
    const seconds = Math.ceil(restMs / 1000);
    this.logger.warn(`deployment ${deployment} of ${endpoint} failed (${outcome}): left alone for ${seconds} s`);
  };
}
