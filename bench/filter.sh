#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The filter compiler against libseccomp on recorded profiles (bench/filters), a 300-call allow-list, and 400 calls with
# 64 values each; and on the .json and .wont files of the folders named in $WONT_BENCH_INPUTS.
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

set -- "$top_srcdir"/bench/filters/*.wont "$scratch"/*.wont
for folder in ${WONT_BENCH_INPUTS-}; do
	for file in "$folder"/*.json "$folder"/*.wont; do
		[ ! -e "$file" ] || set -- "$@" "$file"
	done
done
"$top_builddir/bench/filter" "$@"
