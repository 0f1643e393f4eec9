#include "cicada/base/error.h"

#include "harness.h"

using namespace cicada::base;

TEST_GROUP(Error){};

TEST(Error, describes_what_where_and_what_to_do) {
  const Error error{.fault = Fault::card_status,
                    .what = "file not found",
                    .clause = "9303-10 §4.2",
                    .hint = "read EF.COM first",
                    .sw = 0x6A82,
                    .at = 17};
  CHECK_STRING("file not found (sw 6A82, at 17, 9303-10 §4.2): read EF.COM first", error.describe());
}

TEST(Error, leaves_out_what_is_not_known) {
  CHECK_STRING("no card", (Error{.fault = Fault::not_found, .what = "no card"}.describe()));
}

static Result<int> fails() {
  return fail({.fault = Fault::limit, .what = "too many"});
}
static Result<int> adds_one() {
  CICADA_TRY(const int value, fails());
  return value + 1;
}
static Result<void> checks() {
  CICADA_CHECK(adds_one());
  return {};
}

TEST(Error, travels_up_unchanged) {
  CHECK_FAULT(Fault::limit, adds_one());
  CHECK_FAULT(Fault::limit, checks());
}
