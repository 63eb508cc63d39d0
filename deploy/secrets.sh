#!/bin/sh
# Makes what compose.yaml needs, once: sh deploy/secrets.sh chat.toko.id https://toko.id   Files that are there already stay as they are.
set -eu
cd "$(dirname "$0")"
domain=${1:-}
if ! printf '%s\n' "$domain" | grep -Eqx '([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]'; then
    echo "Which domain? Its bare name, for example: sh deploy/secrets.sh chat.toko.id https://toko.id" >&2
    exit 1
fi
umask 077
mkdir -p secrets

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() {
    [ -e "secrets/$1" ] && return
    printf '%s' "$2" > "secrets/$1.new"
    # The folder is closed to others; inside a container the file must be readable for the user there.
    chmod 644 "secrets/$1.new"
    mv "secrets/$1.new" "secrets/$1"
}
keep secret_key "$(random)"
keep field_key "$(random)"
keep backup_passphrase "$(random)"
keep postgres_password "$(random)"
keep database_url "postgres://kanal:$(cat secrets/postgres_password)@database:5432/kanal"
printf 'DOMAIN=%s\nSHOP=%s\n' "$domain" "${2:-}" > .env.new
mv .env.new .env
echo "deploy/.env and deploy/secrets are ready. Keep a copy of deploy/secrets elsewhere: without it no backup can be read."
