declare module 'swagger-ui-dist/absolute-path.js' {
  /** The folder of the page's files. */
  const folder: () => string;
  export default folder;
}
