"""The hint of a first visit to a screen, for whoever is there."""

from collections.abc import Collection

from piaohe.access import Permission

P = Permission

TIPS: dict[str, tuple[tuple[P | None, tuple[str, str]], ...]] = {
    "documents": (
        (
            P.PEOPLE,
            (
                "你是管理员：先到“人员”邀请同事、选角色；这里交自己的票。",
                "You are the administrator: invite people under People first; here you hand in "
                "your own documents.",
            ),
        ),
        (
            P.REVIEW,
            (
                "这里交你自己的票；别人的票在“复核”里等你。",
                "Here you hand in your own documents; those of others wait under Review.",
            ),
        ),
        (
            P.CLAIMS_PAY,
            (
                "这里交你自己的票；要付款的单子在“报销”。",
                "Here you hand in your own documents; what is to be paid is under Claims.",
            ),
        ),
        (
            None,
            (
                "把发票放进来就行，其余自动完成；有要你做的，会写在“状态”里。",
                "Put invoices in here; the rest happens by itself, and what is left for you to do "
                "stands under State.",
            ),
        ),
    ),
    "claims": (
        (
            P.CLAIMS_CHECK,
            (
                "上方标签里是等你审核的单子；自己的在“我的”。",
                "The tabs hold what waits for you to check; your own are under Mine.",
            ),
        ),
        (
            P.CLAIMS_PAY,
            (
                "已批准的单子在上方标签里，付款后记为已付款。",
                "Approved claims are in the tabs; note each as paid afterwards.",
            ),
        ),
        (
            None,
            (
                "一次出差或一件事一张报销单：放入票据，写事由，提交。",
                "One claim for each trip or matter: put papers in, say what for, hand it in.",
            ),
        ),
    ),
    "queue": (
        (
            P.APPROVE,
            (
                "“待批准”是别人通过、等你做第二人的。用 j、k 移动，回车打开。",
                "“To approve” has what somebody accepted and you approve. Move with j and k, open "
                "with Enter.",
            ),
        ),
        (
            None,
            (
                "从第一张开始，一张接一张：通过、退回或拒绝。键盘更快，按 ? 看按键。",
                "Begin with the first; accept, return or reject, and the next one comes. Keys are "
                "faster: ? shows them.",
            ),
        ),
    ),
    "search": (
        (
            None,
            (
                "像说话一样找：“上个月 打车 100以上”。",
                "Search as you would say it: “last month taxi over 100”.",
            ),
        ),
    ),
    "overview": (
        (
            None,
            (
                "每个数字都能点开，看到它背后的票据。",
                "Every figure can be clicked: behind it are its documents.",
            ),
        ),
    ),
    "people": (
        (
            None,
            (
                "邀请后把一次性链接交给本人；没有默认密码。",
                "Hand the one-time link to whom you invite; there are no default passwords.",
            ),
        ),
    ),
}
"""Screen -> hints of a first visit: the first one whose permission somebody has is for them."""


def tip_of(screen: str, may: Collection[P]) -> tuple[str, str] | None:
    """The hint of a first visit for somebody with these permissions."""
    fitting = (text for needs, text in TIPS.get(screen, ()) if needs is None or needs in may)
    return next(fitting, None)
