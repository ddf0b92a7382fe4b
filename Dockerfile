FROM python:3.12-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /app --uid 1000 oms

WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 OMS_VAR=/data STATIC_ROOT=/app/published

COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir -r requirements.txt -c constraints.txt

COPY . .
# The addresses are never used here; they keep the build from starting servers of its own.
RUN mkdir -p /data /app/published \
    && export SECRET_KEY=build DATABASE_URL=postgresql://build REDIS_URL=redis://build \
    && python manage.py compile_translations \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && chown oms:oms /data

USER oms
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--backpressure", "64", "--no-ws", "--log-level", "warning", "oms.wsgi:application"]
