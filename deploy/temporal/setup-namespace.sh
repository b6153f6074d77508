#!/bin/sh
# Makes the namespace with its retention and the search attributes the workflows write. Idempotent:
# existing ones stay, and a changed retention is applied. A missing attribute would block every workflow that sets it,
# so any failure must end this job with an error.
# Takes TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and RETENTION from the environment, and TLS_FOLDER with TLS_SERVER_NAME where the
# server asks for a certificate.
set -eu

# gRPC sends further DNS queries, which hang if the DNS server has no upstream. A numeric address avoids them.
host=${TEMPORAL_ADDRESS%:*}
ip=$(getent hosts "$host" | awk 'NR == 1 { print $1 }')
[ -z "$ip" ] || TEMPORAL_ADDRESS=$ip:${TEMPORAL_ADDRESS##*:}
export TEMPORAL_ADDRESS

# Runs the CLI with the client certificate that the server requires.
ask() {
  if [ -z "${TLS_FOLDER:-}" ]; then
    temporal "$@"
  else
    temporal "$@" --tls-server-name "$TLS_SERVER_NAME" --tls-ca-path "$TLS_FOLDER/ca.pem" \
      --tls-cert-path "$TLS_FOLDER/cert.pem" --tls-key-path "$TLS_FOLDER/key.pem"
  fi
}

attempt=0
until ask operator cluster health >/dev/null 2>&1; do
  attempt=$((attempt + 1))
  if [ "$attempt" -ge 60 ]; then
    echo "no Temporal server answers at $TEMPORAL_ADDRESS" >&2
    exit 1
  fi
  sleep 1
done

if ask operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  ask operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  ask operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi

# The server caches its list of namespaces for some seconds, so the first tries after a new one may fail.
register() {
  attempt=0
  # An attribute of another type, from an earlier version of the product, is replaced and loses its values.
  if ask operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" | grep -w "$1" | grep -qvw "$2"; then
    ask operator search-attribute remove --namespace "$TEMPORAL_NAMESPACE" --name "$1" --yes
  fi
  until ask operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"; do
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 30 ]; then
      echo "search attribute $1 could not be registered" >&2
      exit 1
    fi
    sleep 1
  done
}
register OrderStatus Keyword
register OrderTotal Int
register OrderAttention KeywordList
register OrderNumber Int
register TabId Keyword
register TabStatus Keyword
