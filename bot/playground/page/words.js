// Every word of the page, in every language, and the language chosen.

const WORDS = {
  "zh-Hans": {
    platform: "平台", side_telegram: "Telegram", side_onebot: "QQ", side_qq: "QQ 机器人", side_dingtalk: "钉钉", opening: "正在开一个新的班级群…",
    only_named: "这里的卫士只听得到@它的话：在群里要@它，私聊时直接写、直接回数字。", lent_ears: "这里有一位管理员把自己的消息流借给卫士：群里的话它都听得到，图除外。问它、回它数字，要@它；私聊时直接写。",
    no_buttons: "这里没有按钮：引用卫士的消息，回复数字或文字；私聊时直接回数字。",
    product: "班级卫士", playground: "演练场", skip: "跳到输入框", clock: "演练时钟", language: "语言", views: "视图",
    plus_hour: "＋1 小时", plus_day: "＋1 天", to_monday: "到周一 18:30",
    tab_chat: "群聊", tab_guard: "卫士所见", tab_scenarios: "剧本",
    scenarios: "剧本", scenarios_hint: "点一个，看它在群里上演。每次都从一个新的班级群开始。",
    fast: "快进", fresh: "换一个新的班级群", stop: "停止", playing: "正在上演：{title}",
    played_right: "《{title}》演完了，卫士的反应与预期一致。", played_wrong: "《{title}》演完了，卫士的反应与预期不同。",
    played: "《{title}》演完了。", stopped: "已停止。", at_most: "至多", 
    act_as: "我现在是", outside: "不在群里", private_chat: "和卫士私聊", chats: "聊天", members: "{n} 人",
    messages: "消息", no_messages: "还没有消息。", start_private: "点“发送”之前，先对卫士说 /start，它才能回你。",
    draft: "写消息", send: "发送", more: "更多", cancel: "取消", ok: "好", reply: "回复", edit: "修改", remove: "删除",
    replying: "回复：{text}", editing: "修改：{text}", edited: "已修改", removed: "已撤回", only_you: "只有您看得见", guard: "卫士", admin: "管理员", owner: "群主",
    do_picture: "图片", do_code: "收款码", do_file: "文件", do_rename: "改名", do_avatar: "换成老师头像", do_join: "进群", do_leave: "退群",
    new_name: "新名字", code_kind: "哪种码", wechat: "微信收款码", alipay: "支付宝收款码", link: "网址", code_above: "码上方的字", code_text: "附带的一句话",
    copy_from: "用谁的头像", whom: "选谁", users_shared: "选了 {name}", joined: "{name} 进群了", left: "{name} 退群了", guard_joined: "卫士进群了", guard_left: "卫士退群了",
    renamed: "现在叫“{name}”。群里看不出改过名。", wears: "头像换好了。", forwarded: "转发自 {name}", someone: "某人",
    file: "文件", voice: "语音 {n} 秒", sticker: "表情", contact: "名片", poll: "投票", picture: "图片", other: "消息",
    guard_saw: "卫士看到了什么", guard_hint: "每条消息到达时，这里显示卫士读到的文字、依据、判断和用时。",
    nothing_seen: "还没有消息经过卫士。", ordinary: "平常消息", reads: "读作", speaks_for: "可疑之处", speaks_against: "放心之处", does: "做了什么",
    milliseconds: "{n} 毫秒", was_edited: "修改后", was_picture: "图片读完后",
    level_clear: "平常", level_notice: "留意", level_caution: "提醒核实", level_alarm: "警报", level_answer: "回答",
    do_say_group: "在群里发言", do_say_private: "私下告诉 {name}", do_edit: "更新先前的消息", do_recall: "撤回先前的消息", do_notice: "发了群公告", do_delete: "删除这条消息",
    do_mute: "请 {name} 暂停发言", do_ban: "把 {name} 请出群", do_quiz: "出了一道小测题", do_whisper: "在群里只给一个人看", do_answer: "回应按钮", do_menu: "更新命令菜单", do_leave_chat: "离开这个群",
    note_picture_wordless: "图里没有码，也没有字。", note_picture_worded: "读了图里的字。",
    note_picture_without_code: "图里没有码。要读图中的文字，需另装文字识别（OCR）。",
    note_picture_unreadable: "这张图打不开或太大，没有读。",
    no_entry: "进不去（{error}）。请打开启动时打印的完整网址。", offline: "和演练场的连接断了，正在重连…", gone: "这条消息已经没有这个按钮了。",
    failed: "没有成功：{error}", too_big: "文件太大，请选 10 MB 以内的。", need_member: "先进群，才能在群里说话。",
  },
  "zh-Hant": {
    platform: "平台", side_telegram: "Telegram", side_onebot: "QQ", side_qq: "QQ 機器人", side_dingtalk: "釘釘", opening: "正在開一個新的班級群組…",
    only_named: "這裡的衛士只聽得到@它的話：在群組裡要@它，私下聊天時直接寫、直接回數字。", lent_ears: "這裡有一位管理員把自己的訊息流借給衛士：群組裡的話它都聽得到，圖除外。問它、回它數字，要@它；私下聊天時直接寫。",
    no_buttons: "這裡沒有按鈕：引用衛士的訊息，回覆數字或文字；私下聊天時直接回數字。",
    product: "班級衛士", playground: "演練場", skip: "跳到輸入框", clock: "演練時鐘", language: "語言", views: "畫面",
    plus_hour: "＋1 小時", plus_day: "＋1 天", to_monday: "到星期一 18:30",
    tab_chat: "群組", tab_guard: "衛士所見", tab_scenarios: "劇本",
    scenarios: "劇本", scenarios_hint: "點一個，看它在群組裡上演。每次都從一個新的班級群組開始。",
    fast: "快轉", fresh: "換一個新的班級群組", stop: "停止", playing: "正在上演：{title}",
    played_right: "《{title}》演完了，衛士的反應和預期一樣。", played_wrong: "《{title}》演完了，衛士的反應和預期不一樣。",
    played: "《{title}》演完了。", stopped: "已停止。", at_most: "最多", 
    act_as: "我現在是", outside: "不在群組裡", private_chat: "和衛士私訊", chats: "聊天室", members: "{n} 人",
    messages: "訊息", no_messages: "還沒有訊息。", start_private: "按「傳送」之前，先對衛士說 /start，它才能回你。",
    draft: "寫訊息", send: "傳送", more: "更多", cancel: "取消", ok: "好", reply: "回覆", edit: "修改", remove: "刪除",
    replying: "回覆：{text}", editing: "修改：{text}", edited: "已修改", removed: "已收回", only_you: "只有您看得見", guard: "衛士", admin: "管理員", owner: "群組擁有者",
    do_picture: "圖片", do_code: "收款碼", do_file: "檔案", do_rename: "改名", do_avatar: "換成老師頭像", do_join: "加入群組", do_leave: "離開群組",
    new_name: "新名字", code_kind: "哪種碼", wechat: "微信收款碼", alipay: "支付寶收款碼", link: "網址", code_above: "碼上方的字", code_text: "附帶的一句話",
    copy_from: "用誰的頭像", whom: "選誰", users_shared: "選了 {name}", joined: "{name} 加入群組了", left: "{name} 離開群組了", guard_joined: "衛士加入群組了", guard_left: "衛士離開群組了",
    renamed: "現在叫「{name}」。群組裡看不出改過名。", wears: "頭像換好了。", forwarded: "轉發自 {name}", someone: "某人",
    file: "檔案", voice: "語音 {n} 秒", sticker: "貼圖", contact: "聯絡人", poll: "投票", picture: "圖片", other: "訊息",
    guard_saw: "衛士看到了什麼", guard_hint: "每則訊息到達時，這裡顯示衛士讀到的文字、依據、判斷和用時。",
    nothing_seen: "還沒有訊息經過衛士。", ordinary: "平常訊息", reads: "讀作", speaks_for: "可疑之處", speaks_against: "放心之處", does: "做了什麼",
    milliseconds: "{n} 毫秒", was_edited: "修改後", was_picture: "圖片讀完後",
    level_clear: "平常", level_notice: "留意", level_caution: "提醒查證", level_alarm: "警報", level_answer: "回答",
    do_say_group: "在群組裡發言", do_say_private: "私下告訴 {name}", do_edit: "更新先前的訊息", do_recall: "收回先前的訊息", do_notice: "發了群組公告", do_delete: "刪除這則訊息",
    do_mute: "讓 {name} 暫停發言", do_ban: "把 {name} 移出群組", do_quiz: "出了一題小測驗", do_whisper: "在群組裡只給一個人看", do_answer: "回應按鈕", do_menu: "更新命令選單", do_leave_chat: "離開這個群組",
    note_picture_wordless: "圖片裡沒有碼，也沒有字。", note_picture_worded: "讀了圖片裡的字。",
    note_picture_without_code: "圖片裡沒有碼。要讀圖中的文字，需另裝文字辨識（OCR）。",
    note_picture_unreadable: "這張圖打不開或太大，沒有讀。",
    no_entry: "進不去（{error}）。請打開啟動時印出的完整網址。", offline: "和演練場的連線斷了，正在重連…", gone: "這則訊息已經沒有這個按鈕了。",
    failed: "沒有成功：{error}", too_big: "檔案太大，請選 10 MB 以內的。", need_member: "先加入群組，才能在裡面說話。",
  },
  en: {
    platform: "Platform", side_telegram: "Telegram", side_onebot: "QQ", side_qq: "QQ bot", side_dingtalk: "DingTalk", opening: "Opening a new class group…",
    only_named: "The guard hears only what names it here: mention it in the group; in private just write, or reply with a number.", lent_ears: "An admin lends the guard their own message stream here: it hears all that is said, though it sees no pictures. To ask or to choose a number, mention it; in private just write.",
    no_buttons: "No buttons here: reply to the guard's message with a number or the words; in private the number alone will do.",
    product: "Class Guard", playground: "playground", skip: "Skip to the message box", clock: "Playground clock", language: "Language", views: "Views",
    plus_hour: "＋1 h", plus_day: "＋1 day", to_monday: "Mon 18:30",
    tab_chat: "Chat", tab_guard: "Guard", tab_scenarios: "Scenarios",
    scenarios: "Scenarios", scenarios_hint: "Pick one and watch it happen. Each starts from a new class group.",
    fast: "Fast", fresh: "A new class group", stop: "Stop", playing: "Playing: {title}",
    played_right: "“{title}” is over. The guard did what it should.", played_wrong: "“{title}” is over. The guard did something else than it should.",
    played: "“{title}” is over.", stopped: "Stopped.", at_most: "at most", 
    act_as: "I am now", outside: "not in the group", private_chat: "With the guard", chats: "Chats", members: "{n} people",
    messages: "Messages", no_messages: "No messages yet.", start_private: "Say /start to the guard first, or it cannot write back.",
    draft: "Write a message", send: "Send", more: "More", cancel: "Cancel", ok: "OK", reply: "Reply", edit: "Edit", remove: "Delete",
    replying: "Replying to: {text}", editing: "Editing: {text}", edited: "edited", removed: "deleted", only_you: "Only you see this", guard: "Guard", admin: "admin", owner: "owner",
    do_picture: "Picture", do_code: "Payment code", do_file: "File", do_rename: "Rename", do_avatar: "Copy teacher's picture", do_join: "Join", do_leave: "Leave",
    new_name: "New name", code_kind: "What kind of code", wechat: "WeChat Pay", alipay: "Alipay", link: "A web address", code_above: "Words above the code", code_text: "One line with it",
    copy_from: "Whose picture", whom: "Whom", users_shared: "Chose {name}", joined: "{name} joined", left: "{name} left", guard_joined: "The guard joined", guard_left: "The guard left",
    renamed: "Now called “{name}”. The group is not told.", wears: "The picture has been changed.", forwarded: "Forwarded from {name}", someone: "someone",
    file: "File", voice: "Voice, {n} s", sticker: "Sticker", contact: "Contact", poll: "Poll", picture: "Picture", other: "Message",
    guard_saw: "What the guard saw", guard_hint: "As each message arrives: the text as the guard reads it, its reasons, its judgement and the time it took.",
    nothing_seen: "Nothing has passed the guard yet.", ordinary: "Ordinary", reads: "Read as", speaks_for: "Suspicious", speaks_against: "Reassuring", does: "What it did",
    milliseconds: "{n} ms", was_edited: "after an edit", was_picture: "after reading the picture",
    level_clear: "Ordinary", level_notice: "Notice", level_caution: "Caution", level_alarm: "Alarm", level_answer: "Answer",
    do_say_group: "spoke in the group", do_say_private: "told {name} privately", do_edit: "updated an earlier message", do_recall: "took back an earlier message", do_notice: "put up an announcement", do_delete: "deleted this message",
    do_mute: "muted {name}", do_ban: "banned {name}", do_quiz: "asked the class a question", do_whisper: "showed one member alone", do_answer: "answered the button", do_menu: "updated the command menu", do_leave_chat: "left the group",
    note_picture_wordless: "There is neither a code nor a word in the picture.", note_picture_worded: "The words in the picture were read.",
    note_picture_without_code: "There is no code in the picture. Reading words in pictures needs text recognition (OCR), which is not installed.",
    note_picture_unreadable: "The picture is damaged or too large and was not read.",
    no_entry: "No entry ({error}). Open the whole address that was printed at start.", offline: "Connection to the playground lost, trying again…", gone: "That button is no longer there.",
    failed: "That did not work: {error}", too_big: "The file is too large; choose one under 10 MB.", need_member: "Join the group first to speak in it.",
  },
};

let language = "zh-Hans";
try {
  language = localStorage.getItem("language") || language;
} catch {
  // A browser may refuse storage; the choice then lasts as long as the page.
}
const asked = new URLSearchParams(location.search).get("lang");
if (asked in WORDS) language = asked;
if (!(language in WORDS)) language = "zh-Hans";

export const chosen = () => language;

export function choose(wanted) {
  language = wanted in WORDS ? wanted : "zh-Hans";
  try {
    localStorage.setItem("language", language);
  } catch {
    // See above.
  }
}

export function word(key, values = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

// A text given in several languages: the page's own, else the closest there is.
export const inWords = (texts) => texts?.[language] ?? texts?.["zh-Hans"] ?? texts?.en ?? "";

export function translatePage() {
  document.documentElement.lang = language;
  document.title = `${word("product")} · ${word("playground")}`;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  for (const node of document.querySelectorAll("[data-word-label]")) node.setAttribute("aria-label", word(node.dataset.wordLabel));
  for (const node of document.querySelectorAll(".languages [data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === language));
  }
}
