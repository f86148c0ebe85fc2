#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What the store costs: time a call, memory and size of the database after more and more simulated calls of a steady mix by
# a thousand processes. STORE_CALLS is the last step, 100 million unless it says otherwise.
set -eu

last=${STORE_CALLS:-100000000}
: "${top_builddir:?is set by make check and ./dev bench}"
feed=$top_builddir/tests/live/feed
work=$(mktemp -d "${TMPDIR:-/tmp}/wont-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

printf '%12s %10s %8s %10s %12s\n' calls distinct ns/call 'memory/KiB' 'database/KiB'
calls=10000
while [ "$calls" -le "$last" ]; do
	figures=$("$feed" "$work/$calls.db" app "$calls")
	size=$(stat -c %s "$work/$calls.db")
	# shellcheck disable=SC2086 # "calls C distinct D ns N kib K"
	set -- $figures
	printf '%12s %10s %8s %10s %12s\n' "$2" "$4" "$6" "$8" $((size / 1024))
	calls=$((calls * 10))
done
