#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The main job on real servers: record redis and nginx under load, learn, enforce, repeat the load, then break in. Then
# two releases of a small server of our own are compared.
set -eu

source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-demo.XXXXXX")
export WONT_DB="$work/wont.db"
pids=

cleanup()
{
	for pid in $pids; do
		kill -KILL "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

bold=$(tput bold 2>/dev/null || :)
plain=$(tput sgr0 2>/dev/null || :)
[ -t 1 ] || bold='' plain=''

title()
{
	printf '\n%s== %s%s\n' "$bold" "$*" "$plain"
}

show()
{
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@"
}

fail()
{
	printf 'demo: %s\n' "$*" >&2
	for log in "$work"/*.log; do
		[ -s "$log" ] && { echo "-- $log" >&2; tail -n 20 "$log" >&2; }
	done
	exit 1
}

# A free port, found by asking the kernel's table of listeners.
free_port()
{
	port=$1
	while grep -q "$(printf ':%04X 00000000:0000 0A' "$port")" /proc/net/tcp; do
		port=$((port + 1))
	done
	echo "$port"
}

# wait_for WHAT COMMAND...: until the command succeeds, ten seconds at most.
wait_for()
{
	what=$1
	shift
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || fail "$what did not come up"
		sleep 0.1
	done
}

# ---- redis -----------------------------------------------------------------------------------------------------

redis_port=$(free_port 16379)
mkdir "$work/redis"

redis_load()
{
	redis-benchmark -p "$redis_port" -q -n 5000 -c 20 \
		-t ping,set,get,incr,lpush,rpop,sadd,hset,zadd,lrange_100,mset 2>&1 | tr '\r' '\n' |
		sed -n 's/^\([A-Z].*\): [0-9].* requests per second.*/\1/p' | sort >"$1"
	redis-cli -p "$redis_port" set answer 42 >>"$1"
	redis-cli -p "$redis_port" incr answer >>"$1"
	redis-cli -p "$redis_port" eval 'return redis.call("get", "answer")' 0 >>"$1"
}

redis_start()
{
	"$@" redis-server --port "$redis_port" --save '' --dir "$work/redis" \
		--enable-module-command yes >"$work/redis.log" 2>&1 &
	redis=$!
	pids="$pids $redis"
	wait_for redis redis-cli -p "$redis_port" ping
}

redis_stop()
{
	redis-cli -p "$redis_port" shutdown nosave >/dev/null 2>&1 || :
	wait "$redis" || fail "redis ended with status $?"
}

title 'Record redis-server under redis-benchmark'
redis_start wont record -q -a redis -r 7.0 --
redis_load "$work/redis.recorded"
redis_stop
show wont runs

title 'Learn its policy, read it, prove the filter'
show wont learn redis -o "$work/redis.wont"
show sed -n 1,40p "$work/redis.wont"
show wont check "$work/redis.wont"

title 'The same load under the learned policy: anything else kills'
redis_start wont enforce redis --
grep -E '^(Seccomp|NoNewPrivs)' "/proc/$redis/status"
redis_load "$work/redis.enforced"
redis_stop
show diff "$work/redis.recorded" "$work/redis.enforced" || fail 'the results under the policy differ'
echo 'The results are the same.'

# ---- nginx -----------------------------------------------------------------------------------------------------

nginx_port=$(free_port 18080)
mkdir -p "$work/nginx/html" "$work/nginx/logs"
head -c 20000000 /dev/urandom >"$work/nginx/html/large.bin"
echo '<p>it is what it habitually is</p>' >"$work/nginx/html/index.html"
cat >"$work/nginx/nginx.conf" <<CONF
daemon off;
worker_processes 2;
user root;
pid $work/nginx/nginx.pid;
error_log $work/nginx/logs/error.log;
events { worker_connections 256; }
http {
	access_log $work/nginx/logs/access.log;
	client_body_temp_path $work/nginx/body;
	proxy_temp_path $work/nginx/proxy;
	fastcgi_temp_path $work/nginx/fastcgi;
	uwsgi_temp_path $work/nginx/uwsgi;
	scgi_temp_path $work/nginx/scgi;
	keepalive_timeout 30;
	server { listen 127.0.0.1:$nginx_port; root $work/nginx/html; }
}
CONF
[ "$(id -u)" -eq 0 ] || sed -i '/^user/d' "$work/nginx/nginx.conf"

nginx_load()
{
	wrk -t 2 -c 20 -d 2s "http://127.0.0.1:$nginx_port/" >"$work/wrk.log"
	! grep -E 'Non-2xx|Socket errors' "$work/wrk.log" || fail 'nginx answered with errors'
	for try in 1 2 3; do
		curl -sS "http://127.0.0.1:$nginx_port/large.bin" | cksum
		curl -sS "http://127.0.0.1:$nginx_port/" "http://127.0.0.1:$nginx_port/" | cksum
		curl -sS -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$nginx_port/missing$try"
	done >"$1"
}

nginx_start()
{
	"$@" /usr/sbin/nginx -p "$work/nginx" -c nginx.conf >"$work/nginx.log" 2>&1 &
	nginx=$!
	pids="$pids $nginx"
	wait_for nginx curl -sS "http://127.0.0.1:$nginx_port/"
}

nginx_stop()
{
	kill -QUIT "$(cat "$work/nginx/nginx.pid")"
	wait "$nginx" || fail "nginx ended with status $?"
}

title 'The same for nginx: two workers, keep-alive, large files'
nginx_start wont record -q -a nginx -r 1.22 --
nginx_load "$work/nginx.recorded"
nginx_stop
show wont learn nginx -o "$work/nginx.wont"
show wont check "$work/nginx.wont"
nginx_start wont enforce nginx --
nginx_load "$work/nginx.enforced"
nginx_stop
show diff "$work/nginx.recorded" "$work/nginx.enforced" || fail 'the results under the policy differ'
echo 'The results are the same.'

# ---- the intruder ----------------------------------------------------------------------------------------------

title 'An intruder makes redis load a module that starts a shell'
cat >"$work/intruder.c" <<'C'
#include <unistd.h>
__attribute__((constructor)) static void intrude(void)
{
	char *argv[] = { "/bin/sh", "-c", "echo the intruder has a shell >&2", NULL };
	execv(argv[0], argv);
}
C
cc -shared -fPIC -o "$work/intruder.so" "$work/intruder.c"
redis_start wont enforce redis --
redis-cli -p "$redis_port" module load "$work/intruder.so" 2>&1 || :
status=0
wait "$redis" 2>/dev/null || status=$?
[ "$status" -eq 159 ] || fail "the intruder was not killed: redis ended with status $status"
! grep -q 'has a shell' "$work/redis.log" || fail 'the intruder had its shell'
echo "redis died of SIGSYS (status $status); no shell was started."

title 'The same again, explained'
redis_start wont enforce --explain redis --
redis-cli -p "$redis_port" module load "$work/intruder.so" >/dev/null 2>&1 || :
wait "$redis" 2>/dev/null || :
grep -v '^[0-9]*:[A-Z] \|^ *[_.`]' "$work/redis.log" | grep -i -A 12 'wont' ||
	fail 'no explanation was given'

# ---- two releases ----------------------------------------------------------------------------------------------

# release MACRO NUMBER: builds the server, records it while a file is fetched from it.
release()
{
	mkdir -p "$work/filed"
	cc -DRELEASE="$1" -o "$work/filed/filed" "$source/tests/probes/server.c"
	(
		cd "$work/filed"
		rm -f socket
		echo 'hello, world' >hello
		wont record -q -a filed -r "$2" -- ./filed socket >>"$work/filed.log" 2>&1 &
		./filed socket hello
		./filed socket QUIT
		wait $!
	) >"$work/filed.got" || fail "filed $2 went wrong"
	[ "$(cat "$work/filed.got")" = 'hello, world' ] || fail "filed $2 gave no file"
}

title 'Two releases of a small file server: what does 1.1 do that 1.0 did not?'
release 10 1.0
release 11 1.1
status=0
show wont diff filed@1.0 filed@1.1 --exit-code || status=$?
[ "$status" -eq 1 ] || fail "diff ended with status $status"
echo 'Status 1: with --exit-code it gates a release.'

title 'Done'
echo 'Next: wont record -- YOUR-PROGRAM, wont learn YOUR-PROGRAM, wont enforce YOUR-PROGRAM -- YOUR-PROGRAM'
