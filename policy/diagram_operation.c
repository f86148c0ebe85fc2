/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations on diagrams: both sides of the first bits first, then the node that joins them. */
#include "policy/diagram_node.h"

/* Operations of two operands are told from choose by a third operand that no handle can be. */
enum { KEY_WHERE = -2, KEY_EQUAL = -3 };

/* Where the bits are the run's, and where they are not. */
enum side { OTHER, MATCH };

/* A run's bits from the top of a word. */
static uint32_t aligned(const struct run *run)
{
	return run->pattern << (32 - run->length);
}

/* How many bits both runs begin with; one where they differ at once. */
static unsigned common_length(const struct run *a, const struct run *b)
{
	uint32_t difference = aligned(a) ^ aligned(b);
	unsigned length = a->length < b->length ? a->length : b->length;
	unsigned same = difference ? (unsigned)__builtin_clz(difference) : length;

	same = same < length ? same : length;
	return same ? same : 1;
}

/* The bits that an operation on such operands, not all leaves, is to ask for next. */
static struct run next_run(const struct diagram *d, const node_t *operands, unsigned count)
{
	struct run run = { .variable = LEAF_LEVEL };

	for (unsigned i = 0; i < count; i++) {
		uint32_t first = level(d, operands[i]);
		unsigned length = run.length;

		if (first < run.variable) {
			struct run begun = inner_of(d, operands[i])->run;

			length = run.variable - first;
			run = begun;
		} else if (first == run.variable && first != LEAF_LEVEL) {
			length = common_length(&run, &inner_of(d, operands[i])->run);
		} else if (first - run.variable < length) {
			length = first - run.variable;
		}
		if (length < run.length) {
			run.pattern >>= run.length - length;
			run.length = (uint16_t)length;
		}
	}
	return run;
}

/* What n, which asks for no bit before the run's, becomes on one side of it. */
static node_t part_of(struct diagram *d, node_t n, struct run run, enum side side)
{
	if (level(d, n) != run.variable)
		return n;
	const struct inner whole = *inner_of(d, n);
	unsigned rest = (unsigned)(whole.run.length - run.length) & 31; /* a run has 32 at most */
	bool is_begun = whole.run.pattern >> rest == run.pattern;

	/* Runs differ from their operation's in their only bit, or not at all. */
	if (is_begun != (side == MATCH))
		return whole.low;
	if (!rest)
		return whole.high;
	return node_run(d,
			(struct run){ (uint16_t)(run.variable + run.length), (uint16_t)rest,
				      whole.run.pattern & (UINT32_MAX >> (32 - rest)) },
			whole.low, whole.high);
}

static node_t choose(struct diagram *d, node_t c, node_t a, node_t b);

/* Both sides of the next bits, then the node that joins them. */
static node_t choose_parts(struct diagram *d, node_t c, node_t a, node_t b)
{
	const struct run run = next_run(d, (const node_t[]){ c, a, b }, 3);
	node_t parts[2];

	for (enum side side = OTHER; side <= MATCH; side++) {
		node_t x = part_of(d, c, run, side), y = part_of(d, a, run, side),
		       z = part_of(d, b, run, side);

		parts[side] = diagram_choose(d, x, y, z);
		if (parts[side] == NODE_FAILED)
			return NODE_FAILED;
	}
	return node_run(d, run, parts[OTHER], parts[MATCH]);
}

/* Is c nothing but a run, all of which comes before whatever a and b ask for? */
static bool is_test_before(const struct diagram *d, node_t c, node_t a, node_t b)
{
	const struct inner *n = inner_of(d, c);
	uint32_t end = n->run.variable + n->run.length;

	return is_leaf(n->low) && is_leaf(n->high) && end <= level(d, a) && end <= level(d, b);
}

