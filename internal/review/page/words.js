// What the page says, in English and Chinese. Texts are set as text, never as
// HTML.

const en = {
  title: 'Review', left: 'left', saved: 'saved', unsaved: n => `${n} not saved yet`, filter: 'report, form or reason',
  undo: 'Undo', results: 'Write results', help: 'Help', written: 'Results are written.', writing: 'Writing results …',
  indexing: n => `looking for doubts: ${n} pictures`,
  accept: 'Accept', blank: 'Blank', unreadable: 'Unreadable', later: 'Later', table: 'Whole table', next: 'Next', previous: 'Previous',
  missing: 'Key a table that was not found', zoomIn: 'Zoom in', zoomOut: 'Zoom out', alternative: 'Next alternative',
  reading: 'Reading', emptyReading: '(blank)', answer: 'What is printed', keyFirst: 'Type what you see', typeToMend: 'Right: Enter. Else type', typeForAll: 'If all are the same, but read wrong: type what they are', reviewer: n => `Reviewer: ${n}`, resultsHint: 'records.csv, reports.csv and summary.html with the answers so far', rowLabel: 'Row', columnLabel: 'Column',
  differ: 'You typed something else. Enter keeps what you typed.', program: 'Program', you: 'You',
  why: 'Why it is asked', sums: 'Sums', holds: 'holds', off: d => `off by ${d}`, typeToSee: 'shown once you type',
  picture: 'The whole picture', cell: 'the cell in question', page: n => `page ${n}`,
  carpetTitle: (n, r) => `${n} × “${r}”: mark those that differ`, carpetHint: 'Arrows move, Space or a click marks, Enter accepts the rest.', marked: n => `${n} marked`,
  tableTitle: 'Is the table right?', missingTitle: 'Key this table', form: 'Form', noForm: 'no known form', emptyGrid: 'Empty grid of the form', noTable: 'No table of a form here',
  lackTitle: 'Is this table in one of the pictures? Key it, or say that it is not.', lacksTable: 'The report has no such table', pictures: 'Picture', nextPicture: 'Next picture', previousPicture: 'Previous picture',
  rowAdd: 'Row below', rowDrop: 'Delete row', colAdd: 'Column right', colDrop: 'Delete column', merge: 'Merge right', mergeDown: 'Merge down', split: 'Split',
  tableHint: 'Type to overwrite, F2 to edit, arrows to move. Ctrl+Enter accepts the table.', back: 'Back',
  conflictTitle: 'These pictures claim the same table. Which one counts?', choose: 'This one counts', apart: 'Keep all apart', conflictHint: '← → choose, Enter accepts.', differing: n => `${n} values differ`,
  done: 'Nothing is left to answer.', doneLater: n => `Only ${n} that you put off are left.`, showLater: 'Show those put off', waiting: 'Looking for the next question …', doneOthers: 'What is left is with other reviewers.',
  clash: 'Somebody else has answered this meanwhile.', theirs: 'Theirs', yours: 'Yours', keepTheirs: 'Keep theirs', keepYours: 'Use mine', gone: 'taken back',
  refused: w => `An answer was refused: ${w}`, noToken: 'Open the address that biaoge review printed: this tab has no token.', badToken: 'The token is no longer valid. Open the address that biaoge review prints.',
  offline: 'The server does not answer. Go on: your answers are kept here and sent as soon as it does.', failed: w => `That did not work: ${w}`, noPicture: w => `The picture cannot be shown: ${w}`,
  typeFirst: 'Type what you see first.', nothingToUndo: 'There is nothing to undo.', undone: 'Taken back.',
  audit: (n, w, lo, hi) => `values that were not flagged: ${w} of ${n} wrong (95 %: ${lo} to ${hi} %)`, errors: (n, w, lo, hi) => `your own errors: ${w} of ${n} (95 %: ${lo} to ${hi} %)`,
  differAll: n => `${n} answers of two reviewers differ`, close: 'Close', of: 'of',
  keys: [
    ['0–9 + - . , /  F2', 'put the cursor in the answer; from then on every key types'], ['Enter', 'accept'], ['↓', 'next alternative'], ['b', 'blank'], ['u', 'unreadable'], ['s', 'later'],
    ['t', 'the whole table'], ['j  k', 'next, previous'], ['[  ]', 'zoom'], ['x  Space', 'among many of one reading: mark one that differs'],
    ['Ctrl+Enter', 'accept a whole table'], ['PgUp  PgDn', 'pictures in which a table may be'], ['Ctrl+Z', 'undo, across pictures'], ['Esc', 'clear the answer'], ['?', 'this help'],
  ],
  keysNote: 'Letters are commands only while nothing is typed. With Alt they always are: Alt+B.',
};

