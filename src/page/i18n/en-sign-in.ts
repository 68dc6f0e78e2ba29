/** English: the form that signs in, on the login page and on the usage page. */
export const enSignIn = {
  waysIn: 'Three ways to use this server',
  wayToken: 'The server’s token (API_TOKEN)',
  wayTokenMay: 'For whoever runs it: every model, everybody’s usage, and handing out keys.',
  wayKey: 'A key that you were given (sk-nx-…)',
  wayKeyMay: 'Its models, within its limits and its budget. You see your own usage and nobody else’s.',
  wayOwn: 'An API key of your own',
  wayOwnMay:
    'No login is needed: switch to the OpenAI API in the settings and enter your key there. Your own account pays.',
  thatIsOwnKey:
    'This server does not know it. It looks like an API key of your own, which is no login: go back, switch to the OpenAI API in the settings and enter it there.',
  signInTitle: 'Sign in to NexCode',
  signInHelp: 'Enter the token of this server (API_TOKEN), or the key that its operator gave you (sk-nx-…).',
  accessToken: 'Access token or key',
  tokenRefused: 'Wrong token or key. Check it and try again.',
  tooManyAttempts: 'Too many attempts. Try again in {n} seconds.',
  signInServer: 'The server had a problem. Try again.',
  signInNetwork: 'The server cannot be reached. Check the connection and try again.',
};
