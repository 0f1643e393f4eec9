// Files from a hostile chip: whatever the octets are, the parsers answer and do not crash.
#include <functional>

#include "biometric_maker.h"
#include "cicada/base/rng.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg1.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "cicada/host/lds/dg16.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"
#include "cicada/host/lds/displayed_images.h"
#include "cicada/host/lds/opaque_group.h"
#include "cicada/host/lds/sod.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
namespace vectors = cicada::tests::vectors;
using cicada::base::Bytes;
using cicada::base::literals::operator""_hex;

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

/// The octets of every picture together.
std::size_t image_octets(const FingerRecord& record) {
  std::size_t size = 0;
  for (const auto& finger : record.fingers) size += finger.image.size();
  return size;
}
std::size_t image_octets(const IrisRecord& record) {
  std::size_t size = 0;
  for (const auto& eye : record.eyes) {
    for (const auto& iris : eye.images) size += iris.image.size();
  }
  return size;
}

/// Pictures of accepted mutants together never hold more octets than the file had.
template <typename Group>
bool is_bounded(const base::Result<Group>& group, std::size_t file_size) {
  if (!group) return false;
  std::size_t size = 0;
  for (const auto& one : group->templates) size += image_octets(one.record);
  CHECK(size <= file_size);
  return true;
}

Bytes fingers_file() {
  Dg3 dg3;
  dg3.templates.resize(2);
  for (auto& one : dg3.templates) {
    one.record.fingers.resize(2);
    for (auto& finger : one.record.fingers) finger.image = test::image_of("FFA0FFA4"_hex, 20);
  }
  return build_dg3(dg3).value();
}

