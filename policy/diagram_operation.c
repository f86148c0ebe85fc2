/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations on diagrams: both halves first, then the node that joins them. */
#include "policy/diagram_node.h"

/* Operations of two operands are told from choose by a third operand that no handle can be. */
enum { KEY_WHERE = -2, KEY_EQUAL = -3 };

/* What n becomes where the variable has that value; n's own variable is not an earlier one. */
static node_t half_of(const struct diagram *d, node_t n, uint32_t variable, bool value)
{
	if (level(d, n) != variable)
		return n;
	return value ? inner_of(d, n)->high : inner_of(d, n)->low;
}

static uint32_t first_level(const struct diagram *d, node_t a, node_t b)
{
	uint32_t x = level(d, a), y = level(d, b);

	return x < y ? x : y;
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
	uint32_t ab = first_level(d, a, b), variable = first_level(d, c, a);
	const struct inner *n = inner_of(d, c);
	if (n->variable < ab && n->low == false && n->high == true)
		return node_make(d, n->variable, b, a);
	if (ab < variable)
		variable = ab;
	node_t known = memo_recall(d, c, a, b);
	if (known != NODE_FAILED)
		return known;
	if (d->is_full)
		return NODE_FAILED;
	node_t low = choose(d, half_of(d, c, variable, false), half_of(d, a, variable, false),
			    half_of(d, b, variable, false));
	if (low == NODE_FAILED)
		return NODE_FAILED;
	node_t high = choose(d, half_of(d, c, variable, true), half_of(d, a, variable, true),
			     half_of(d, b, variable, true));
	return memo_remember(d, c, a, b, node_make(d, variable, low, high));
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
	uint32_t variable = first_level(d, a, b);
	node_t low = equal(d, half_of(d, a, variable, false), half_of(d, b, variable, false));
	if (low == NODE_FAILED)
		return NODE_FAILED;
	node_t high = equal(d, half_of(d, a, variable, true), half_of(d, b, variable, true));
	return memo_remember(d, a, b, (uint32_t)KEY_EQUAL, node_make(d, variable, low, high));
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
	uint32_t variable = level(d, a);
	node_t low = where(d, half_of(d, a, variable, false), value);
	if (low == NODE_FAILED)
		return NODE_FAILED;
	node_t high = where(d, half_of(d, a, variable, true), value);
	return memo_remember(d, a, value, (uint32_t)KEY_WHERE, node_make(d, variable, low, high));
}

node_t diagram_where(struct diagram *d, node_t a, uint32_t value)
{
	return a == NODE_FAILED ? NODE_FAILED : where(d, a, value);
}
