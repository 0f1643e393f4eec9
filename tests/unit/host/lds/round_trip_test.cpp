// What was built from drawn values is read back value for value, and built again octet for octet.
#include "biometric_maker.h"
#include "cicada/base/rng.h"
#include "cicada/host/lds/com.h"
#include "cicada/host/lds/dg11.h"
#include "cicada/host/lds/dg12.h"
#include "cicada/host/lds/dg16.h"
#include "cicada/host/lds/dg2.h"
#include "cicada/host/lds/dg3.h"
#include "cicada/host/lds/dg4.h"
#include "cicada/host/lds/displayed_images.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::lds;
using cicada::base::Bytes;
using cicada::base::literals::operator""_hex;

namespace {

constexpr int kRounds = 1000;

/// Draws values; the same ones on every run.
class Draw {
 public:
  std::size_t below(std::size_t limit) {
    std::array<std::uint8_t, 4> octets{};
    CHECK_OK(rng_.fill(octets));
    std::size_t value = 0;
    for (const auto octet : octets) value = value << 8U | octet;
    return value % limit;
  }
  bool coin() { return below(2) == 0; }
  Bytes octets(std::size_t most) {
    Bytes drawn(below(most + 1));
    CHECK_OK(rng_.fill(drawn));
    return drawn;
  }
  template <typename Number>
  void number(Number& to) {
    to = static_cast<Number>(below(std::size_t{1} << (8 * sizeof(Number))));
  }
  std::string text() {
    static constexpr std::array<std::string_view, 6> kParts{"A", "<", "Ộ", " ", "9", "ß"};
    std::string drawn;
    for (auto parts = below(12); parts > 0; --parts) drawn += kParts.at(below(kParts.size()));
    return drawn;
  }
  std::optional<std::string> maybe_text() { return coin() ? std::optional{text()} : std::nullopt; }
  std::optional<Bytes> maybe_octets() { return coin() ? std::optional{octets(300)} : std::nullopt; }
  std::optional<DetailDate> maybe_date(std::size_t digits) {
    if (coin()) return std::nullopt;
    DetailDate date{.digits = std::string(digits, '0'), .bcd = coin()};
    for (auto& c : date.digits) c = static_cast<char>('0' + below(10));
    return date;
  }
  std::vector<std::string> names() {
    std::vector<std::string> drawn(below(4));
    for (auto& name : drawn) name = text();
    return drawn;
  }
  std::vector<UnknownObject> unknown() {
    std::vector<UnknownObject> drawn(below(3));
    for (auto& object : drawn) object = {.tag = coin() ? 0x53U : 0x5F7EU, .value = octets(40)};
    return drawn;
  }
  Bytes image(base::ByteView start) { return test::image_of(start, start.size() + below(400)); }

 private:
  base::ReplayRng rng_{20'260'101};
};

}  // namespace

TEST_GROUP(RoundTrip) {
  Draw draw;
};

TEST(RoundTrip, of_com) {
  for (int i = 0; i < kRounds; ++i) {
    EfCom com;
    com.lds_version = draw.coin() ? "0107" : "0108";
    com.tags = draw.octets(16);
    com.unknown = draw.unknown();
    const auto file = build_com(com);
    const auto back = parse_com(file);
    CHECK_OK(back);
    CHECK_STRING(com.lds_version, back->lds_version);
    CHECK(back->tags == com.tags && back->unknown == com.unknown);
    CHECK_BYTES(file, build_com(*back));
  }
}

TEST(RoundTrip, of_dg11) {
  for (int i = 0; i < kRounds; ++i) {
    Dg11 dg11;
    for (auto* const text : {&dg11.full_name, &dg11.personal_number, &dg11.birth_place, &dg11.address, &dg11.telephone,
                             &dg11.profession, &dg11.title, &dg11.summary, &dg11.other_documents, &dg11.custody}) {
      *text = draw.maybe_text();
    }
    dg11.other_names = draw.names();
    dg11.birth_date = draw.maybe_date(8);
    dg11.citizenship_proof = draw.maybe_octets();
    dg11.unknown = draw.unknown();
    const auto file = build_dg11(dg11);
    CHECK_OK(file);
    const auto back = parse_dg11(*file);
    CHECK_OK(back);
    CHECK(back->full_name == dg11.full_name && back->other_names == dg11.other_names);
    CHECK(back->personal_number == dg11.personal_number && back->birth_date == dg11.birth_date);
    CHECK(back->birth_place == dg11.birth_place && back->address == dg11.address);
    CHECK(back->telephone == dg11.telephone && back->profession == dg11.profession && back->title == dg11.title);
    CHECK(back->summary == dg11.summary && back->citizenship_proof == dg11.citizenship_proof);
    CHECK(back->other_documents == dg11.other_documents && back->custody == dg11.custody);
    CHECK(back->unknown == dg11.unknown);
    CHECK_BYTES(*file, build_dg11(*back).value());
  }
}