Bytes irises_file() {
  Dg4 dg4;
  dg4.templates.resize(1);
  dg4.templates[0].record.eyes.resize(2);
  for (auto& eye : dg4.templates[0].record.eyes) {
    eye.images.resize(1);
    eye.images[0].image = test::image_of("FF4FFF51"_hex, 20);
  }
  return build_dg4(dg4).value();
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
  const auto file = vectors::octets("lds_files.json", "ef-com-lds17", "hex");
  const auto good = accepted(file, [](base::ByteView bad) { return parse_com(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg1) {
  const auto file = vectors::octets("lds_files.json", "dg1-td1", "hex");
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

TEST(HostileFiles, dg2_of_iso_39794) {
  const auto face = test::iso39794_face("FFD8FFE000104A464946"_hex, "A003800102 A70880020150810201C0"_hex,
                                        "A20D 800207E8 810103 820104 830105 A805A003800103"_hex);
  const auto file = test::group_of(0x75, "87020101 8802002A"_hex, 0x7F2E, test::iso39794_of(0x65, {face}));
  int with_image = 0;
  const auto good = accepted(file, [&](base::ByteView bad) {
    const auto dg2 = parse_dg2(bad);
    if (dg2 && dg2->portrait() != nullptr) {
      ++with_image;
      CHECK(dg2->portrait()->image.size() <= bad.size());
      CHECK(dg2->portrait()->captured.size() <= 32);
    }
    return dg2.has_value();
  });
  CHECK(good > 0 && good < 10'000);
  CHECK(with_image > 0 && with_image < good);
}

TEST(HostileFiles, dg3) {
  const auto good = accepted(fingers_file(), [](base::ByteView bad) { return is_bounded(parse_dg3(bad), bad.size()); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg3_of_iso_39794) {
  const auto finger = "A003800102 A103800101 A203800104 8304FFA0FFA4 A40A 800207E7 81010C 820118"_hex;
  const auto file = test::group_of(0x63, "810108"_hex, 0x7F2E, test::iso39794_of(0x64, {finger, finger}));
  const auto good = accepted(file, [](base::ByteView bad) { return is_bounded(parse_dg3(bad), bad.size()); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg4) {
  const auto good = accepted(irises_file(), [](base::ByteView bad) { return is_bounded(parse_dg4(bad), bad.size()); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg4_of_iso_39794) {
  const auto iris = "800101 A103800102 820108 A303800102 A70D 800207E3 810109 820112 83010D 8804FF4FFF51"_hex;
  const auto file = test::group_of(0x76, "810110"_hex, 0x7F2E, test::iso39794_of(0x66, {iris}));
  const auto good = accepted(file, [](base::ByteView bad) { return is_bounded(parse_dg4(bad), bad.size()); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg5_and_dg7) {
  const DisplayedImages group{.images = {Bytes(40), Bytes(30)}, .unknown = {}, .deviations = {}};
  CHECK(accepted(build_dg5(group).value(), [](base::ByteView bad) { return parse_dg5(bad).has_value(); }) > 0);
  CHECK(accepted(build_dg7(group).value(), [](base::ByteView bad) { return parse_dg7(bad).has_value(); }) > 0);
}

TEST(HostileFiles, groups_that_are_not_taken_apart) {
  const auto file = build_feature_group({{0x5F44, Bytes(20)}, {0x5F44, Bytes(20)}}, Ef::dg8).value();
  const auto good = accepted(file, [](base::ByteView bad) {
    const auto group = parse_opaque_group(bad, Ef::dg8);
    return group && group->content.size() < bad.size();
  });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg11_is_accepted_only_when_it_can_be_built_again) {
  const auto file = vectors::octets("lds_files.json", "dg11-example", "hex");
  const auto good = accepted(file, [](base::ByteView bad) {
    const auto dg11 = parse_dg11(bad);
    if (!dg11) return false;
    CHECK_OK(build_dg11(*dg11));
    return true;
  });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg12_is_accepted_only_when_it_can_be_built_again) {
  Dg12 full;
  full.issuing_authority = "AUTHORITY";
  full.issue_date = DetailDate{.digits = "20210501"};
  full.other_persons = {"A", "B"};
  full.personalization_time = DetailDate{.digits = "20210501235959", .bcd = true};
  const auto good = accepted(build_dg12(full).value(), [](base::ByteView bad) {
    const auto dg12 = parse_dg12(bad);
    if (!dg12) return false;
    CHECK_OK(build_dg12(*dg12));
    return true;
  });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg14) {
  const auto file = vectors::octets("lds_files.json", "dg14-sample", "hex");
  const auto good = accepted(file, [](base::ByteView bad) { return parse_dg14(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg15) {
  const auto file = vectors::octets("lds_files.json", "bsi2008-sod", "dg15");
  const auto good = accepted(file, [](base::ByteView bad) { return parse_dg15(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg16_is_accepted_only_when_it_can_be_built_again) {
  const auto file = vectors::octets("lds_files.json", "dg16-example", "hex");
  const auto good = accepted(file, [](base::ByteView bad) {
    const auto dg16 = parse_dg16(bad);
    if (!dg16) return false;
    CHECK_OK(build_dg16(*dg16));
    return true;
  });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, dg13) {
  const auto file = vectors::octets(vectors::load("cccd_invented_samples.json"), "dg13_field13_wrapped_hex");
  const auto good = accepted(file, [](base::ByteView bad) { return parse_dg13(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, sod) {
  const auto file = vectors::octets("lds_files.json", "bsi2008-sod", "ef_sod");
  const auto good = accepted(file, [](base::ByteView bad) { return unwrap_sod(bad).has_value(); });
  CHECK(good > 0 && good < 10'000);
}

TEST(HostileFiles, groups_of_another_kind_are_refused_by_every_parser) {
  for (const auto* const id : {"dg14-sample", "dg16-example", "dg11-example"}) {
    const auto file = vectors::octets("lds_files.json", id, "hex");
    CHECK_FALSE(parse_com(file).has_value());
    CHECK_FALSE(parse_dg1(file).has_value());
    CHECK_FALSE(parse_dg2(file).has_value());
    CHECK_FALSE(parse_dg13(file).has_value());
    CHECK_FALSE(unwrap_sod(file).has_value());
  }
}
