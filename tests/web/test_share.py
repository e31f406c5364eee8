"""A run of somebody's own model, sent to a server that runs."""

from collections.abc import Iterator

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from lstm_lens.client.show import CannotShow, show
from lstm_lens.lstm import Recorder, record
from tests.web.server_process import serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("share"), LSTM_LENS_EMBED_ORIGINS="http://localhost:8888") as found:
        assert found.ask("GET", "/api/health")[0] == 200
        yield f"http://127.0.0.1:{found.port}"


class Tagger(nn.Module):
    """What an LSTM reads inside of a model is nothing that a person has at hand."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(30, 4)
        self.lstm = nn.LSTM(4, 6, 2, bidirectional=True, batch_first=True)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = self.lstm(self.embedding(words))[0]
        return output


def test_the_real_input_of_an_lstm_inside_of_a_model(server: str) -> None:
    model = Tagger().eval()
    with Recorder(model) as recorder:
        model(torch.randint(30, (3, 9)))
    (trace,) = recorder.traces["lstm"]
    shown = show(trace, server)
    assert shown.difference <= 1e-6
    assert str(shown) == f"{server}/?lang=en#trace={shown.trace_id}"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("proj_size", [0, 3])
def test_states_lengths_and_unbatched_calls(server: str, dtype: torch.dtype, proj_size: int) -> None:
    lstm = nn.LSTM(2, 5, proj_size=proj_size, dtype=dtype)
    hx = (torch.randn(1, 3, proj_size or 5, dtype=dtype), torch.randn(1, 3, 5, dtype=dtype))
    within = 1e-6 if dtype == torch.float32 else 1e-12
    assert show(record(lstm, torch.randn(6, 3, 2, dtype=dtype), hx), server).difference <= within
    assert show(record(lstm, torch.randn(6, 2, dtype=dtype)), server).difference <= within
    assert show(record(lstm, torch.randn(6, 3, 2, dtype=dtype), lengths=[2, 6, 4]), server).difference <= within


def test_a_packed_call(server: str) -> None:
    lstm = nn.LSTM(2, 5)
    with Recorder(lstm) as recorder:
        lstm(pack_padded_sequence(torch.randn(6, 2, 2), [6, 3]))
    assert show(recorder.traces[""][0], server).difference <= 1e-6


def test_a_notebook_shows_the_page_where_the_server_lets_it(server: str) -> None:
    shown = show(record(nn.LSTM(2, 3), torch.randn(4, 1, 2)), server, lang="zh")
    assert shown.framed
    assert f'<iframe src="{server}/?lang=zh#trace={shown.trace_id}"' in shown._repr_html_()


def test_what_cannot_be_shown_is_said(server: str) -> None:
    trained = nn.LSTM(2, 3, 2, dropout=0.5)
    with pytest.raises(CannotShow, match=r"model.eval\(\)"):
        show(record(trained, torch.randn(4, 1, 2), dropout_seed=1), server)
    with pytest.raises(CannotShow, match="bfloat16"):
        show(record(nn.LSTM(2, 3, dtype=torch.bfloat16), torch.randn(4, 1, 2, dtype=torch.bfloat16)), server)
    with pytest.raises(CannotShow, match="make run"):
        show(record(nn.LSTM(2, 3), torch.randn(4, 1, 2)), "http://127.0.0.1:9")
    broken = nn.LSTM(2, 3)
    with torch.no_grad():
        broken.weight_ih_l0[0, 0] = torch.nan
    with pytest.raises(CannotShow, match="NaN"):
        show(record(broken, torch.randn(4, 1, 2)), server)
