/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Claims about reading, over a socket that someone else fills. */
#include "audit/reader.h"

#include "tests/unit/random.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <libaudit.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIALS = 1000, EVENTS = 400 };

struct line {
	struct reader *reader;
	int sender;
};

static int begin(void **state)
{
	static struct line line;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair))
		return -1;
	line = (struct line){ reader_on(pair[0]), pair[1] };
	*state = &line;
	return !line.reader;
}

static int end(void **state)
{
	struct line *line = *state;

	reader_close(line->reader);
	close(line->sender);
	return 0;
}

/* Sends a record; false where the buffer is full. */
static bool send_record(const struct line *line, uint16_t type, uint32_t serial)
{
	struct {
		struct nlmsghdr header;
		char text[64];
	} message = { .header.nlmsg_type = type };
	int len = snprintf(message.text, sizeof(message.text), "audit(1.000:%u): pid=1", serial);

	return send(line->sender, &message, sizeof(message.header) + (size_t)len, MSG_DONTWAIT) > 0;
}

/* Reads what there is: how many records. */
static uint32_t drain(struct line *line)
{
	struct record r;
	uint32_t n = 0;
	int code;

	while (!(code = reader_next(line->reader, 0, &r)))
		n++;
	assert_int_equal(code, -EAGAIN);
	return n;
}

static void records_come_in_order_with_their_types(void **state)
{
	struct line *line = *state;
	struct record r;

	assert_true(send_record(line, AUDIT_SECCOMP, 8) && send_record(line, AUDIT_EOE, 9));
	assert_int_equal(reader_next(line->reader, -1, &r), 0);
	assert_int_equal(r.type, AUDIT_SECCOMP);
	assert_int_equal(reader_next(line->reader, 0, &r), 0);
	assert_int_equal(r.serial, 9);
	assert_int_equal(reader_next(line->reader, 1, &r), -EAGAIN);
}

static void damage_is_counted_and_skipped(void **state)
{
	struct line *line = *state;
	struct nlmsghdr header = { .nlmsg_type = AUDIT_SECCOMP };
	struct reader_figures figures;

	assert_true(send(line->sender, "x", 1, 0) == 1);
	assert_true(send(line->sender, &header, sizeof(header), 0) > 0);
	assert_true(send_record(line, AUDIT_SECCOMP, 8));
	assert_int_equal(drain(line), 1);
	reader_figures(line->reader, &figures);
	assert_true(figures.damaged == 2 && figures.records == 1 && figures.missing == 0);
}

static void answers_to_requests_are_no_records(void **state)
{
	struct line *line = *state;

	assert_true(send_record(line, AUDIT_GET, 8) && send_record(line, NLMSG_ERROR, 9));
	assert_int_equal(drain(line), 0);
}

/*
 * One trial: the sender drops some on purpose, at a rate between 0.01 % and 99 %, and the buffer,
 * which is tiny, the others while the reader sleeps.
 */
static void lose_some(struct line *line, struct random *r, bool is_stalled)
{
	uint32_t serial = (uint32_t)random_next(r), lost = 0;
	uint64_t rate = 1 + random_below(r, random_below(r, 2) ? 100 : 9900);
	struct reader_figures figures;

	assert_true(send_record(line, AUDIT_SECCOMP, serial++));
	for (uint32_t i = 0; i < EVENTS; i++, serial++) {
		bool is_dropped = random_below(r, 10000) < rate;

		if (is_dropped || !send_record(line, AUDIT_SECCOMP, serial))
			lost++;
		if (!is_stalled && i % 4 == 0)
			drain(line);
	}
	drain(line);
	assert_true(send_record(line, AUDIT_SECCOMP, serial));
	drain(line);
	reader_figures(line->reader, &figures);
	assert_true(figures.missing == lost);
}

static void a_thousand_losses_are_all_known_exactly(void **state)
{
	struct random r = { .state = 7 };

	end(state);
	for (unsigned i = 0; i < TRIALS; i++) {
		int tiny = 4096;

		assert_int_equal(begin(state), 0);
		struct line *line = *state;
		setsockopt(line->sender, SOL_SOCKET, SO_SNDBUF, &tiny, sizeof(tiny));
		lose_some(line, &r, i % 2);
		end(state);
	}
	assert_int_equal(begin(state), 0);
}

#define claim(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		claim(records_come_in_order_with_their_types),
		claim(damage_is_counted_and_skipped),
		claim(answers_to_requests_are_no_records),
		claim(a_thousand_losses_are_all_known_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
