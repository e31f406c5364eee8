"""Scaling beyond one machine: long runs are queued in Redis, and `lstm-lens work` computes them, on any machine.

| Module | What it does |
| --- | --- |
| `ledger` | the state of each run, in Redis, changed only by the atomic `scripts` |
| `queue` | the Celery messages, each the id of a run |
| `runs` | the long runs of a server that has a broker; while Redis is down the server computes them itself |
| `worker`, `work` | the worker that computes them, and the command that starts it |

A message is only a hint; the ledger decides which worker computes. A duplicate message is dropped, and the run of a
lost message is requeued once it is orphaned. The request of a run is in the store from before its start until its end,
so Redis may lose everything.
"""
