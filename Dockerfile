# LSTM Lens in one image: docker build -t lstm-lens . && docker run --rm -p 127.0.0.1:8000:8000 lstm-lens

FROM python:3.11-slim AS build

# cpu, or cuda for the build on PyPI, which brings CUDA: several gigabytes.
ARG VARIANT=cpu
# PyTorch's index for another build, such as https://download.pytorch.org/whl/cu130; empty for what VARIANT says.
ARG TORCH_INDEX_URL=

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
WORKDIR /srv/lstm-lens
RUN python -m venv /opt/venv

# torch first and alone: its layer is kept until its version changes, and no other package is looked for on its index.
# What comes from PyPI is held to the hashes of the lock. The CPU build is not on PyPI; where PyTorch's index cannot be
# reached, the one with CUDA does the same.
COPY requirements-cuda.lock ./
RUN version="$(sed -n 's/^torch==\([0-9.]*\).*/\1/p' requirements-cuda.lock)" \
    && locked() { pip install --no-deps --require-hashes --requirement requirements-cuda.lock; } \
    && case "${TORCH_INDEX_URL:-$VARIANT}" in \
        cpu) pip install --no-deps --retries=1 --timeout=15 \
            --extra-index-url=https://download.pytorch.org/whl/cpu "torch==$version+cpu" || locked ;; \
        cuda) locked ;; \
        http*) pip install --extra-index-url="$TORCH_INDEX_URL" "torch==$version" ;; \
        *) echo "VARIANT is cpu or cuda, not $VARIANT" >&2; exit 1 ;; \
    esac \
    # what only C++ extensions and torch's own tests need
    && rm -rf /opt/venv/lib/python3.*/site-packages/torch/include /opt/venv/lib/python3.*/site-packages/torch/test \
    && find /opt/venv/lib/python3.*/site-packages/torch/bin -type f ! -name torch_shm_manager -delete

COPY requirements.lock ./
RUN pip install --no-deps --require-hashes --requirement requirements.lock

# The package by itself, so that a change of the code makes a small layer. Nothing is to be compiled at a start.
COPY pyproject.toml setup.py MANIFEST.in README.md LICENSE ./
COPY scripts/build_backend.py scripts/
COPY app app/
COPY templates templates/
COPY static static/
RUN pip install --no-deps --target /opt/lstm-lens . && PYTHONPATH=/opt/lstm-lens pip check \
    # a checkout may keep some files for its owner alone
    && chmod -R a+rX /opt/lstm-lens && pip uninstall --yes pip


FROM python:3.11-slim

LABEL org.opencontainers.image.title="LSTM Lens" \
    org.opencontainers.image.description="torch.nn.LSTM, opened: every gate of every timestep, as a page and a REST API" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.base.name="docker.io/library/python:3.11-slim"

ENV PATH=/opt/lstm-lens/bin:/opt/venv/bin:$PATH PYTHONPATH=/opt/lstm-lens PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LSTM_LENS_DATA_DIR=/data
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin lens \
    && install -d -o lens -g lens /data

COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/lstm-lens /opt/lstm-lens

USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/api/health', timeout=4)"]
CMD ["lstm-lens", "serve", "--host", "0.0.0.0", "--port", "8000"]
