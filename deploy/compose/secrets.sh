#!/bin/sh
# Makes what is secret, each once: what is there stays. For compose and for Swarm alike.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
# The folder is for its owner alone. Each file is read by one user inside the containers, to whom root can give it (0400);
# whoever is not root can't, and leaves them to be read by whoever gets into the folder.
NODE=1000 MONGODB=999 NOBODY=65534 GRAFANA=472 ROOT=0
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
keep() {
  [ -s "secrets/$1" ] || printf %s "$2" >"secrets/$1"
  if [ "$(id -u)" = 0 ]; then chown "$3:$3" "secrets/$1" && chmod 400 "secrets/$1"; else chmod 444 "secrets/$1"; fi
}

keep JWT_SECRET "$(random 32)" $NODE
keep METRICS_TOKEN "$(random 24)" $NODE
keep prometheus_token "$(cat secrets/METRICS_TOKEN)" $NOBODY
keep SETUP_CODE "$(random 8)" $NODE
keep redis_password "$(random 24)" $ROOT
keep mongo_root_password "$(random 24)" $MONGODB
keep mongo_init_password "$(cat secrets/mongo_root_password)" $NODE
keep mongo_keyfile "$(random 378)" $ROOT
keep grafana_password "$(random 12)" $GRAFANA
keep REDIS_URI "redis://:$(cat secrets/redis_password)@redis:6379" $NODE
keep MONGO_URI "mongodb://parley:$(random 24)@mongo-1:27017,mongo-2:27017,mongo-3:27017/parley?replicaSet=rs0&authSource=parley" $NODE
echo "The secrets are in $(pwd)/secrets. The first account needs the setup code: $(cat secrets/SETUP_CODE)"
