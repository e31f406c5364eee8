# LSTM Lens in one image: docker build -t lstm-lens . && docker run --rm -p 127.0.0.1:8000:8000 lstm-lens

FROM python:3.11-slim AS build

# Where pip looks for torch besides its usual index: here the CPU build. Empty (--build-arg TORCH_INDEX_URL=) takes
# whatever the usual index gives, on Linux the CUDA build.
ARG TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
WORKDIR /srv/lstm-lens
RUN python -m venv /opt/venv

# torch first and alone: its layer is kept until the range in pyproject.toml changes, and no other package is looked
# for on its index.
COPY pyproject.toml ./
RUN sed -n 's/^ *"\(torch[<>=~][^"]*\)".*/\1/p' pyproject.toml > torch.txt \
    && pip install --no-deps --retries 1 --timeout 15 \
        ${TORCH_INDEX_URL:+--extra-index-url "$TORCH_INDEX_URL"} --requirement torch.txt \
    # what only C++ extensions and torch's own tests need
    && rm -rf /opt/venv/lib/python3.*/site-packages/torch/include /opt/venv/lib/python3.*/site-packages/torch/test \
    && find /opt/venv/lib/python3.*/site-packages/torch/bin -type f ! -name torch_shm_manager -delete

COPY README.md LICENSE ./
COPY scripts/build_backend.py scripts/
COPY app/lstm/kernel.c app/lstm/
RUN pip install --editable . && pip uninstall --yes pip


FROM python:3.11-slim

ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LSTM_LENS_DATA_DIR=/data
WORKDIR /srv/lstm-lens
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin lens \
    && install -d -o lens -g lens /data

COPY --from=build /opt/venv /opt/venv
COPY templates ./templates
COPY static ./static
COPY app ./app
COPY --from=build /srv/lstm-lens/app/lstm/libkernel.so ./app/lstm/
# A checkout may keep some files for its owner alone; the root file system may be read-only, and nothing should be
# compiled at every start.
RUN chmod -R a+rX . && python -m compileall -q app

USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/api/health', timeout=4)"]
CMD ["python", "-m", "app", "serve", "--host", "0.0.0.0", "--port", "8000"]