/* Recursion ends at the leaves: at most 512 levels. */
static node_t choose(struct diagram *d, node_t c, node_t a, node_t b)
{
	if (is_leaf(c))
		return c == true ? a : b;
	if (a == c)
		a = true;
	if (b == c)
		b = false;
	if (a == b)
		return a;
	if (a == true && b == false)
		return c;
	if (is_test_before(d, c, a, b)) {
		const struct inner *n = inner_of(d, c);

		return node_run(d, n->run, n->low == true ? a : b, n->high == true ? a : b);
	}
	node_t known = memo_recall(d, c, a, b);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	return memo_remember(d, c, a, b, choose_parts(d, c, a, b));
}

node_t diagram_choose(struct diagram *d, node_t c, node_t a, node_t b)
{
	if (c == NODE_FAILED || a == NODE_FAILED || b == NODE_FAILED)
		return NODE_FAILED;
	return choose(d, c, a, b);
}

/* and and or take the later-made operand for the condition, so that a op b and b op a share. */
node_t diagram_and(struct diagram *d, node_t a, node_t b)
{
	return a > b ? diagram_choose(d, a, b, false) : diagram_choose(d, b, a, false);
}

node_t diagram_or(struct diagram *d, node_t a, node_t b)
{
	return a > b ? diagram_choose(d, a, true, b) : diagram_choose(d, b, true, a);
}

node_t diagram_not(struct diagram *d, node_t a)
{
	return diagram_choose(d, a, false, true);
}

/* Neighbours are joined first: they are often alike, and no operand is walked more than log times.
 */
static node_t join(struct diagram *d, node_t *nodes, size_t count, bool empty,
		   node_t (*op)(struct diagram *, node_t, node_t))
{
	if (!count)
		return empty;
	for (; count > 1; count = (count + 1) / 2) {
		for (size_t i = 0; i < count / 2; i++)
			nodes[i] = op(d, nodes[2 * i], nodes[2 * i + 1]);
		if (count % 2)
			nodes[count / 2] = nodes[count - 1];
	}
	return nodes[0];
}

node_t diagram_any(struct diagram *d, node_t *nodes, size_t count)
{
	return join(d, nodes, count, false, diagram_or);
}

node_t diagram_all(struct diagram *d, node_t *nodes, size_t count)
{
	return join(d, nodes, count, true, diagram_and);
}

static node_t equal(struct diagram *d, node_t a, node_t b)
{
	if (a == b)
		return true;
	if (is_leaf(a) && is_leaf(b))
		return false;
	node_t known = memo_recall(d, a, b, (uint32_t)KEY_EQUAL);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	const struct run run = next_run(d, (const node_t[]){ a, b }, 2);
	node_t parts[2];
	for (enum side side = OTHER; side <= MATCH; side++) {
		node_t x = part_of(d, a, run, side), y = part_of(d, b, run, side);

		parts[side] = diagram_equal(d, x, y);
		if (parts[side] == NODE_FAILED)
			return NODE_FAILED;
	}
	return memo_remember(d, a, b, (uint32_t)KEY_EQUAL,
			     node_run(d, run, parts[OTHER], parts[MATCH]));
}

node_t diagram_equal(struct diagram *d, node_t a, node_t b)
{
	if (a == NODE_FAILED || b == NODE_FAILED)
		return NODE_FAILED;
	return a < b ? equal(d, a, b) : equal(d, b, a);
}

static node_t where(struct diagram *d, node_t a, uint32_t value)
{
	if (is_leaf(a))
		return a == value;
	node_t known = memo_recall(d, a, value, (uint32_t)KEY_WHERE);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	const struct inner n = *inner_of(d, a);
	node_t low = where(d, n.low, value);
	if (low == NODE_FAILED)
		return NODE_FAILED;
	return memo_remember(d, a, value, (uint32_t)KEY_WHERE,
			     node_run(d, n.run, low, where(d, n.high, value)));
}

node_t diagram_where(struct diagram *d, node_t a, uint32_t value)
{
	return a == NODE_FAILED ? NODE_FAILED : where(d, a, value);
}
