/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BASE_CHILDREN_H
#define BASE_CHILDREN_H

/*
 * A parent may have left us SIGCHLD ignored, which survives exec. The kernel then reaps our
 * children unseen and waitpid(2) fails with ECHILD: nobody would know how the command ended.
 */

/* Ends that for this process. At the start, before the first fork. */
void children_claim(void);

/*
 * In the process that becomes the command, before its filter and its execve: the command is to find
 * the signal as we did. Async-signal-safe.
 */
void children_disown(void);

#endif
