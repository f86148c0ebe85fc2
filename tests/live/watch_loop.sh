#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2034 # expect.sh and eval read what seems unused
# The whole loop on redis and nginx: learned from a thin workload, a canary under a fuller one, what it met proposed, reviewed
# and joined, then killing: the fuller workload runs, and an intruding call dies and is explained.
. "${top_srcdir:?}/tests/live/expect.sh"

server=

at_end()
{
	for pid in $watcher $server; do kill "$pid" 2>/dev/null; done
	[ -z "$server" ] || wait "$server" 2>/dev/null
	rm -rf "$here"
}
trap at_end EXIT

need_wont
for command in redis-server redis-cli nginx curl jq strace; do
	PATH=$PATH:/usr/sbin command -v $command >/dev/null || skip "$command is missing"
done
share_audit
wont watch --from audit --for 0.01 >"$here/out" 2>"$here/err" || {
	cat "$here/err"
	skip "audit records cannot be read here"
}

# Copies: on this machine others may run the same programs under filters.
cp "$(readlink -f "$(command -v redis-server)")" "$here/redis-server"
cp "$(readlink -f "$(PATH=$PATH:/usr/sbin command -v nginx)")" "$here/nginx"
chmod 755 "$here"
cd "$here" || exit 2

free_port()
{
	port=$((20000 + $(printf '%s' "$here$1" | cksum | cut -d' ' -f1) % 10000))
	while grep -q "$(printf ':%04X 00000000:0000 0A' "$port")" /proc/net/tcp; do
		port=$((port + 1))
	done
	echo "$port"
}

