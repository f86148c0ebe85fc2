#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# lint.sh BUILD: everything that reads the sources without running them. BUILD is a configured build folder.
set -u
build=$1
cd "$(dirname "$0")/.." || exit 2
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
bad=0

# step NAME COMMAND...: runs one check and remembers that it failed.
step()
{
	name=$1
	shift
	printf '%s\n' "-- $name"
	"$@" || {
		printf 'lint: %s failed\n' "$name"
		bad=1
	}
}

sources=$(git ls-files '*.c')
headers=$(git ls-files '*.h')
scripts=$(git ls-files dev '*.sh' .ci/run)
pages=$(git ls-files '*.1' '*.3' '*.5')

# clang-tidy is slow, so a file is not read again while neither it (with all that it includes, comments and their NOLINT
# too) nor the checks nor the tool have changed.
tidy()
{
	mkdir -p "$build/tidy"
	tidy_salt=$(cat .clang-tidy tools/tidy.sh; clang-tidy --version)
	export tidy_salt
	printf '%s\n' $sources | xargs -P "$jobs" -n 1 tools/tidy.sh "$build"
}

line_comments()
{
	! git grep -nE '^[[:space:]]*//' -- '*.c' '*.h'
}

licences()
{
	missing=$(git grep -L 'SPDX-License-Identifier: LGPL-2.1-or-later' -- '*.c' '*.h' '*.sh' '*.mk' '*.awk' dev)
	[ -z "$missing" ] || { echo "no SPDX line: $missing"; return 1; }
}

man_pages()
{
	wrong=$(mandoc -T lint -W warning $pages 2>&1 | grep -v 'mdoc.*Os\|referenced manual not found')
	[ -z "$wrong" ] || { printf '%s\n' "$wrong"; return 1; }
}

# shellcheck disable=SC2086
{
	step layers tools/check-layers.sh
	step clang-format clang-format --dry-run -Werror $sources $headers
	step line-comments line_comments
	step licences licences
	# 2154: make check and dev set top_srcdir and top_builddir, and set -u finds the others.
	step shellcheck shellcheck -s sh -S warning -e SC2016,SC2046,SC2086,SC2154,SC2317 $scripts
	[ -z "$pages" ] || step man-pages man_pages
	step codespell codespell -q 3 -I tools/codespell-words README.md CONTRIBUTING.md NEWS.md SECURITY.md docs dev \
		$sources $headers $scripts
	step cppcheck cppcheck -q -j "$jobs" --std=c11 --inline-suppr --error-exitcode=1 \
		--suppressions-list=tools/cppcheck-suppressions --enable=warning,portability \
		-I. -I"$build" -D_GNU_SOURCE -D__x86_64__=1 '-D__typeof__(x)=struct anything *' $sources
	step clang-tidy tidy
}
[ "$bad" -eq 0 ] && echo 'lint: clean'
exit "$bad"
