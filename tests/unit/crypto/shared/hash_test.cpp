#include <array>
#include <map>
#include <optional>

#include "provider.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
namespace vectors = cicada::tests::vectors;
using provider::HashAlgorithm;
using provider::Hasher;

namespace {
constexpr std::array kAll = {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256, HashAlgorithm::sha384,
                             HashAlgorithm::sha512};
constexpr std::array kNames = {"sha1", "sha224", "sha256", "sha384", "sha512"};

/// Every vector of one function.
void check_published(HashAlgorithm algorithm) {
  const std::string name = kNames.at(static_cast<std::size_t>(algorithm));
  for (const auto& vector : vectors::beginning_with("primitives_published.json", name + "-")) {
    auto hasher = Hasher::create(algorithm);
    CHECK_OK(hasher);
    Bytes whole;
    for (int i = 0; i < vector.at("repeat").get<int>(); ++i) {
      append(whole, as_bytes(vectors::text(vector, "text")));
      CHECK_OK(hasher->update(as_bytes(vectors::text(vector, "text"))));
    }
    const auto in_one_step = provider::hash(algorithm, whole);
    CHECK_OK(in_one_step);
    CHECK_BYTES(vectors::octets(vector, "digest"), *in_one_step);
    const auto in_pieces = hasher->finish();
    CHECK_OK(in_pieces);
    CHECK_BYTES(vectors::octets(vector, "digest"), *in_pieces);
  }
}
}  // namespace

TEST_GROUP(Hash){};

TEST(Hash, sha1_equals_published_values) {
  check_published(HashAlgorithm::sha1);
}
TEST(Hash, sha224_equals_published_values) {
  check_published(HashAlgorithm::sha224);
}
TEST(Hash, sha256_equals_published_values) {
  check_published(HashAlgorithm::sha256);
}
TEST(Hash, sha384_equals_published_values) {
  check_published(HashAlgorithm::sha384);
}
TEST(Hash, sha512_equals_published_values) {
  check_published(HashAlgorithm::sha512);
}

TEST(Hash, has_the_size_that_it_says) {
  for (const auto algorithm : kAll) {
    const auto value = provider::hash(algorithm, {});
    CHECK_OK(value);
    LONGS_EQUAL(provider::hash_size(algorithm), value->size());
  }
}

TEST(Hash, does_not_care_where_the_pieces_end) {
  Bytes data(300);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(7 * i);
  for (const auto algorithm : kAll) {
    const auto whole = provider::hash(algorithm, data);
    CHECK_OK(whole);
    auto hasher = Hasher::create(algorithm);
    CHECK_OK(hasher);
    for (std::size_t cut = 0; cut <= data.size(); cut += 13) {
      CHECK_OK(hasher->update(ByteView{data}.first(cut)));
      CHECK_OK(hasher->update({}));
      CHECK_OK(hasher->update(ByteView{data}.subspan(cut)));
      const auto pieces = hasher->finish();
      CHECK_OK(pieces);
      CHECK_BYTES(*whole, *pieces);
    }
  }
}

TEST(Hash, starts_afresh_after_it_finished) {
  for (const auto algorithm : kAll) {
    auto hasher = Hasher::create(algorithm);
    CHECK_OK(hasher);
    CHECK_OK(hasher->update("0102"_hex));
    const auto first = hasher->finish();
    const auto empty = hasher->finish();
    CHECK_OK(hasher->update("0102"_hex));
    const auto second = hasher->finish();
    CHECK_OK(first);
    CHECK_OK(empty);
    CHECK_OK(second);
    CHECK_BYTES(*first, *second);
    CHECK_BYTES(provider::hash(algorithm, {}).value(), *empty);
  }
}

TEST(Hash, goes_on_in_the_object_it_moved_to) {
  auto first = Hasher::create(HashAlgorithm::sha256);
  CHECK_OK(first);
  CHECK_OK(first->update(as_bytes("ab")));
  std::optional<Hasher> second{std::move(*first)};
  CHECK_OK(second->update(as_bytes("c")));
  auto third = Hasher::create(HashAlgorithm::sha1);
  CHECK_OK(third);
  *third = std::move(*second);
  second.reset();
  const auto value = third->finish();
  CHECK_OK(value);
  CHECK_BYTES("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"_hex, *value);
}
