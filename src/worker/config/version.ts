/** The version that `/health` tells and the log begins with: the package's own. */
import { version } from '../../../package.json';

export const VERSION: string = version;
