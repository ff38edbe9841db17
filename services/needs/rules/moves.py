"""How far a need can go from where it stands, and what each state means to the person who asked."""

from typing import Final

from shared.schemas.vocabulary import Channel, NeedStatus, OrderStatus, Urgency

S = NeedStatus
_LEAVES: Final = frozenset({S.WITHDRAWN, S.REFERRED_OUT, S.JOINED, S.ENTERED_IN_ERROR})

NEXT: Final[dict[NeedStatus, frozenset[NeedStatus]]] = {
    S.REGISTERED: frozenset({S.TRIAGED}) | _LEAVES,
    S.TRIAGED: frozenset({S.TRIAGED, S.ORDERED, S.WAITING, S.IN_SERVICE, S.RESOLVED}) | _LEAVES,
    S.ORDERED: frozenset({S.TRIAGED, S.WAITING, S.IN_SERVICE, S.RESOLVED}) | _LEAVES,
    S.WAITING: frozenset({S.TRIAGED, S.ORDERED, S.IN_SERVICE, S.RESOLVED}) | _LEAVES,
    S.IN_SERVICE: frozenset({S.RESOLVED, S.WAITING}) | _LEAVES,
    S.RESOLVED: frozenset({S.CLOSED, S.ENTERED_IN_ERROR}),
    S.CLOSED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.REFERRED_OUT: frozenset(),
    S.JOINED: frozenset(),
    S.ENTERED_IN_ERROR: frozenset(),
}
# From here the next episode begins, at `triaged`; no other verb leads on.
REOPENED: Final = frozenset({S.RESOLVED, S.CLOSED, S.WITHDRAWN})
# So often an episode follows by itself; after that a person of the county decides.
REOPENED_BY_ITSELF: Final = 2
OPEN: Final = frozenset({S.REGISTERED, S.TRIAGED, S.ORDERED, S.WAITING, S.IN_SERVICE})

# The screen of these channels is the asker's own: the tracking token may be shown in the answer.
SHOWS_TOKEN: Final = frozenset({Channel.APP, Channel.GANFUTONG})


def may_move(now: NeedStatus, then: NeedStatus) -> bool:
    return then in NEXT[now]


# How far an order is. Its facts come in this order, so what is not further on was heard before.
_PROGRESS: Final[dict[OrderStatus, int]] = {
    OrderStatus.REQUESTED: 1,
    OrderStatus.ACCEPTED: 2,
    OrderStatus.IN_PROGRESS: 3,
}
_ENDED: Final = 4


def is_news(known: OrderStatus, told: OrderStatus) -> bool:
    """Whether an order is further on than what is known of it."""
    return _PROGRESS.get(told, _ENDED) > _PROGRESS.get(known, _ENDED)


def is_for_the_county(episode: int) -> bool:
    """Whether the episode after this one takes a decision of the county."""
    return episode > REOPENED_BY_ITSELF


def is_raised(now: Urgency, then: Urgency) -> bool:
    """Whether an urgency is more pressing than another."""
    return then.rank < now.rank


NEXT_STEP: Final[dict[NeedStatus, str]] = {
    S.REGISTERED: "您的需求已登记，社工站正在了解情况。",
    S.TRIAGED: "社工站已研判，正在为您寻找合适的服务。",
    S.ORDERED: "已为您联系服务单位，正等待对方接单。",
    S.WAITING: "暂时没有可用的服务，您的需求在本站同类需求中轮候第{place}位，社工站会继续为您联系。",
    S.IN_SERVICE: "已有单位受理，会与您联系并提供服务。",
    S.RESOLVED: "服务已办结，稍后会请您评价。",
    S.CLOSED: "本次服务已结束，感谢您的信任。",
    S.WITHDRAWN: "需求已撤回。如仍需帮助，请再次联系社工站。",
    S.REFERRED_OUT: "您的需求已转交其他单位办理。",
    S.JOINED: "您的需求已与另一条需求合并办理。",
    S.ENTERED_IN_ERROR: "此记录为误录，已作废。",
}