TEST(RoundTrip, of_dg12) {
  for (int i = 0; i < kRounds; ++i) {
    Dg12 dg12;
    for (auto* const text :
         {&dg12.issuing_authority, &dg12.endorsements, &dg12.tax_or_exit, &dg12.personalization_system}) {
      *text = draw.maybe_text();
    }
    dg12.other_persons = draw.names();
    dg12.issue_date = draw.maybe_date(8);
    dg12.personalization_time = draw.maybe_date(14);
    dg12.front_image = draw.maybe_octets();
    dg12.rear_image = draw.maybe_octets();
    dg12.unknown = draw.unknown();
    const auto file = build_dg12(dg12);
    CHECK_OK(file);
    const auto back = parse_dg12(*file);
    CHECK_OK(back);
    CHECK(back->issuing_authority == dg12.issuing_authority && back->issue_date == dg12.issue_date);
    CHECK(back->other_persons == dg12.other_persons && back->endorsements == dg12.endorsements);
    CHECK(back->tax_or_exit == dg12.tax_or_exit && back->front_image == dg12.front_image);
    CHECK(back->rear_image == dg12.rear_image && back->personalization_time == dg12.personalization_time);
    CHECK(back->personalization_system == dg12.personalization_system && back->unknown == dg12.unknown);
    CHECK_BYTES(*file, build_dg12(*back).value());
  }
}

TEST(RoundTrip, of_dg16) {
  for (int i = 0; i < kRounds; ++i) {
    Dg16 dg16;
    dg16.persons.resize(draw.below(kMaxNotifyPersons + 1));
    for (auto& person : dg16.persons) {
      person = {draw.maybe_date(8), draw.maybe_text(), draw.maybe_text(), draw.maybe_text(), draw.unknown()};
    }
    dg16.unknown = draw.unknown();
    const auto file = build_dg16(dg16);
    CHECK_OK(file);
    const auto back = parse_dg16(*file);
    CHECK_OK(back);
    LONGS_EQUAL(dg16.persons.size(), back->persons.size());
    for (std::size_t n = 0; n < dg16.persons.size(); ++n) {
      const auto& was = dg16.persons[n];
      const auto& is = back->persons[n];
      CHECK(is.recorded == was.recorded && is.name == was.name && is.telephone == was.telephone);
      CHECK(is.address == was.address && is.unknown == was.unknown);
    }
    CHECK_BYTES(*file, build_dg16(*back).value());
  }
}

TEST(RoundTrip, of_dg2) {
  for (int i = 0; i < kRounds; ++i) {
    Dg2 dg2;
    dg2.templates.resize(1 + draw.below(kMaxFaceTemplates));
    for (auto& one : dg2.templates) {
      one.unknown = draw.unknown();
      one.faces.resize(1 + draw.below(3));
      for (auto& face : one.faces) {
        face.image = draw.image(draw.coin() ? "FFD8FFE0"_hex : "FF4FFF51"_hex);
        face.feature_points.resize(draw.below(4), {1, 2, 3});
        draw.number(face.width);
        draw.number(face.quality);
        draw.number(face.gender);
        face.pose = static_cast<std::uint32_t>(draw.below(1U << 24U));
      }
    }
    dg2.unknown = draw.unknown();
    const auto file = build_dg2(dg2);
    CHECK_OK(file);
    const auto back = parse_dg2(*file);
    CHECK_OK(back);
    CHECK(back->deviations.empty() && back->unknown == dg2.unknown);
    LONGS_EQUAL(dg2.templates.size(), back->templates.size());
    for (std::size_t n = 0; n < dg2.templates.size(); ++n) {
      CHECK(back->templates[n].unknown == dg2.templates[n].unknown);
      for (std::size_t f = 0; f < dg2.templates[n].faces.size(); ++f) {
        const auto& was = dg2.templates[n].faces[f];
        const auto& is = back->templates[n].faces.at(f);
        CHECK(is.image == was.image && is.feature_points == was.feature_points && is.width == was.width);
        CHECK(is.quality == was.quality && is.gender == was.gender && is.pose == was.pose);
      }
    }
    CHECK_BYTES(*file, build_dg2(*back).value());
  }
}