# --- What is served, thinly and fully; each prints what a client saw.
redis_port=$(free_port redis)
nginx_port=$(free_port nginx)
mkdir -p html logs
head -c 300000 /dev/zero >html/big
echo hi >html/index.html
cat >nginx.conf <<CONF
daemon off; worker_processes 1; user root; pid $here/nginx.pid; error_log $here/logs/error.log;
events { worker_connections 64; }
http { access_log $here/logs/access.log; client_body_temp_path $here/b; proxy_temp_path $here/p; fastcgi_temp_path $here/f;
uwsgi_temp_path $here/u; scgi_temp_path $here/s; server { listen 127.0.0.1:$nginx_port; root $here/html;
location /away { proxy_pass http://127.0.0.1:9; } } }
CONF

redis_command="$here/redis-server --port $redis_port --dir $here --daemonize no --loglevel warning"
redis_is_up()
{
	redis-cli -p "$redis_port" ping >/dev/null 2>&1
}
redis_thin()
{
	redis-cli -p "$redis_port" set a 1
}
redis_full()
{
	redis_thin
	redis-cli -p "$redis_port" eval 'return 7' 0
	redis-cli -p "$redis_port" save
	redis-cli -p "$redis_port" bgsave
	until [ "$(redis-cli -p "$redis_port" info persistence | tr -d '\r' | sed -n 's/^rdb_bgsave_in_progress://p')" = 0 ]; do
		sleep 0.1
	done
}
redis_intrude()
{
	redis-cli -p "$redis_port" migrate 127.0.0.1 9 a 0 100 >/dev/null 2>&1
}
redis_stop()
{
	redis-cli -p "$redis_port" shutdown nosave >/dev/null 2>&1
}

nginx_command="$here/nginx -p $here -c nginx.conf"
nginx_is_up()
{
	curl -sf "http://127.0.0.1:$nginx_port/" >/dev/null 2>&1
}
nginx_thin()
{
	curl -s "http://127.0.0.1:$nginx_port/"
}
nginx_full()
{
	nginx_thin
	curl -s "http://127.0.0.1:$nginx_port/big" | cksum
	curl -s -H 'Range: bytes=1-9' -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$nginx_port/big"
	curl -s -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$nginx_port/missing"
	kill -USR1 "$(cat nginx.pid)"
	sleep 0.3
	nginx_thin
}
nginx_intrude()
{
	curl -s -m 5 "http://127.0.0.1:$nginx_port/away" >/dev/null 2>&1
}
nginx_stop()
{
	kill -QUIT "$(cat nginx.pid)" 2>/dev/null
}

# told CONDITION: does one of the lines that watch wrote meet it, whatever came later?
told()
{
	jq -es "any(.[]; $1)" "$here/intruder" >/dev/null
}

# start COMMAND...: the server of $app under it, up and serving.
start()
{
	# shellcheck disable=SC2086
	eval '"$@" $'"$app"_command '>>"$here/server.out" 2>>"$here/server.err" </dev/null &'
	server=$!
	for _ in $(seq 100); do
		"${app}_is_up" && return
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	fail "$app does not come up under: $*"
	show "$here/server.err"
	finish
}

stop()
{
	"${app}_stop"
	wait "$server"
	status=$?
	server=
}

# Names of calls that the profile has rules for: all, and those that are unconditional.
ruled()
{
	awk '/^\t[a-z0-9_]+/ { sub(/:.*/, "", $1); print $1 }' "$here/thin.wont" | sort -u
}
unconditional()
{
	awk '/^\t[a-z0-9_]+/ && $1 !~ /:/ { print $1 }' "$here/thin.wont" | sort -u
}

# What watch lists was made, and is outside of the profile; what was made and has no rule is listed.
check_listed()
{
	jq -r .syscall "$here/canary" | sort -u >"$here/listed"
	# Behind the execve of the server itself.
	awk '/execve\(.*= 0/ { begun = NR } { line[NR] = $0 } END { for (i = begun + 1; i <= NR; i++) print line[i] }' "$here/trace" |
		sed -E '/resumed>|\+\+\+|---/d; s/^[0-9]+ +//; s/\(.*//' | sort -u >"$here/made"
	ruled >"$here/ruled"
	unconditional >"$here/unconditional"
	check "the canary of $app met nothing" [ -s "$here/listed" ]
	comm -23 "$here/listed" "$here/made" >"$here/odd"
	check "what watch lists of $app was never made" [ ! -s "$here/odd" ]
	comm -12 "$here/listed" "$here/unconditional" >>"$here/odd"
	check "what watch lists of $app is in its profile" [ ! -s "$here/odd" ]
	comm -23 "$here/made" "$here/ruled" | comm -23 - "$here/listed" >>"$here/odd"
	check "what $app did outside of its profile is not listed" [ ! -s "$here/odd" ]
	show "$here/odd"
}

try_app()
{
	app=$1
	# Learn from little.
	start wont record -q -a "$app" --
	"${app}_thin" >"$here/thin"
	stop
	run wont learn "$app" -o "$here/thin.wont" --accept exec
	expect_status 0
	expect_error 'not ready: it has been through no canary'
	run wont learn "$app" -o "$here/thin.wont" --accept exec --ready
	expect_status 1

	# The fuller workload under a canary: it works. strace is the witness of that very run.
	begin_watch "$here/canary" --app "$app" --from audit
	start strace -f -qq -e signal=none -o "$here/trace" wont enforce --action log "$app" --
	"${app}_full" >"$here/full"
	stop
	sleep 0.5 # what waits for its arguments
	end_watch
	check_listed
	run wont learn "$app" -o "$here/again.wont" --accept exec --ready
	expect_status 1
	expect_error '1 with calls that it does not admit'

	# The same canary, supervised, tells the arguments, so that the rules are narrow.
	start wont enforce --supervise --action log "$app" --
	"${app}_full" >"$here/full.canary"
	stop
	check "$app works otherwise as a supervised canary" cmp -s "$here/full" "$here/full.canary"
	run wont watch --app "$app" --propose -o "$here/patch"
	expect_status 0
	expect_error ' proposed; read '
	run wont watch --app "$app" --accept "$here/patch" -o "$here/grown.wont"
	expect_status 0

	# Killing: the fuller workload runs, nothing is denied, and a clean canary makes it ready.
	begin_watch "$here/quiet" --app "$app" --from audit
	start wont enforce "$app" --
	"${app}_full" >"$here/full.killing"
	stop
	expect_status 0
	start wont enforce --action log "$app" --
	"${app}_full" >"$here/full.canary"
	stop
	sleep 1.2
	end_watch
	check "$app works otherwise under its profile" cmp -s "$here/full" "$here/full.killing"
	check "something of $app was denied" [ ! -s "$here/quiet" ]
	show "$here/quiet"
	run wont learn "$app" --join "$here/grown.wont" -o "$here/joined.wont" --accept exec --ready
	expect_status 0
	expect_error 'ready: 1 whole canary run'

	# An intruder dies, and is explained: the call, the rule, and, supervised, its arguments.
	begin_watch "$here/intruder" --app "$app" --from audit
	for how in '' --supervise; do
		# shellcheck disable=SC2086
		start wont enforce $how "$app" --
		"${app}_intrude"
		begun=$(date +%s%N)
		source=audit
		[ -z "$how" ] || source=supervise
		intrusion=".action == \"kill_process\" and .source == \"$source\" and (.rule | type) == \"string\""
		for _ in $(seq 100); do
			told "$intrusion" && break
			sleep 0.05
		done
		echo "$app $how: told after $((($(date +%s%N) - begun) / 1000000)) ms at most"
		checks=$((checks + 1))
		told "$intrusion" || {
			fail "the intruder of $app was not told ($source)"
			show "$here/intruder"
		}
		stop
	done
	sleep 0.5
	end_watch
	checks=$((checks + 1))
	told '.source == "supervise" and .args != null' || {
		fail 'no arguments were told'
		show "$here/intruder"
	}
	run wont explain "$app" "$(jq -r .syscall "$here/intruder" | head -n 1)"
	expect_status 0
	expect_line 'denied or logged:'
	run wont show "$app"
	expect_line 'denied or logged:'
}

try_app redis
try_app nginx
finish
