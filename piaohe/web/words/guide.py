"""What the help and the samples say around their texts."""

HELP = {
    "guide.open": ("帮助", "Help"),
    "guide.title": ("{screen} · 帮助", "{screen} · help"),
    "guide.keys": ("按键", "Keys"),
    "guide.back": ("回到这一页", "Back to the page"),
    "guide.others": ("其他页面的帮助", "Help of other pages"),
    "guide.whole": ("这一页的说明", "About this page"),
    "tip.label": ("提示", "Hint"),
    "tip.done": ("知道了", "Got it"),
    "sample.title": ("第一次用？先试一试", "New here? Try it first"),
    "sample.text": (
        "用三份虚构的样例走一遍：识别、核对、复核。样例会标明，随时一键移除。",
        "Three invented samples show the whole way: reading, checking, review. They are marked "
        "and go away with one click.",
    ),
    "sample.go": ("试用样例", "Try it with samples"),
    "sample.name": ("样例", "Sample"),
    "sample.note": ("样例，虚构的人和公司", "A sample: invented people and companies"),
    "sample.chip": ("样例", "sample"),
    "sample.here": ("列表里有样例。", "There are samples in the list."),
    "sample.remove": ("移除样例", "Remove the samples"),
    "problem.samples_taken": (
        "已经有人在试用样例；请他移除后再试，或直接上传自己的发票。",
        "Somebody is trying the samples; ask them to remove them first, or upload an invoice of "
        "your own.",
    ),
    "problem.samples_being_read": (
        "样例还在识别，请等几秒再移除。",
        "The samples are still being read; wait a few seconds, then remove them.",
    ),
    "problem.samples_used": (
        "样例已放进报销单或被别人交过：请先从报销单移出。",
        "A sample is in a claim, or somebody else handed it in too: take it out there first.",
    ),
    "audit.document.sample_removed": ("移除样例", "Removed a sample"),
}
