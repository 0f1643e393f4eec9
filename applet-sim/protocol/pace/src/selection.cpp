#include "cicada/applet_sim/protocol/pace/selection.h"

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/tlv/tlv.h"

namespace cicada::applet_sim::protocol::pace {
namespace {

namespace sw = apdu::sw;

constexpr tlv::Tag kMechanism = 0x80;
constexpr tlv::Tag kPassword = 0x83;
constexpr tlv::Tag kDomain = 0x84;
constexpr tlv::Tag kAuthorization = 0x7F4C;

std::unexpected<base::Error> incorrect(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::malformed, .what = what, .clause = "9303-11 §4.4.4.1", .sw = sw::k6A80IncorrectData});
}

std::unexpected<base::Error> not_found(base::Literal what) {
  return base::fail({.fault = base::Fault::not_found,
                     .what = what,
                     .clause = "9303-11 §4.4.4.1",
                     .sw = sw::k6A88ReferencedDataNotFound});
}

struct Objects {
  std::optional<base::ByteView> mechanism, password, domain, authorization;

  [[nodiscard]] std::optional<base::ByteView>* place(tlv::Tag tag) noexcept {
    switch (tag) {
      case kMechanism: return &mechanism;
      case kPassword: return &password;
      case kDomain: return &domain;
      case kAuthorization: return &authorization;
      default: return nullptr;
    }
  }
};

base::Result<Objects> read_objects(base::ByteView data) {
  Objects objects;
  tlv::Reader reader{data};
  while (!reader.at_end()) {
    const auto object = reader.next();
    if (!object) return incorrect("a malformed object");
    auto* place = objects.place(object->tag);
    if (place == nullptr) continue;
    if (*place) return incorrect("an object twice");
    *place = object->value;
  }
  return objects;
}

}  // namespace

base::Result<Request> parse_request(base::ByteView data) {
  CICADA_TRY(const auto objects, read_objects(data));
  if (!objects.mechanism || !objects.password) return incorrect("DO'80' and DO'83' are needed");
  Request request;
  CICADA_TRY(request.suite, agreement::suite_of(*objects.mechanism));
  if (request.suite.protocol != agreement::Protocol::pace) return incorrect("DO'80' names another protocol");
  if (objects.password->size() != 1) return incorrect("DO'83' has one octet");
  const auto reference = objects.password->front();
  if (reference < static_cast<std::uint8_t>(Password::mrz) || reference > static_cast<std::uint8_t>(Password::puk)) {
    return not_found("no such password");
  }
  request.password = static_cast<Password>(reference);
  if (objects.domain) {
    if (objects.domain->size() != 1) return incorrect("DO'84' has one octet");
    request.domain = objects.domain->front();
  }
  request.certification_authorities = objects.authorization.has_value();
  return request;
}

base::Result<Offer> choose(std::span<const Offer> offers, const Request& request) {
  const Offer* found = nullptr;
  std::size_t with_suite = 0;
  for (const auto& offer : offers) {
    if (offer.suite != request.suite) continue;
    ++with_suite;
    if (!request.domain || offer.domain == *request.domain) found = &offer;
  }
  if (with_suite == 0) {
    return base::fail({.fault = base::Fault::unsupported,
                       .what = "the chip does not offer this protocol",
                       .clause = "9303-11 §4.4.4.1",
                       .sw = sw::k6A80IncorrectData});
  }
  if (found == nullptr) return not_found("the chip does not offer these domain parameters");
  if (!request.domain && with_suite > 1) return not_found("DO'84' must say which domain parameters");
  return *found;
}

}  // namespace cicada::applet_sim::protocol::pace
