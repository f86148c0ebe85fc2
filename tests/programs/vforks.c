/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vfork in a loop; every third child executes a program, the others leave at once. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	volatile int fine = 0; /* volatile: the child shares the stack */

	for (volatile int i = 0; i < 150; i++) {
		int status;
		pid_t pid = vfork();

		if (pid == 0) {
			if (i % 3 == 0)
				execl("/bin/true", "true", (char *)NULL);
			_exit(i % 3 == 0 ? 127 : i);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			return 1;
		fine += WIFEXITED(status) && WEXITSTATUS(status) == (i % 3 == 0 ? 0 : i);
	}
	printf("%d children\n", fine);
	return fine != 150;
}
