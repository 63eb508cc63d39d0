# The few commands of this project. `make run` is all a new user needs; Python 3.11+, GNU make and git are all it assumes.

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

PY := .venv/bin/python
RUN := requirements/install.sh run
TEST := requirements/install.sh test

# What `make server` takes. PYTHON: any 3.11 or newer; nothing needs to be installed for it.
PYTHON ?= python3
# PORT has a default for `make run`; a server keeps the one it has unless one is named.
NAMED_PORT := $(if $(filter file,$(origin PORT)),,$(PORT))

.PHONY: server update restore rotate-keys run test test-fast test-scaled lint promises bench lock sbom build messages help

help:
	@echo "make run        sets everything up and serves the demo shop (HOST=127.0.0.1 PORT=8000)"
	@echo "make server     sets up a real server: make server DOMAIN=chat.toko.id SHOP=https://toko.id"
	@echo "make update     installs a new version and goes back by itself if it is not well"
	@echo "make restore    FILE=backup: puts a backup back         make rotate-keys  new keys"
	@echo "make test       all tests, also in a real browser      make test-fast  those that need neither browser nor server"
	@echo "make test-scaled  what touches the database or the line, on a real PostgreSQL and Redis (private ones, or TEST_DATABASE_URL and TEST_REDIS_URL)"
	@echo "make lint       style, types, and the built widget     make messages   adds missing texts to the translations"
	@echo "make promises   kills and cuts, and counts             make bench      measures against a bare relay"
	@echo "make sbom       writes sbom.json: every package a server installs (CycloneDX)"
	@echo "make lock       renews requirements/*.txt              make build      rebuilds the widget (needs node)"

run:
	@$(RUN)
	@exec $(PY) manage.py set_up_demo --serve

server:
	@$(PYTHON) -m deploy server --domain "$(DOMAIN)" --shop "$(SHOP)" --port "$(NAMED_PORT)" --proxy "$(PROXY)" --tls "$(TLS)" --https-port "$(HTTPS_PORT)"

update:
	@$(PYTHON) -m deploy update $(if $(filter no,$(PULL)),--no-pull)

restore:
	@$(PYTHON) -m deploy restore "$(FILE)" --passphrase-file "$(PASSPHRASE_FILE)"

rotate-keys:
	@$(PYTHON) -m deploy rotate-keys

# How each part is run stands in tests/parts.py.
test: test-fast
	@$(PY) -m tests.parts served

test-fast:
	@$(TEST)
	@$(PY) -m tests.parts fast

# What PostgreSQL and Redis can change, on them instead of SQLite and one process's memory (tests/scaled.py).
test-scaled:
	@$(TEST)
	@$(PY) -m tests.scaled

lint:
	@$(TEST)
	@$(PY) -m tests.lint

promises:
	@$(TEST)
	@$(PY) -m tests.promises

bench:
	@$(TEST)
	@$(PY) -m tests.bench

sbom:
	@$(PYTHON) requirements/sbom.py server > sbom.json
	@echo "sbom.json lists what requirements/server.txt installs."

messages:
	@$(TEST)
	@$(PY) -m tests.messages

build:
	cd static && npm ci --no-audit --no-fund && npm run build

# Without index lines and host names, for every system and Python the project runs on.
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock:
	@$(TEST)
	$(LOCK) --upgrade pyproject.toml -o requirements/run.txt
	$(LOCK) --upgrade pyproject.toml --extra scaled --extra sentry -c requirements/run.txt -o requirements/server.txt
	$(LOCK) --upgrade pyproject.toml --extra test -c requirements/server.txt -o requirements/test.txt
	echo uv | $(LOCK) --upgrade - -o requirements/uv.txt
