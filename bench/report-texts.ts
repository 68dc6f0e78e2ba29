/** The sentences of the page of figures, in both languages. */

export const TEXTS = {
  en: {
    file: 'benchmarks.md',
    svg: 'benchmarks.svg',
    other: '[中文](benchmarks.zh-CN.md)',
    title: 'Benchmarks',
    alt: 'What each contender costs beside a bare pass-through Worker',
    intro: `What the gateway costs, written by \`npm run bench -- --docs\`; the figures are of the machine named below and mean something only beside each other.

Every contender runs in a workerd process of its own before the same upstream on the loopback, in the same run, round by round in changing order. CPU is that of the whole process, every thread and the kernel's work for it included. A figure is the median of the rounds; behind it, in brackets, stands the median of what it came to beside each of the two floors in the same round: first the bare Worker, then the least relay.

- **The bare Worker** does nothing but \`fetch(upstream + path, request)\`: it decides nothing, checks nothing and never looks at an answer. No Worker can do less, and no gateway can be this: it does not know which model was asked for, it passes the caller's credentials on, and a stream that broke off ends there like one that is whole.
- **The least relay** ([bench/least-relay.js](../bench/least-relay.js)) does what a gateway cannot leave out: it reads the body, sends headers of its own, answers with a Response of its own, and can tell a stream that was cut. It checks nobody and decides nothing. What stands above it is what our decisions cost.`,
    who: 'Contender',
    steps: {
      title: 'What each step costs',
      intro:
        'One Worker after another, each with one thing more in it than the one before; behind each figure, what it came to beside the bare Worker.',
      who: 'The Worker',
      added: 'added by the step (µs CPU)',
      words: `- **Reading the body.** The model's name stands in it, so a gateway that chooses by the name has to have the request before it can pass it on. The bare Worker never sees it: the runtime hands it through piece by piece.
- **Headers of its own.** The caller's token must not reach the upstream and the server's key must, so the list of headers is made anew.
- **A Response of its own.** The answer says who paid and which upstream spoke, and some of the upstream's headers are nobody's business. The runtime can then no longer hand the upstream's answer on as it is.
- **Pumping the stream.** The runtime still copies the bytes, but into a pipe whose end the Worker keeps, so that it can say something behind the last of them. This, and the second branch below, is nearly all of the memory of many streams.
- **The least relay** reads a second branch of the stream once a second, in bulk. Only so can a stream that broke off be told from one that is whole.
- **NexCode** adds who may ask and who pays, the path, the checks of the body, the choice of the upstream, limits, the form of errors and the log. Cut out of the built Worker one after the other, each beside the least relay in one run (November 2026), these came to: nothing of it done, only the script loaded, 0.99×; who asks and who pays, 0.06 of the whole; looking into the body and checking it, 0.10; choosing the upstream, 0.05; headers of the answer's own, 0.08; looking at the first bytes of the answer, 0.04. No part is large, so there is none whose leaving out would bring a plain request near the least relay.

Where the memory of a stream is, in resident KiB for each of 1,000 silent ones (November 2026): the bare Worker 86, for the two connections; with an own Response 93; with a pipe 252; the least relay 311; NexCode 343 while it passed the end of its pipe on as the least relay does, of which its objects were 8 and its buffers 7. The runtime pumps such an end through a buffer of 64 KiB, which it fills with zeros. It gives a branch of a tee none, so NexCode passes on a branch of that end: 282, for about 2 % more CPU an event. A second such buffer lies between the upstream and the pipe. A loop in JavaScript does without it, but took 1.4× the CPU of the least relay and 266 KiB.`,
    },
    goals: {
      what: 'What is aimed at',
      colon: ': ',
      floor: 'beside',
      goal: 'at most',
      came: 'came to',
      met: 'met',
      missed: 'missed',
      before: `Until November 2026 the aims for plain requests and streamed events stood beside the bare Worker, 1.40× and 1.30×; both were missed, by 0.10 each. They stand beside the least relay since then, because the bare Worker does what no gateway can.`,
    },
    translated: `A translation reads and writes every event in JavaScript, where the relay of other streams leaves the bytes to the runtime. A Worker that does only that, one read and one write for what has arrived, came to 2.9× of the bare Worker where each event comes in its own time and to 2.6× where four come in a write: the rest is the translation.`,
    howTitle: 'Measuring it yourself',
    how: `\`npm run bench\` alone prints the tables, \`-- --quick\` takes a few minutes, \`-- --only TEXT\` runs the scenarios whose title holds the text. Other gateways take part where \`npm run rivals\` has installed them.`,
    others: {
      title: 'Beside other gateways',
      alt: 'What other gateways cost beside a bare pass-through Worker',
      svg: 'benchmarks-others.svg',
      intro: `Asked the same questions in the same run, each as one process, with fewer calls; their streams are short (100 events, and 20 where there are 300 or 1,000), so an event bears a share of its request. Each is measured by itself, one after the other, in changing order; memory at rest is that of a process that has answered 300 requests and 40 streams. Figures are compared with the floors as above; they are no Workers, so these say how far apart the programs are, not how well each is written. **What they do with a fault** stands below the figures: what costs less may also do less.`,
      ran: 'How each ran',
      failed: 'failed',
      failures: 'What could not be measured',
      none: 'No other gateway took part in this run: `npm run rivals` installs some, where their registries can be reached.',
      absent:
        'Bifrost and new-api are missing: their Go modules could not be had from the module proxy of the machine that was measured (403). Nothing is said of either.',
      faults: 'What they do with a fault',
      faultsIntro:
        'One after the other, before an upstream that misbehaves on purpose. “Told” is a client who gets an error status, an error event or a broken connection; not told is one who gets what looks like a whole answer.',
    },
  },
  zh: {
    file: 'benchmarks.zh-CN.md',
    svg: 'benchmarks.zh-CN.svg',
    other: '[English](benchmarks.md)',
    title: '性能测量',
    alt: '各方案与裸 Worker 相比的开销',
    intro: `网关本身的开销，由 \`npm run bench -- --docs\` 生成。数字取自下述机器，只有相互比较才有意义。

每个方案各用一个 workerd 进程，面对同一个本机上游，在同一次运行中逐轮测量，顺序每轮变换。CPU 指整个进程的用时，包括所有线程以及内核为其所做的工作。数字是各轮的中位数；括号内是与同一轮两个下限相比的中位数：先是裸 Worker，后是最小中继。

- **裸 Worker** 只做一件事：\`fetch(upstream + path, request)\`，不作任何判断、不校验，也从不查看回答。没有哪个 Worker 能做得更少，但也没有哪个网关能只做这些：它不知道请求的是哪个模型，会把调用者的凭据原样送出，中断的流在它那里与完整的流看起来一样。
- **最小中继**（[bench/least-relay.js](../bench/least-relay.js)）只做网关省不掉的事：读取请求体、发送自己的请求头、用自己的 Response 回答，并且能识别被切断的流。它不检查任何人，也不作任何判断。高出它的部分，才是我们的各项判断的开销。`,
    who: '方案',
    steps: {
      title: '每一步的开销',
      intro: '一个个 Worker 依次排列，每个只比前一个多做一件事；数字后面是与裸 Worker 相比的结果。',
      who: 'Worker 所做的事',
      added: '这一步增加的开销 (µs CPU)',
      words: `- **读取请求体。** 模型名称写在请求体里，按名称选择上游的网关必须先拿到请求才能转发。裸 Worker 从不看它：由运行时逐段传过去。
- **自己的请求头。** 调用者的令牌不能到达上游，服务器的密钥则必须到达，所以请求头要重新生成。
- **自己的 Response。** 回答要说明由谁付费、由哪个上游作答，而上游的某些响应头不该外传。运行时因此不能再把上游的回答原样交出。
- **自己传送流。** 字节仍由运行时复制，但写入的管道末端由 Worker 掌握，这样在最后一个字节之后还能补充一句话。大量流并发时的内存，几乎全部用于这一步和下面的第二条分支。
- **最小中继**每秒成批读取一次流的第二条分支。只有这样，才能区分中途断开的流与完整的流。
- **NexCode** 还要判断谁可以提问、由谁付费，处理路径，检查请求体，选择上游，执行限额，统一错误格式并写日志。把构建好的 Worker 逐步裁开，每一步都在同一次运行里与最小中继对比（2026 年 11 月）：只加载脚本、什么都不做，0.99×；判断谁提问、由谁付费，占整体的 0.06；查看并检查请求体，0.10；选择上游，0.05；回答自己的响应头，0.08；查看回答的开头几个字节，0.04。没有哪一步占大头，所以省掉任何一步，普通请求都不会接近最小中继。

一条流的内存用在哪里：1,000 条静默的流，平均每条占用的常驻内存（KiB，2026 年 11 月）：裸 Worker 86，用于两条连接；加上自己的 Response，93；加上管道，252；最小中继 311；NexCode 原先和最小中继一样直接交出管道末端，是 343，其中对象占 8，缓冲区占 7。运行时传送这种末端时，会用一个填满零的 64 KiB 缓冲区；传送 tee 的分支则不用。所以 NexCode 交出的是该末端的一个分支：282，每个事件的 CPU 约多 2 %。上游与管道之间还有一个同样的缓冲区。用 JavaScript 循环可以不要它，但 CPU 是最小中继的 1.4 倍，内存仍有 266。`,
    },
    goals: {
      what: '目标',
      colon: '：',
      floor: '相对于',
      goal: '至多',
      came: '实测',
      met: '达到',
      missed: '未达到',
      before: `2026 年 11 月之前，普通请求和流中事件的目标以裸 Worker 为准，分别是 1.40× 和 1.30×；两者都未达到，各超出 0.10。此后改以最小中继为准，因为裸 Worker 所做的，没有哪个网关能照做。`,
    },
    translated: `翻译要在 JavaScript 里读写每个事件，而转发其他流时字节由运行时自己传送。一个只做这件事的 Worker（来多少读一次、写一次），在事件节奏各自独立时是裸 Worker 的 2.9×，每次写入四个事件时是 2.6×；其余才是翻译本身的开销。`,
    howTitle: '自己测量',
    how: `直接运行 \`npm run bench\` 会打印表格；\`-- --quick\` 只需几分钟；\`-- --only 文本\` 只运行标题含有该文本的场景。用 \`npm run rivals\` 装好的其他网关会一并测量。`,
    others: {
      title: '与其他网关相比',
      alt: '其他网关与裸 Worker 相比的开销',
      svg: 'benchmarks-others.zh-CN.svg',
      intro: `在同一次运行中回答同样的问题，各为一个进程，请求数较少；流也较短（100 个事件，300 路和 1,000 路时为 20 个），所以每个事件要分摊一部分请求的开销。它们逐个单独测量，顺序每轮变换；空闲内存是进程回答过 300 个请求和 40 路流之后的内存。比较方法与上文相同；它们不是 Worker，所以这些数字只说明程序之间相差多少，不说明各自写得好坏。**遇到故障时的表现**列在数字之后：开销小的，做的事也可能少。`,
      ran: '各自的运行方式',
      failed: '失败',
      failures: '未能测量的项目',
      none: '这次运行没有其他网关参加：在能访问相应软件源的机器上，`npm run rivals` 会安装几个。',
      absent:
        '没有 Bifrost 和 new-api：在所测的机器上，模块代理不提供它们的 Go 模块（403），因此这里对两者不作任何评价。',
      faults: '遇到故障时的表现',
      faultsIntro:
        '逐个置于一个故意出错的上游之前。“得知”指客户端收到错误状态、错误事件或连接断开；未得知指客户端收到的内容看起来像一个完整的回答。',
    },
  },
} as const;
