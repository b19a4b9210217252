"""One state machine over the whole suite as the development profile deploys it. See `tests.properties.test_suite`.

`stage`: the deployment with its actors, made once. `books`: what must be, kept beside the chain: balances,
participants, certificates with their receivables, pools, grants, stakes, locks, funds, powers. They hear the events
of every transaction, judge each by the rules, work out anew what follows, and compare. `rooms`: what people do, a
file a trade. `anybody`: every writing function of every contract, called by anybody with anything. `machine` brings
them together."""
