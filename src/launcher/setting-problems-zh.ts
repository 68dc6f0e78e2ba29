/** What the Worker says of a setting that cannot be used, in Chinese. The Worker itself speaks English, as its API does. Pure. */

/** The sentences of `src/worker/config`, and theirs. What stands for a group comes back in its place. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^must be true or false$/, '必须是 true 或 false'],
  [/^must be auto, true or false$/, '必须是 auto、true 或 false'],
  [/^must be auto, native or chat$/, '必须是 auto、native 或 chat'],
  [/^must be otlp or none$/, '必须是 otlp 或 none'],
  [
    /^must be otlp, prometheus, both separated by a comma, or none$/,
    '必须是 otlp、prometheus、两者用逗号分隔，或 none',
  ],
  [/^must be one of (.+)$/, '必须是其中之一：$1'],
  [/^must be a whole number from (\S+) to (\S+)$/, '必须是 $1 到 $2 的整数'],
  [/^must be a number from (\S+) to (\S+)$/, '必须是 $1 到 $2 的数'],
  [/^must be a number above 0$/, '必须是大于 0 的数'],
  [/^must be a number of USD, 0 or more$/, '必须是美元金额，0 或更大'],
  [/^must be a whole number of tokens, 1 or more$/, '必须是 token 数，1 或更大的整数'],
  [
    /^must be visible ASCII characters without spaces or line breaks$/,
    '必须是可见的 ASCII 字符，不含空格和换行',
  ],
  [
    /^must be visible ASCII characters without spaces or line breaks, (\S+) at most$/,
    '必须是可见的 ASCII 字符，不含空格和换行，最多 $1 个',
  ],
  [
    /^must be (\S+) to (\S+) visible ASCII characters without spaces$/,
    '必须是 $1 到 $2 个可见的 ASCII 字符，不含空格',
  ],
  [/^must be bearer, or the name of a header such as api-key$/, '必须是 bearer，或请求头名称，例如 api-key'],
  [
    /^must be names of headers such as (\S+) or (\S+), separated by commas; .*$/,
    '必须是请求头名称，例如 $1 或 $2，用逗号分隔；星号前至少要有两个字符',
  ],
  [
    /^must be pairs such as name=value, .*$/,
    '必须是 name=value 这样的键值对，用逗号分隔；值中的空格和逗号要百分号编码',
  ],
  [/^must be a time zone such as (.+) or (.+)$/, '必须是时区，例如 $1 或 $2'],
  [/^must be origins such as (\S+), separated by commas$/, '必须是来源，例如 $1，用逗号分隔'],
  [/^must be host names such as (\S+), separated by commas$/, '必须是主机名，例如 $1，用逗号分隔'],
  [
    /^must be an http or https address such as (\S+), without user name, query or fragment$/,
    '必须是 http 或 https 地址，例如 $1，不含用户名、查询和片段',
  ],
  [
    /^must be a regular expression such as (\S+), .*$/,
    '必须是正则表达式，例如 $1，并能在线性时间内匹配：不要用环视 (?=、反向引用 \\1 和单词边界 \\b；超过一千步时请减少或缩短重复',
  ],
  [/^must be the name of a model, (\S+) characters at most$/, '必须是模型名称，最多 $1 个字符'],
  [/^must be a table, or the same as JSON text$/, '必须是表，或同样内容的 JSON 文本'],
  [/^must be a table such as (\{.*\})$/, '必须是表，例如 $1'],
  [/^has entries that mean nothing here: (.+)$/, '含有无效的项：$1'],
  [
    /^must be the name of a secret or variable such as (\S+), or .*$/,
    '必须是机密或变量的名称，例如 $1，或这类名称的列表，不能是机密本身',
  ],
  [/^must be a pattern such as (\S+)$/, '必须是模式，例如 $1'],
  [/^must be a list of patterns such as (.+)$/, '必须是模式的列表，例如 $1'],
  [/^must be a model such as (\S+)$/, '必须是模型，例如 $1'],
  [
    /^must be a model such as (\S+), or a list of them, each also as (\{.*\})$/,
    '必须是模型，例如 $1，或模型的列表，每一项也可以写成 $2',
  ],
  [/^must name at least one model$/, '至少要有一个模型'],
  [
    /^must have a name of letters, digits, .*, other than (\S+)$/,
    '名称只能含字母、数字、“.”、“_”和“-”，且不能是 $1',
  ],
  [/^names (.+), which is not set or holds no usable key$/, '引用了 $1，而它没有设置，或不是可用的密钥'],
  [/^must neither be named nor lead to (\S+): .*$/, '不能叫作 $1，也不能指向它：那是内置助手，没有上游'],
];

/** The sentence in Chinese; as it is where it is none of these. */
export function settingProblemZh(message: string): string {
  const found = SENTENCES.find(([english]) => english.test(message));
  return found === undefined ? message : message.replace(found[0], found[1]);
}
