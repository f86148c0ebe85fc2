# SPDX-License-Identifier: LGPL-2.1-or-later
# Turns compat/pseudo.txt and arch/data/ into seccomp.h (what=header, the last file being seccomp.h.in) or into the C
# table of pseudo numbers (what=table). Runs at build time, under any POSIX awk.
# usage: LC_ALL=C awk -v what=WHAT -f generate.awk pseudo.txt ARCH.txt... [seccomp.h.in]

FILENAME ~ /\.h\.in$/ {
	if ($0 == "@SYSCALLS@")
		put_header()
	else
		print
	next
}

/^#/ || NF < 2 || NF > 3 { next }

FILENAME ~ /pseudo\.txt$/ {
	pseudo[$2] = $1
	listed[$2]
	names[$2]
	next
}

$1 == "arch" { arch = $2 }

$1 ~ /^[0-9]+$/ && $2 ~ /^[a-z_][a-z_0-9]*$/ {
	names[$2]
	if (arch == "x86_64" && !($2 in listed))
		pseudo[$2] = -20000 - $1
}

END {
	if (what == "table")
		put_table()
}

# Fills sorted[1..] with the names and returns how many there are.
function sort_names(    name, count, i)
{
	for (name in names) {
		for (i = count++; i > 0 && sorted[i] > name; i--)
			sorted[i + 1] = sorted[i]
		sorted[i + 1] = name
	}
	return count
}

function put_header(    count, i, name)
{
	count = sort_names()
	for (i = 1; i <= count; i++)
		if (sorted[i] in pseudo)
			print "#define __PNR_" sorted[i] " (" pseudo[sorted[i]] ")"
	for (i = 1; i <= count; i++) {
		name = sorted[i]
		print "\n#if defined(__NR_" name ")"
		print "#define __SNR_" name " __NR_" name
		# Calls of ARM's own.
		print "#elif defined(__ARM_NR_" name ")"
		print "#define __SNR_" name " __ARM_NR_" name
		if (name in pseudo)
			print "#else\n#define __SNR_" name " __PNR_" name
		print "#endif"
	}
}

function put_table(    count, i)
{
	count = sort_names()
	print "/* Written by compat/generate.awk. */"
	print "#include \"compat/name.h\"\n"
	print "const struct pseudo pseudo_calls[] = {"
	for (i = 1; i <= count; i++)
		if (sorted[i] in pseudo)
			print "\t{ \"" sorted[i] "\", " pseudo[sorted[i]] " },"
	print "};"
	print "const size_t pseudo_count = sizeof(pseudo_calls) / sizeof(*pseudo_calls);"
}
