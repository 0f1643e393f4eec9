#include "neglect.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cicada/applet_sim/protocol/pace/selection.h"

namespace cicada::applet_sim::protocol::pace {
namespace {

using base::Bytes;
using base::ByteView;
using security::Lapse;
using security::Lapses;

constexpr tlv::Tag kDynamicData = 0x7C;
constexpr tlv::Tag kIdentifier = 0x06;
constexpr tlv::Tag kMechanism = 0x80;
constexpr tlv::Tag kMechanismBeside = 0x81;
constexpr tlv::Tag kPassword = 0x83;
constexpr tlv::Tag kDomain = 0x84;
constexpr std::uint8_t kMrz = static_cast<std::uint8_t>(Password::mrz);
constexpr std::uint8_t kPuk = static_cast<std::uint8_t>(Password::puk);

struct Object {
  tlv::Tag tag = 0;
  Bytes value;
};

std::optional<std::vector<Object>> read(ByteView data, bool cut) {
  std::vector<Object> objects;
  tlv::Reader reader{data};
  while (!reader.at_end()) {
    const auto object = reader.next();
    if (!object && !cut) return std::nullopt;
    if (!object) break;
    objects.push_back({.tag = object->tag, .value = base::to_bytes(object->value)});
  }
  return objects;
}

Bytes written(const std::vector<Object>& objects) {
  Bytes data;
  for (const auto& object : objects) tlv::append(data, object.tag, object.value);
  return data;
}

bool is_offered(std::span<const Offer> offers, ByteView identifier) {
  const auto suite = agreement::suite_of(identifier);
  return suite && std::ranges::any_of(offers, [&](const Offer& offer) { return offer.suite == *suite; });
}

bool has(const std::vector<Object>& objects, tlv::Tag tag) {
  return std::ranges::find(objects, tag, &Object::tag) != objects.end();
}

void mend_mechanism(std::vector<Object>& objects, std::span<const Offer> offers, Lapses lapses) {
  for (auto& object : objects) {
    const bool beside = object.tag == kIdentifier || object.tag == kMechanismBeside;
    if (lapses.has(Lapse::mechanism_tag) && beside) object.tag = kMechanism;
    if (object.tag != kMechanism) continue;
    const auto nested = tlv::only(object.value, kIdentifier);
    if (lapses.has(Lapse::nested_mechanism) && nested) object.value = base::to_bytes(*nested);
  }
  if (!lapses.has(Lapse::mechanism_value) || offers.empty()) return;
  if (!has(objects, kMechanism)) objects.push_back({.tag = kMechanism, .value = {}});
  for (auto& object : objects) {
    if (object.tag != kMechanism || is_offered(offers, object.value)) continue;
    object.value = agreement::oid_of(offers.front().suite);
  }
}

void mend_password(std::vector<Object>& objects) {
  if (!has(objects, kPassword)) objects.push_back({.tag = kPassword, .value = {kMrz}});
  for (auto& object : objects) {
    if (object.tag != kPassword) continue;
    object.value.resize(1, kMrz);
    if (object.value.front() < kMrz || object.value.front() > kPuk) object.value.front() = kMrz;
  }
}

}  // namespace

Bytes request_with_lapses(ByteView data, std::span<const Offer> offers, Lapses lapses) {
  auto objects = read(data, lapses.has(Lapse::cut_objects));
  if (lapses.empty() || !objects) return base::to_bytes(data);
  mend_mechanism(*objects, offers, lapses);
  if (lapses.has(Lapse::password_reference)) mend_password(*objects);
  if (lapses.has(Lapse::domain_reference)) {
    std::erase_if(*objects, [&](const Object& object) {
      return object.tag == kDomain &&
             std::ranges::none_of(offers, [&](const Offer& offer) { return object.value == Bytes{offer.domain}; });
    });
  }
  return written(*objects);
}

Bytes step_with_lapses(ByteView data, std::optional<tlv::Tag> tag, Lapses lapses) {
  const auto outer = read(data, false);
  if (lapses.empty() || !outer) return base::to_bytes(data);
  const bool framed = outer->size() == 1 && outer->front().tag == kDynamicData;
  if (!framed && !lapses.has(Lapse::template_tag)) return base::to_bytes(data);
  const bool bare = outer->empty() || (tag && outer->front().tag == *tag);
  auto inner = bare ? outer : read(outer->front().value, false);
  if (!inner) return base::to_bytes(data);
  for (auto& object : *inner) {
    if (lapses.has(Lapse::step_tag) && tag && object.tag == *tag + 1) object.tag = *tag;
  }
  if (lapses.has(Lapse::more_objects)) {
    std::erase_if(*inner, [&](const Object& object) { return !tag || object.tag != *tag; });
  }
  Bytes mended;
  tlv::append(mended, kDynamicData, written(*inner));
  return mended;
}

}  // namespace cicada::applet_sim::protocol::pace
