#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The filter compiler against libseccomp on recorded profiles (bench/filters), a 300-call allow-list, 400 calls with 64
# values each, and systemd's own lists where systemd-analyze is there (systemd has libseccomp compile them); and on the
# .json and .wont files of the folders named in $WONT_BENCH_INPUTS.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

head='wont 1\ndefault kill_process\nforeign-arch kill_process\narch x86_64 {\n'
# Numbers with gaps as they come in real lists.
awk -v head="$head" 'BEGIN {
	printf head
	for (nr = 0; count < 300; nr++)
		if (nr * nr % 11 != 5) {
			printf "\t#%d weight %d\n", nr, 1000000 / (1 + nr * 7 % 300)
			count++
		}
	print "}"
}' >"$scratch/allow-300.wont"
awk -v head="$head" 'BEGIN {
	printf head
	for (nr = 0; nr < 400; nr++) {
		printf "\t#%d: (arg1 & 0xffffffff) in {", nr
		for (i = 0; i < 64; i++)
			printf "%s%d", i ? ", " : "", 1000 + i * i
		printf "} weight %d\n", 1000000 / (1 + nr * 7 % 400)
	}
	print "}"
}' >"$scratch/values-400x64.wont"

# list SET: the x86_64 calls that systemd means by the set, sets in it included.
list()
{
	"$top_builddir/wont" syscalls --arch x86_64 | awk '{ print $2 }' >"$scratch/known"
	systemd-analyze --no-pager syscall-filter | awk -v want="$1" '
		function expand(set,    i, n, words) {
			n = split(members[set], words)
			for (i = 1; i <= n; i++)
				if (words[i] ~ /^@/)
					expand(words[i])
				else
					found[words[i]]
		}
		FNR == NR { known[$1]; next }
		/^@/ { set = $1; next }
		NF && $1 !~ /^#/ { members[set] = members[set] " " $1 }
		END {
			expand(want)
			expand("@default")
			for (call in found)
				if (call in known)
					print call
		}' "$scratch/known" - | sort
}

if command -v systemd-analyze >/dev/null; then
	for set in system-service basic-io network-io; do
		{
			printf '%b' "$head"
			list "@$set"
			echo '}'
		} >"$scratch/sd-$set.wont"
	done
fi

set -- "$top_srcdir"/bench/filters/*.wont "$scratch"/*.wont
for folder in ${WONT_BENCH_INPUTS-}; do
	for file in "$folder"/*.json "$folder"/*.wont; do
		[ ! -e "$file" ] || set -- "$@" "$file"
	done
done
"$top_builddir/bench/filter" "$@"
