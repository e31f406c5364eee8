"""Sound files of every format, damaged in ways that reach deep: python -m tests.readers.weights.mutate COUNT [SEED].

Each is uploaded to a server with workers of its own. What counts as failure: an answer that is neither 201 nor 422, and
a worker that ended otherwise than by its deadline: there are files in which the HDF5 library goes round in circles. The
k-th file of a seed is the same every time.
"""

import io
import json
import struct
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

#: The server's deadline for one file, in seconds: a sound one takes hundredths.
SECONDS = 5.0
FILES = Path(__file__).parent / "files"
#: Where readers tend to go wrong: around signs, widths and limits.
NUMBERS = [
    0,
    1,
    2,
    3,
    7,
    8,
    127,
    128,
    255,
    256,
    2**15,
    2**16,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**48,
    2**63 - 1,
    2**63,
    2**64 - 1,
]
WORDS = [
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "NaN",
    "[]",
    "{}",
    '""',
    "9" * 400,
    '"\\ud800"',
    "[[[[[[]]]]]]",
    '"LSTM"',
    "3.5",
]
Damage = Callable[[bytes, Random], bytes]


def bytes_changed(content: bytes, random: Random) -> bytes:
    """Some bytes here and there, half of the time near the start, where structure is."""
    found = bytearray(content)
    most = len(found) if random.random() < 0.5 else min(len(found), 3000)
    for _ in range(random.choice([1, 1, 2, 4, 16])):
        place = random.randrange(most)
        found[place] = random.choice([random.randrange(256), found[place] ^ 1 << random.randrange(8), 0, 255])
    return bytes(found)


def number_written(content: bytes, random: Random) -> bytes:
    """A number at its limits, in two, four or eight bytes."""
    width, form = random.choice([(2, "<H"), (4, "<I"), (8, "<Q")])
    place = random.randrange(max(1, min(len(content), random.choice([200, 3000, len(content)])) - width))
    number = random.choice(NUMBERS) % 2 ** (8 * width)
    return content[:place] + struct.pack(form, number) + content[place + width :]


def piece_moved(content: bytes, random: Random) -> bytes:
    """A piece left out, doubled, or put elsewhere."""
    start = random.randrange(len(content))
    piece = content[start : start + random.choice([1, 4, 16, 64, 512])]
    place = random.choice([start, random.randrange(len(content))])
    without = content[:start] + content[start + len(piece) :] if random.random() < 0.6 else content
    return without if random.random() < 0.4 else without[:place] + piece + without[place:]


def cut(content: bytes, random: Random) -> bytes:
    """Only the beginning."""
    return content[: random.randrange(len(content))]


DAMAGES: list[Damage] = [bytes_changed, bytes_changed, number_written, piece_moved, cut]


def damaged(content: bytes, random: Random) -> bytes:
    """One to three kinds of damage."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        content = random.choice(DAMAGES)(content, random) if content else content
    return content


def text_damaged(content: bytes, random: Random) -> bytes:
    """JSON with values replaced, so that it often stays JSON."""
    text = content.decode()
    for _ in range(random.choice([1, 1, 2, 5])):
        place = random.randrange(max(1, len(text)))
        start = max(place, *(text.find(mark, place) for mark in ": ")) if random.random() < 0.7 else place
        stop = min((found for mark in ",}]" if (found := text.find(mark, start + 1)) > 0), default=len(text))
        text = text[: start + 1] + random.choice([*WORDS, str(random.choice(NUMBERS))]) + text[stop:]
    return text.encode("utf-8", "surrogatepass")


def safetensors(content: bytes, random: Random) -> bytes:
    """Half of the time the header as text, its length made right again."""
    if random.random() < 0.5:
        return damaged(content, random)
    length = struct.unpack("<Q", content[:8])[0]
    header = text_damaged(content[8 : 8 + length], random)
    return struct.pack("<Q", len(header)) + header + content[8 + length :]


def keras(content: bytes, random: Random) -> bytes:
    """Mostly what is in the archive, packed again with right checksums."""
    if random.random() < 0.2:
        return damaged(content, random)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        config, weights = archive.read("config.json"), archive.read("model.weights.h5")
    if random.random() < 0.5:
        config = text_damaged(config, random)
    else:
        weights = damaged(weights, random)
    with zipfile.ZipFile(packed := io.BytesIO(), "w") as archive:
        archive.writestr("config.json", config)
        archive.writestr("model.weights.h5", weights)
    return packed.getvalue()


KINDS: dict[str, Damage] = {".safetensors": safetensors, ".keras": keras, ".h5": damaged, ".onnx": damaged}


@cache
def sound_files() -> list[tuple[str, bytes]]:
    """The files of the frameworks, one of torch, and the smallest of Keras, in which most damage hits something."""
    import torch
    from safetensors.torch import save
    from torch import nn

    paths = [path for path in sorted(FILES.iterdir()) if ".answers" not in path.name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        two = nn.ModuleDict({"a": nn.LSTM(2, 3, 2, bidirectional=True), "b": nn.LSTM(2, 4, proj_size=2)})
    return [
        (".safetensors", save(two.state_dict())),
        *((path.suffix, path.read_bytes()) for path in paths if path.stat().st_size < 200_000),
    ]


def mutation(k: int, seed: int = 0) -> tuple[str, bytes]:
    """The k-th damaged file of a seed, and the ending that it had."""
    ending, content = sound_files()[k % len(sound_files())]
    return ending, KINDS[ending](content, Random(f"{seed}.{k}"))  # noqa: S311 (no secret)


def soak(count: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Upload so many damaged files; how often there was each answer to each kind, and every failure."""
    from fastapi.testclient import TestClient

    from lstm_lens.core.settings import Settings
    from lstm_lens.main import create_app

    answers: Counter[str] = Counter()
    failures: list[str] = []
    kind = ""
    app = create_app(Settings(data_dir=folder, workers=1, max_upload_seconds=SECONDS))
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        worker = app.state.library.pool._short._all[0]
        begin = time.monotonic()
        for k in range(count):
            ending, content = mutation(k, seed)
            before, kind = worker._process, ""
            reply = client.put("/api/uploads", content=content)
            answers[f"{ending} {reply.status_code}"] += 1
            if reply.status_code == 201:
                client.delete(reply.headers["Location"])
            elif reply.status_code != 422:
                failures.append(f"{k} ({ending}): {reply.status_code} {reply.text[:200]}")
            else:
                kind = json.loads(reply.content)["detail"][0]["type"]
                answers[f"{ending} {kind}"] += 1
                if kind == "unreadable":
                    failures.append(f"{k} ({ending}): an exception that nobody caught")
            if before is not None and worker._process is not before and kind != "too_slow":
                failures.append(f"{k} ({ending}): the worker died")
            if k % 5000 == 4999:
                rate = (k + 1) / (time.monotonic() - begin)
                sys.stdout.write(f"{k + 1} files, {rate:.0f} a second, {len(failures)} failures\n")
                sys.stdout.flush()
    return answers, failures


def main() -> int:
    """Soak, and tell what came of it."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with tempfile.TemporaryDirectory() as folder:
        answers, failures = soak(count, seed, Path(folder))
    for answer, times in sorted(answers.items()):
        sys.stdout.write(f"{answer}: {times}\n")
    sys.stdout.write("".join(f"FAILED {failure}\n" for failure in failures[:50]))
    sys.stdout.write(f"{count} damaged files, {len(failures)} failures\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
