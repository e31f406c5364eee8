"""Growing past one machine: long runs wait in Redis, and `lstm-lens work` computes them, anywhere.

| Module | What it does |
| --- | --- |
| `ledger` | where each run stands, in Redis, changed by `scripts` that run there whole or not at all |
| `queue` | the messages of Celery, each the id of a run |
| `runs` | the long runs of a server that has a broker; while that is away the server computes them itself |
| `worker`, `work` | what computes them; and the command that starts it |

A message is a hint and the ledger decides who computes: a message too many is dropped, and one that was lost is sent
again once it is missed. The request of a run lies in the store from before its start until its end, so that Redis may
forget everything.
"""
