import { type Model, ModelError } from '../../../libs/models/index.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';

/** Asks each provider for its list of models: that costs nothing, and needs address, proxy and key as a question does. */
export async function providerFindings(models: Model[]): Promise<Finding[]> {
  return Promise.all(models.filter(({ name }) => name !== 'demo').map(providerFinding));
}

async function providerFinding(model: Model): Promise<Finding> {
  const check = `provider.${model.name}`;
  try {
    const found = await model.models();
    if (found.length > 0) return ok(check, `${model.label} answers, and has ${found.length} models`);
    return warning(
      check,
      `${model.label} answers, and has no models`,
      'Name them (OPENAI_MODELS, or models in parley.yaml).',
    );
  } catch (error) {
    const known = error instanceof ModelError ? error : undefined;
    const remedy = 'Look at its address (up to and with /v1), its key, HTTPS_PROXY and the firewall.';
    if (known?.retryable === false || known?.code === 'model_unavailable') {
      return problem(check, known.message.replace(/ Please try again\.$/, ''), remedy);
    }
    return warning(check, String((error as Error).message), remedy);
  }
}
