#include "cicada/base/secret.h"

#include <new>
#include <type_traits>

#include "cicada/base/rng.h"
#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;

namespace {
struct ForTest {};
using TestKey = Key<ForTest, 16>;
}  // namespace

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_copy_constructible_v<TestKey> && !std::is_copy_assignable_v<TestKey>);

TEST_GROUP(Secret){};

TEST(Secret, is_empty_after_it_moved) {
  SecretBytes first{"00112233"_hex};
  const SecretBytes second{std::move(first)};
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): the point of the test
  CHECK_BYTES("00112233"_hex, second.expose());
}

TEST(Secret, leaves_no_octet_behind_when_it_goes) {
  alignas(TestKey) std::array<std::uint8_t, sizeof(TestKey)> memory{};
  const auto octets = "0102030405060708090A0B0C0D0E0F10"_hex;
  auto* key = new (memory.data()) TestKey{std::span<const std::uint8_t, 16>{octets}};
  CHECK_BYTES(octets, key->expose());
  key->~TestKey();
  for (const auto octet : memory) LONGS_EQUAL(0, octet);
}

TEST(Secret, compares_content_and_length) {
  CHECK(constant_time_equal("0102"_hex, "0102"_hex));
  CHECK(!constant_time_equal("0102"_hex, "0103"_hex));
  CHECK(!constant_time_equal("0102"_hex, "010200"_hex));
  CHECK(constant_time_equal({}, {}));
}

TEST_GROUP(Rng){};

TEST(Rng, replays_with_the_same_seed_only) {
  Bytes a(33), b(33), c(33);
  CHECK_OK(ReplayRng{7}.fill(a));
  CHECK_OK(ReplayRng{7}.fill(b));
  CHECK_OK(ReplayRng{8}.fill(c));
  CHECK_BYTES(a, b);
  CHECK(!equal(a, c));
}

TEST(Rng, of_the_system_fills_every_octet) {
  // An octet that stays 0 in 32 runs was not written (chance 2^-256 otherwise).
  Bytes seen(64);
  SystemRng rng;
  for (int i = 0; i < 32; ++i) {
    Bytes now(64);
    CHECK_OK(rng.fill(now));
    for (std::size_t j = 0; j < now.size(); ++j) seen[j] |= now[j];
  }
  for (const auto octet : seen) CHECK(octet != 0);
}