TEST(RoundTrip, of_dg3) {
  for (int i = 0; i < kRounds; ++i) {
    Dg3 dg3;
    dg3.templates.resize(draw.below(kMaxFingerTemplates + 1));
    for (auto& one : dg3.templates) {
      draw.number(one.record.device);
      draw.number(one.record.scan_x);
      draw.number(one.record.compression);
      one.record.fingers.resize(1 + draw.below(3));
      for (auto& finger : one.record.fingers) {
        finger.image = draw.image("FFA0FFA4"_hex);
        finger.position = static_cast<std::uint8_t>(1 + draw.below(10));
        draw.number(finger.quality);
        draw.number(finger.height);
      }
    }
    dg3.unknown = draw.unknown();
    const auto file = build_dg3(dg3);
    CHECK_OK(file);
    const auto back = parse_dg3(*file);
    CHECK_OK(back);
    CHECK(back->deviations.empty() && back->unknown == dg3.unknown);
    LONGS_EQUAL(dg3.templates.size(), back->templates.size());
    for (std::size_t n = 0; n < dg3.templates.size(); ++n) {
      const auto& was = dg3.templates[n].record;
      const auto& is = back->templates[n].record;
      CHECK(is.device == was.device && is.scan_x == was.scan_x && is.compression == was.compression);
      for (std::size_t f = 0; f < was.fingers.size(); ++f) {
        CHECK(is.fingers.at(f).image == was.fingers[f].image && is.fingers[f].position == was.fingers[f].position);
        CHECK(is.fingers[f].quality == was.fingers[f].quality && is.fingers[f].height == was.fingers[f].height);
      }
    }
    CHECK_BYTES(*file, build_dg3(*back).value());
  }
}

TEST(RoundTrip, of_dg4) {
  for (int i = 0; i < kRounds; ++i) {
    Dg4 dg4;
    dg4.templates.resize(draw.below(kMaxIrisTemplates + 1));
    for (auto& one : dg4.templates) {
      draw.number(one.record.properties);
      draw.number(one.record.width);
      one.record.eyes.resize(1 + draw.below(2));
      for (auto& eye : one.record.eyes) {
        eye.eye = static_cast<std::uint8_t>(draw.below(3));
        eye.images.resize(1 + draw.below(3));
        for (auto& image : eye.images) {
          image.image = draw.image("FF4FFF51"_hex);
          draw.number(image.rotation);
        }
      }
    }
    dg4.unknown = draw.unknown();
    const auto file = build_dg4(dg4);
    CHECK_OK(file);
    const auto back = parse_dg4(*file);
    CHECK_OK(back);
    CHECK(back->deviations.empty() && back->unknown == dg4.unknown);
    LONGS_EQUAL(dg4.templates.size(), back->templates.size());
    for (std::size_t n = 0; n < dg4.templates.size(); ++n) {
      const auto& was = dg4.templates[n].record;
      const auto& is = back->templates[n].record;
      CHECK(is.properties == was.properties && is.width == was.width);
      LONGS_EQUAL(was.eyes.size(), is.eyes.size());
      for (std::size_t e = 0; e < was.eyes.size(); ++e) {
        LONGS_EQUAL(was.eyes[e].eye, is.eyes[e].eye);
        for (std::size_t m = 0; m < was.eyes[e].images.size(); ++m) {
          CHECK(is.eyes[e].images.at(m).image == was.eyes[e].images[m].image);
          CHECK(is.eyes[e].images[m].rotation == was.eyes[e].images[m].rotation);
        }
      }
    }
    CHECK_BYTES(*file, build_dg4(*back).value());
  }
}

TEST(RoundTrip, of_dg5_and_dg7) {
  for (int i = 0; i < kRounds; ++i) {
    DisplayedImages group;
    group.images.resize(1 + draw.below(kMaxDisplayedImages));
    for (auto& image : group.images) image = draw.image("FFD8FFE0"_hex);
    group.unknown = draw.unknown();
    const auto dg5 = parse_dg5(build_dg5(group).value());
    const auto dg7 = parse_dg7(build_dg7(group).value());
    CHECK_OK(dg5);
    CHECK_OK(dg7);
    CHECK(dg5->images == group.images && dg5->unknown == group.unknown && dg5->deviations.empty());
    CHECK(dg7->images == group.images && dg7->unknown == group.unknown && dg7->deviations.empty());
    CHECK_BYTES(build_dg5(group).value(), build_dg5(*dg5).value());
    CHECK_BYTES(build_dg7(group).value(), build_dg7(*dg7).value());
  }
}
