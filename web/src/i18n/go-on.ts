/** What “Continue” asks, by language. A question like this is known again in whatever language the page is by then. */
export const GO_ON = {
  en: 'Please go on exactly where you stopped.',
  de: 'Bitte fahre genau dort fort, wo du aufgehört hast.',
};
