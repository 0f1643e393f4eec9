#include "block_size.h"

#include "harness.h"

using cicada::host::inspect::BlockSize;

TEST_GROUP(BlockSize){};

TEST(BlockSize, starts_with_the_most) {
  const BlockSize block{231, 231};
  LONGS_EQUAL(231, block.first());
  LONGS_EQUAL(231, block.next());
  CHECK(!block.extended(231));
  CHECK(block.extended(232));
}

TEST(BlockSize, probes_only_the_first_read) {
  BlockSize block{231, 231};
  block.probe_first();
  LONGS_EQUAL(6, block.first());
  LONGS_EQUAL(231, block.next());
  block.stop_probing();
  LONGS_EQUAL(231, block.first());
}

TEST(BlockSize, falls_step_by_step_to_an_end) {
  BlockSize block{231, 4071};
  int steps = 0;
  std::size_t last = block.next();
  while (block.shrink_below(block.next())) {
    CHECK(block.next() < last);
    last = block.next();
    if (steps++ == 0) LONGS_EQUAL(231, last);
  }
  LONGS_EQUAL(16, last);
  LONGS_EQUAL(9, steps);
}

TEST(BlockSize, does_not_fall_for_a_rest_that_is_smaller_than_any_step) {
  BlockSize block{231, 231};
  CHECK(!block.shrink_below(10));
  LONGS_EQUAL(231, block.next());
  CHECK(block.shrink_below(200));
  LONGS_EQUAL(192, block.next());
}

TEST(BlockSize, settles_at_what_a_card_gives) {
  BlockSize block{231, 231};
  block.settle_at(100);
  LONGS_EQUAL(100, block.next());
  block.settle_at(200);
  LONGS_EQUAL(100, block.next());
  block.settle_at(1);
  LONGS_EQUAL(16, block.next());
  block.settle_at(1);
  LONGS_EQUAL(16, block.next());
}
