#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What recording costs: each workload untraced, under wont, under wont --known, and under three kinds of strace, in
# turn, BENCH_ROUNDS times (5). Prints the median of the ratios to the untraced run of the same round, and how much of
# `strace -f -c`'s added time wont adds.
set -eu

rounds=${BENCH_ROUNDS:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-bench.XXXXXX")
export WONT_DB="$work/wont.db"
server=

cleanup()
{
	[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || :
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

now()
{
	date +%s%N
}

free_port()
{
	port=$1
	while grep -q "$(printf ':%04X 00000000:0000 0A' "$port")" /proc/net/tcp; do
		port=$((port + 1))
	done
	echo "$port"
}

# ---- workloads: `NAME TOOL...` runs it with the tool in front and prints nanoseconds (per unit of work) -----------

timed()
{
	start=$(now)
	"$@" >/dev/null 2>>"$work/stderr"
	echo $(($(now) - start))
}

load_find()
{
	timed "$@" find "$work/forest" -type f -size +0
}

load_tar()
{
	timed "$@" tar -C "$work" -cf "$work/out.tar" tree
}

load_git()
{
	rm -rf "$work/gc"
	cp -r "$work/repo" "$work/gc"
	timed "$@" git -C "$work/gc" gc -q --aggressive --prune=now
}

load_make()
{
	make -s -C "$work/made" clean >/dev/null 2>&1
	timed "$@" make -s -j 2 -C "$work/made" base/libbase.a
}


load_redis()
{
	port=$(free_port 17379)
	"$@" redis-server --port "$port" --save '' --pidfile "$work/redis.pid" >/dev/null 2>>"$work/stderr" &
	server=$!
	until redis-cli -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done
	start=$(now)
	redis-benchmark -p "$port" -q -n 4000 -c 20 -t ping,set,get,lpush >/dev/null 2>&1
	echo $(($(now) - start))
	redis-cli -p "$port" shutdown nosave >/dev/null 2>&1 || :
	wait "$server" 2>/dev/null || :
	server=
}

load_nginx()
{
	port=$(free_port 18081)
	mkdir -p "$work/nginx/html"
	echo hello >"$work/nginx/html/index.html"
	cat >"$work/nginx/nginx.conf" <<CONF
daemon off; worker_processes 2; pid $work/nginx.pid; error_log $work/nginx/error.log; user root;
events { worker_connections 128; }
http { access_log $work/nginx/access.log; client_body_temp_path $work/nginx/b; proxy_temp_path $work/nginx/p;
fastcgi_temp_path $work/nginx/f; uwsgi_temp_path $work/nginx/u; scgi_temp_path $work/nginx/s;
server { listen 127.0.0.1:$port; root $work/nginx/html; } }
CONF
	"$@" /usr/sbin/nginx -p "$work/nginx" -c nginx.conf >/dev/null 2>>"$work/stderr" &
	server=$!
	until curl -sf "http://127.0.0.1:$port/" >/dev/null; do sleep 0.05; done
	wrk -t 1 -c 10 -d 2s "http://127.0.0.1:$port/" |
		awk '/requests in/ { printf "%d\n", 2e9 / $1 }'
	kill -QUIT "$(cat "$work/nginx.pid")"
	wait "$server" 2>/dev/null || :
	server=
}

# ---- set-up ------------------------------------------------------------------------------------------------------

mkdir "$work/tree" "$work/forest"
for i in $(seq 1 60); do
	mkdir -p "$work/tree/$i/deep/er"
	for j in $(seq 1 120); do
		echo "$i $j" >"$work/tree/$i/deep/er/$j"
	done
done
for i in 1 2 3 4; do
	cp -r "$work/tree" "$work/forest/$i"
done
git init -q "$work/repo"
git -C "$work/repo" config user.name bench
git -C "$work/repo" config user.email bench@localhost
git -C "$work/repo" config gc.auto 0
for i in $(seq 1 40); do
	seq "$i" 3000 >"$work/repo/$i"
	git -C "$work/repo" add .
	git -C "$work/repo" commit -qm "$i"
done
mkdir "$work/made"
(cd "$work/made" && "$top_srcdir/configure" -q --disable-dependency-tracking)

loads=${BENCH_LOADS:-find tar git make redis nginx}
tools='wont known strace-c strace-o strace-bpf'

# run TOOL LOAD: one run under a tool.
run()
{
	case $1 in
	untraced) "load_$2" env ;;
	wont) "load_$2" wont record -q -a "$2" -- ;;
	known) "load_$2" wont record -q -a "$2" --known "$work/$2.wont" -- ;;
	strace-c) "load_$2" strace -f -c -o "$work/strace" ;;
	strace-o) "load_$2" strace -f -o "$work/strace" ;;
	strace-bpf) "load_$2" strace -f --seccomp-bpf -o "$work/strace" ;;
	esac
}

for load in $loads; do
	run wont "$load" >/dev/null
	wont learn "$load" --level calls -o "$work/$load.wont" --accept-loss $(wont learn "$load" --level calls 2>&1 >/dev/null |
		sed -n 's/.*\(--accept [a-z-]*\).*/\1/p' | sort -u) 2>/dev/null >/dev/null
	for _ in $(seq "$rounds"); do
		base=$(run untraced "$load")
		for tool in $tools; do
			echo "$load $tool $base $(run "$tool" "$load")"
		done
	done
done >"$work/samples"

awk -v tools="$tools" -v loads="$loads" '
	{ n[$1, $2]++; ratio[$1, $2, n[$1, $2]] = $4 / $3 }
	function median(load, tool,    i, j, t, a, m) {
		m = n[load, tool]
		for (i = 1; i <= m; i++) a[i] = ratio[load, tool, i]
		for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
		return m % 2 ? a[(m + 1) / 2] : (a[m / 2] + a[m / 2 + 1]) / 2
	}
	END {
		nt = split(tools, tool, " "); nl = split(loads, load, " ")
		printf "%-8s", "untraced=1"
		for (t = 1; t <= nt; t++) printf "%12s", tool[t]
		printf "%14s\n", "added/strace-c"
		for (l = 1; l <= nl; l++) {
			printf "%-10s", load[l]
			for (t = 1; t <= nt; t++) {
				m[t] = median(load[l], tool[t]); sum[t] += log(m[t])
				printf "%12.2f", m[t]
			}
			printf "%14.2f\n", (m[3] > 1 ? (m[1] - 1) / (m[3] - 1) : 0)
		}
		printf "%-10s", "geo. mean"
		for (t = 1; t <= nt; t++) { g[t] = exp(sum[t] / nl); printf "%12.2f", g[t] }
		printf "%14.2f\n", (g[1] - 1) / (g[3] - 1)
	}' "$work/samples"
