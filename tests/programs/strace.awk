# SPDX-License-Identifier: LGPL-2.1-or-later
# strace -f -o's lines of 64-bit programs -> "x86_64 SYSCALL", one a call entered. The first line is strace's own exec
# of the program. clone3 stands for clone: under wont clone3 is answered ENOSYS, and libc makes the other call.
NR > 1 && $2 ~ /^[a-z_][a-z_0-9]*\(/ {
	name = $2
	sub(/\(.*/, "", name)
	print "x86_64", (name == "clone3" ? "clone" : name)
}
