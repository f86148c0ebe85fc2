/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sixty-four threads that all make calls at once. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 64, ROUNDS = 50 };

static pthread_barrier_t barrier;

static void *work(void *result)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		syscall(SYS_gettid);
		if (write(fd, "x", 1) == 1)
			++*(int *)result;
	}
	close(fd);
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int results[THREADS] = { 0 };
	int sum = 0;

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, &results[i]))
			return 1;
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += results[i];
	}
	printf("%d writes\n", sum);
	return sum != THREADS * ROUNDS;
}
