/** English: the form that signs in, on the login page and on the usage page. */
export const enSignIn = {
  signInTitle: 'Sign in to NexCode',
  signInHelp: 'Enter the token of this server (API_TOKEN), or the key that its operator gave you (sk-nx-…).',
  accessToken: 'Access token or key',
  tokenRefused: 'Wrong token or key. Check it and try again.',
  tooManyAttempts: 'Too many attempts. Try again in {n} seconds.',
  signInServer: 'The server had a problem. Try again.',
  signInNetwork: 'The server cannot be reached. Check the connection and try again.',
};
