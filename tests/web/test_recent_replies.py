"""What is kept of recent replies takes the memory that it is said to take."""

import os

import orjson

from lstm_lens.schemas import Window
from lstm_lens.web.reply_cache import ReplyCache
from tests.soak.support.processes import status_kib


def test_what_is_kept_takes_little_more_than_its_bytes() -> None:
    replies, window = ReplyCache(), Window()
    before = status_kib(os.getpid(), "RssAnon")
    for k in range(6_000):
        replies.keep(f"{k:032}", window, orjson.dumps({"output": [k] * 600}))
    kept = sum(len(replies.get(f"{k:032}", window) or b"") for k in range(6_000)) / 1024
    assert kept > 10_000
    assert status_kib(os.getpid(), "RssAnon") - before < 1.6 * kept