const zh = {
  title: '人工复核', left: '待核', saved: '已保存', unsaved: n => `${n} 条尚未保存`, filter: '报告、表式或原因',
  undo: '撤销', results: '写出结果', help: '帮助', written: '结果已写出。', writing: '正在写出结果……',
  indexing: n => `正在查找疑点：已看 ${n} 张图片`,
  accept: '确认', blank: '空白', unreadable: '无法辨认', later: '稍后', table: '整张表', next: '下一个', previous: '上一个',
  missing: '录入未识别出的表', zoomIn: '放大', zoomOut: '缩小', alternative: '下一个候选',
  reading: '识别结果', emptyReading: '（空白）', answer: '图上印的内容', keyFirst: '请照图录入', typeToMend: '对则回车；不对请录入', typeForAll: '若全部相同而识别有误，请录入正确内容', reviewer: n => `复核人：${n}`, resultsHint: '写出 records.csv、reports.csv 和 summary.html，含目前的回答', rowLabel: '行', columnLabel: '列',
  differ: '与识别结果不同。按回车保留您录入的内容。', program: '程序', you: '您',
  why: '为何询问', sums: '合计关系', holds: '相符', off: d => `相差 ${d}`, typeToSee: '录入后显示',
  picture: '整张图片', cell: '所问单元格', page: n => `第 ${n} 页`,
  carpetTitle: (n, r) => `${n} 处“${r}”：请标出不同的`, carpetHint: '方向键移动，空格或点击标记，回车确认其余。', marked: n => `已标记 ${n} 处`,
  tableTitle: '这张表对吗？', missingTitle: '请录入这张表', form: '表式', noForm: '非已知表式', emptyGrid: '用该表式的空表', noTable: '这里没有已知表式的表',
  lackTitle: '这张表在下面某张图片里吗？请录入，或说明没有。', lacksTable: '该报告没有这张表', pictures: '图片', nextPicture: '下一张图片', previousPicture: '上一张图片',
  rowAdd: '下方插入行', rowDrop: '删除行', colAdd: '右侧插入列', colDrop: '删除列', merge: '向右合并', mergeDown: '向下合并', split: '拆分',
  tableHint: '直接键入即覆盖，F2 修改，方向键移动。Ctrl+回车确认整张表。', back: '返回',
  conflictTitle: '这些图片都是同一张表，以哪一张为准？', choose: '以此为准', apart: '各自保留', conflictHint: '← → 选择，回车确认。', differing: n => `${n} 个数值不同`,
  done: '全部核完。', doneLater: n => `只剩您暂缓的 ${n} 条。`, showLater: '显示暂缓的', waiting: '正在取下一个问题……', doneOthers: '其余的正由其他人复核。',
  clash: '其他人已先作答。', theirs: '对方', yours: '您的', keepTheirs: '以对方为准', keepYours: '以我的为准', gone: '已撤回',
  refused: w => `有一条回答未被接受：${w}`, noToken: '请打开 biaoge review 显示的网址：本标签页没有令牌。', badToken: '令牌已失效。请打开 biaoge review 显示的网址。',
  offline: '服务器没有响应。请继续：回答已保存在本机，恢复后自动提交。', failed: w => `未能完成：${w}`, noPicture: w => `图片无法显示：${w}`,
  typeFirst: '请先照图录入。', nothingToUndo: '没有可撤销的操作。', undone: '已撤销。',
  audit: (n, w, lo, hi) => `未标疑的数值：抽查 ${n} 个，错 ${w} 个（95% 区间 ${lo}%～${hi}%）`, errors: (n, w, lo, hi) => `您的差错：${n} 个中 ${w} 个（95% 区间 ${lo}%～${hi}%）`,
  differAll: n => `${n} 处两人回答不一致`, close: '关闭', of: '共',
  keys: [
    ['0–9 + - . , /  F2', '光标进入录入框，此后按键均为录入'], ['Enter', '确认'], ['↓', '下一个候选'], ['b', '空白'], ['u', '无法辨认'], ['s', '稍后'],
    ['t', '整张表'], ['j  k', '下一个、上一个'], ['[  ]', '缩放'], ['x  Space', '多处同一识别结果时：标出不同的'],
    ['Ctrl+Enter', '确认整张表'], ['PgUp  PgDn', '翻看可能有该表的图片'], ['Ctrl+Z', '撤销（可跨图片）'], ['Esc', '清除录入'], ['?', '本帮助'],
  ],
  keysNote: '未录入时字母为命令；按住 Alt 时始终为命令，如 Alt+B。',
};

export const language = (navigator.language || 'en').toLowerCase().startsWith('zh') ? 'zh' : 'en';
const words = language === 'zh' ? zh : en;

/** What a word is in the reader's language. */
export function say(name, ...args) {
  const w = words[name];
  return typeof w === 'function' ? w(...args) : w;
}

export const keys = words.keys;

/** Makes an element: text stays text. */
export function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
    else e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children.filter(c => c !== null && c !== undefined && c !== false));
  return e;
}

/** Makes a button that says which key does the same. */
export function button(name, key, act) {
  return make('button', { type: 'button', 'data-act': name, title: key ? `${say(name)} (${key})` : say(name), onclick: act },
    make('span', {}, say(name)), key ? make('kbd', { 'aria-hidden': 'true' }, key) : null);
}
