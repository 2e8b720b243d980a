#!/bin/sh
# Makes what is secret, each once: what is there stays. For compose and for Swarm alike.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
# The folder is for its owner alone; the files are read inside the containers by users that do not exist out here.
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -s "secrets/$1" ] || printf %s "$2" >"secrets/$1"; chmod 444 "secrets/$1"; }

keep JWT_SECRET "$(random 32)"
keep METRICS_TOKEN "$(random 24)"
keep SETUP_CODE "$(random 8)"
keep redis_password "$(random 24)"
keep mongo_root_password "$(random 24)"
keep mongo_keyfile "$(random 378)"
keep grafana_password "$(random 12)"
keep REDIS_URI "redis://:$(cat secrets/redis_password)@redis:6379"
keep MONGO_URI "mongodb://parley:$(random 24)@mongo-1:27017,mongo-2:27017,mongo-3:27017/parley?replicaSet=rs0&authSource=parley"
echo "The secrets are in $(pwd)/secrets. The first account needs the setup code: $(cat secrets/SETUP_CODE)"
