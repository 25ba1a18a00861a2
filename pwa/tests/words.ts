/** Both languages are learnt before a test: on a phone the page waits for the reader's. */

import { learn } from '../src/i18n'

await learn('en')
await learn('zh-CN')
