// Files from a hostile chip: whatever the octets are, the parsers answer and do not crash.
#include <functional>

#include "cicada/base/rng.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/sod.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
using cicada::base::Bytes;

namespace {

std::uint64_t draw(base::Rng& rng, std::uint64_t below) {
  std::array<std::uint8_t, 8> octets{};
  CHECK_OK(rng.fill(octets));
  std::uint64_t value = 0;
  for (const auto octet : octets) value = (value << 8U) | octet;
  return value % below;
}

/// One to four changes: an octet, a cut, an octet more, an octet less, a length octet of the extreme kind.
Bytes mutated(const Bytes& file, base::Rng& rng) {
  Bytes bad = file;
  for (auto changes = 1 + draw(rng, 4); changes > 0 && !bad.empty(); --changes) {
    const auto at = draw(rng, std::min<std::size_t>(bad.size(), 120));
    const auto place = bad.begin() + static_cast<std::ptrdiff_t>(at);
    switch (draw(rng, 6)) {
      case 0: bad[at] = static_cast<std::uint8_t>(draw(rng, 256)); break;
      case 1: bad[at] ^= static_cast<std::uint8_t>(1U << draw(rng, 8)); break;
      case 2: bad.resize(at); break;
      case 3: bad.insert(place, static_cast<std::uint8_t>(draw(rng, 256))); break;
      case 4: bad.erase(place); break;
      default: bad[at] = static_cast<std::uint8_t>(0x80 + draw(rng, 6)); break;
    }
  }
  return bad;
}

/// Runs `parse` over mutants in blocks of their exact size, so that the asan preset sees one octet too far.
int accepted(const Bytes& file, const std::function<bool(base::ByteView)>& parse) {
  constexpr int kMutants = 10'000;
  base::ReplayRng rng{20'240'701};
  int good = 0;
  for (int i = 0; i < kMutants; ++i) {
    const auto bad = mutated(file, rng);
    const auto exact = std::make_unique<std::uint8_t[]>(bad.size());  // NOLINT(modernize-avoid-c-arrays)
    std::ranges::copy(bad, exact.get());
    if (parse({exact.get(), bad.size()})) ++good;
  }
  return good;
}

Bytes portrait_file() {
  FaceImage face;
  face.image = Bytes{0xFF, 0xD8, 0xFF, 0xE0};
  face.image.resize(200);
  face.feature_points.resize(2);
  return build_dg2(face).value();
}

}  // namespace

TEST_GROUP(HostileFiles){};

TEST(HostileFiles, ef_com) {
  const auto file = test::bytes_of(test::lds_vector("ef-com-lds17").at("data").at("hex"));
  const auto good = accepted(file, [](base::ByteView bad) { return parse_com(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg1) {
  const auto file = test::bytes_of(test::lds_vector("dg1-td1").at("data").at("hex"));
  const auto good = accepted(file, [](base::ByteView bad) { return parse_dg1(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg2) {
  const auto good = accepted(portrait_file(), [](base::ByteView bad) {
    const auto dg2 = parse_dg2(bad);
    // What was accepted never holds more image than the file had.
    return dg2 && (dg2->portrait() == nullptr || dg2->portrait()->image.size() <= bad.size());
  });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg13) {
  const auto file =
      test::bytes_of(test::read_json("vectors/cccd_invented_samples.json").at("dg13_field13_wrapped_hex"));
  const auto good = accepted(file, [](base::ByteView bad) { return parse_dg13(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, sod) {
  const auto file = test::bytes_of(test::lds_vector("bsi2008-sod").at("data").at("ef_sod"));
  const auto good = accepted(file, [](base::ByteView bad) { return unwrap_sod(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, groups_of_another_kind_are_refused_by_every_parser) {
  for (const auto* const id : {"dg14-sample", "dg16-example", "dg11-example"}) {
    const auto file = test::bytes_of(test::lds_vector(id).at("data").at("hex"));
    CHECK_FALSE(parse_com(file).has_value());
    CHECK_FALSE(parse_dg1(file).has_value());
    CHECK_FALSE(parse_dg2(file).has_value());
    CHECK_FALSE(parse_dg13(file).has_value());
    CHECK_FALSE(unwrap_sod(file).has_value());
  }
}
