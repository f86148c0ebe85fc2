#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Two releases of a server, recorded, learned and compared: what was added, removed, widened and narrowed, by whom and
# how dangerous, in every format; learn refuses the new danger; --exit-code is a gate.
set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/wont-diff.XXXXXX")
export WONT_DB="$work/wont.db"
server=
bad=0

cleanup()
{
	[ -z "$server" ] || kill -KILL "$server" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail()
{
	echo "FAIL: $*"
	bad=1
}

# same NAME: compares $work/NAME with what is given on standard input; the folder's name does not matter.
same()
{
	cat >"$work/$1.want"
	sed "s|$work|WORK|g" "$work/$1" >"$work/$1.got"
	diff -u "$work/$1.want" "$work/$1.got" || fail "$1"
}

# record RELEASE: a run of the server while two files are fetched, one of which is not there.
record()
{
	cp "${top_builddir:?}/tests/probes/server$1" "$work/server"
	rm -f "$work/sock"
	(cd "$work" && exec wont record -q -a server -r "$2" -- "$work/server" sock) &
	server=$!
	(cd "$work" && ./server sock hello && ./server sock missing && ./server sock QUIT) >>"$work/answers" || {
		kill -TERM "$server"
		fail "the server of $2 does not answer"
	}
	wait "$server" || fail "record $2 ended with $?"
	server=
}

echo 'hello, world' >"$work/hello"
for release in 10 11; do
	for _ in 1 2; do
		record "$release" "1.${release#1}"
	done
done
[ "$(cat "$work/answers")" = "$(yes 'hello, world' | head -n 4)" ] || fail 'the answers'

wont diff server@1.0 server@1.1 >"$work/text" || fail 'diff failed'
same text <<'END'
server@1.0 -> server@1.1: 2 added, 4 widened, 1 narrowed, 1 removed
+ added     sendfile                                                           WORK/server
+ added     timerfd_create: clockid == CLOCK_MONOTONIC && flags == 0           WORK/server
~ widened   mmap: prot == PROT_READ|PROT_WRITE|PROT_EXEC && flags == MAP_PRIVATE|MAP_ANONYMOUS
                                                                               WORK/server
            danger wx-mapping: maps memory that is writable and executable: injected code runs
~ widened   socket: domain == AF_NETLINK && type == SOCK_RAW && protocol == NETLINK_ROUTE
                                                                               WORK/server
            danger netlink-socket: talks to kernel subsystems; with privileges it configures the network
~ widened   fcntl: cmd == F_SETFL && (arg & ~O_NONBLOCK) == O_RDWR             WORK/server
~ widened   openat: flags == O_WRONLY|O_CREAT|O_APPEND && (mode & ~0600) == 0  WORK/server
~ narrowed  lseek: whence == SEEK_END                                          WORK/server
- removed   eventfd2: flags == 0                                               WORK/server
END

wont diff --format json server@1.0 server@1.1 >"$work/json" || fail 'diff --format json failed'
same json <<'END'
{
  "a": "server@1.0",
  "b": "server@1.1",
  "added": [
    {
      "arch": "x86_64",
      "syscall": "sendfile",
      "condition": null,
      "exe": "WORK/server",
      "danger": null
    },
    {
      "arch": "x86_64",
      "syscall": "timerfd_create",
      "condition": "clockid == CLOCK_MONOTONIC && flags == 0",
      "exe": "WORK/server",
      "danger": null
    }
  ],
  "removed": [
    {
      "arch": "x86_64",
      "syscall": "eventfd2",
      "condition": "flags == 0",
      "exe": "WORK/server",
      "danger": null
    }
  ],
  "widened": [
    {
      "arch": "x86_64",
      "syscall": "mmap",
      "condition": "prot == PROT_READ|PROT_WRITE|PROT_EXEC && flags == MAP_PRIVATE|MAP_ANONYMOUS",
      "exe": "WORK/server",
      "danger": "wx-mapping"
    },
    {
      "arch": "x86_64",
      "syscall": "socket",
      "condition": "domain == AF_NETLINK && type == SOCK_RAW && protocol == NETLINK_ROUTE",
      "exe": "WORK/server",
      "danger": "netlink-socket"
    },
    {
      "arch": "x86_64",
      "syscall": "fcntl",
      "condition": "cmd == F_SETFL && (arg & ~O_NONBLOCK) == O_RDWR",
      "exe": "WORK/server",
      "danger": null
    },
    {
      "arch": "x86_64",
      "syscall": "openat",
      "condition": "flags == O_WRONLY|O_CREAT|O_APPEND && (mode & ~0600) == 0",
      "exe": "WORK/server",
      "danger": null
    }
  ],
  "narrowed": [
    {
      "arch": "x86_64",
      "syscall": "lseek",
      "condition": "whence == SEEK_END",
      "exe": "WORK/server",
      "danger": null
    }
  ]
}
END

wont diff --format markdown server@1.0 server@1.1 >"$work/markdown" || fail 'diff --format markdown failed'
same markdown <<'END'
### Syscalls: `server@1.0` to `server@1.1`: 2 added, 4 widened, 1 narrowed, 1 removed

| Change | Syscall | Condition | Executable | Danger |
|---|---|---|---|---|
| added | `sendfile` | always | `WORK/server` |  |
| added | `timerfd_create` | `clockid == CLOCK_MONOTONIC && flags == 0` | `WORK/server` |  |
| widened | `mmap` | `prot == PROT_READ\|PROT_WRITE\|PROT_EXEC && flags == MAP_PRIVATE\|MAP_ANONYMOUS` | `WORK/server` | **wx-mapping**: maps memory that is writable and executable: injected code runs |
| widened | `socket` | `domain == AF_NETLINK && type == SOCK_RAW && protocol == NETLINK_ROUTE` | `WORK/server` | **netlink-socket**: talks to kernel subsystems; with privileges it configures the network |
| widened | `fcntl` | `cmd == F_SETFL && (arg & ~O_NONBLOCK) == O_RDWR` | `WORK/server` |  |
| widened | `openat` | `flags == O_WRONLY\|O_CREAT\|O_APPEND && (mode & ~0600) == 0` | `WORK/server` |  |
| narrowed | `lseek` | `whence == SEEK_END` | `WORK/server` |  |
| removed | `eventfd2` | `flags == 0` | `WORK/server` |  |
END

# A gate: 1 where they differ, 0 where they do not.
wont diff --exit-code server@1.0 server@1.1 >/dev/null
[ $? -eq 1 ] || fail '--exit-code does not tell a difference'
wont diff --exit-code server@1.1 server@1.1 >"$work/none" || fail '--exit-code tells a difference from itself'
same none <<'END'
server@1.1 -> server@1.1: no difference
END

# The new release asks for something that has to be accepted by name.
wont learn -o "$work/1.0.wont" server@1.0 2>"$work/learn" || fail 'learn refuses 1.0'
wont learn -o "$work/1.1.wont" server@1.1 2>"$work/refusal"
[ $? -eq 1 ] || fail 'learn does not refuse 1.1'
[ ! -e "$work/1.1.wont" ] || fail 'learn wrote what it refused'
grep -q -- '--accept wx-mapping' "$work/refusal" || fail 'learn does not say how to accept'
wont learn -o "$work/1.1.wont" --accept wx-mapping server@1.1 2>>"$work/learn" || fail 'learn does not accept'

# Profiles in files differ as their apps do, but for what chance may bring; a stored one is what the file is.
(cd "$work" && wont diff ./1.0.wont ./1.1.wont) | sed '1d; s/  *the floor$/ the floor/; /the floor$/d' >"$work/files"
sed 1d "$work/text" | cmp -s - "$work/files" || { diff "$work/text" "$work/files"; fail 'files differ otherwise'; }
wont diff --exit-code "$work/1.0.wont" server@1.0 >/dev/null || fail 'the file is not what was learned'

# Who does it: not the whole tree of processes, but the executable that makes the call.
for release in 1 2; do
	(cd "$work" && wont record -q -a pair -r "$release" -- \
		sh -c 'cat hello; [ "$0" = 1 ] || mkdir folder; cat hello' "$release" >/dev/null) || fail 'record pair'
done
wont diff --format json pair@1 pair@2 | tr -d '\n' | sed 's/}, */}\n/g' | grep '"syscall": "mkdir"' |
	sed 's/.*"exe": "\([^"]*\)".*/\1/; s|.*/||' >"$work/who"
same who <<'END'
mkdir
END

# A hostile name breaks neither a table nor a terminal.
odd=$(printf 'a|b`c\033[31m<i>')
cp "$(command -v mkdir)" "$work/$odd"
wont record -q -a odd -r 1 -- sh -c 'cat "$0"' "$work/hello" >/dev/null || fail 'record odd'
wont record -q -a odd -r 2 -- sh -c 'cat "$0"; "$1" "$2"' "$work/hello" "$work/$odd" "$work/other" >/dev/null ||
	fail 'record odd'
for format in text json markdown; do
	wont diff --format "$format" odd@1 odd@2 >"$work/odd.$format" || fail "diff of odd as $format"
	! LC_ALL=C grep -q "$(printf '\033')" "$work/odd.$format" || fail "an escape sequence gets through as $format"
done
[ "$(grep '^|' "$work/odd.markdown" | sed 's/\\|//g; s/[^|]//g' | sort -u)" = '||||||' ] || fail 'a name breaks the table'
grep -q 'a&#124;b&#96;c&#92;x1b' "$work/odd.markdown" || fail 'the name is not in the table'

expect()
{
	status=$1
	pattern=$2
	shift 2
	wont diff "$@" >"$work/out" 2>"$work/err"
	[ $? -eq "$status" ] || fail "diff $*: not status $status"
	grep -q -- "$pattern" "$work/err" || { fail "diff $*: no \"$pattern\" in:"; cat "$work/err"; }
}

expect 2 'two profiles' server@1.0
expect 2 'unknown format' --format yaml server@1.0 server@1.1
expect 2 'unknown level' --level none server@1.0 server@1.1
expect 2 'no/such' ./no/such server@1.1
expect 2 'nothing@1' server@1.0 nothing@1
exit $bad
