#include "cicada/applet_sim/protocol/ca/chip_authentication.h"

#include <array>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/protocol/agreement/neglect.h"
#include "cicada/applet_sim/tlv/tlv.h"

namespace cicada::applet_sim::protocol::ca {
namespace {

namespace sw = apdu::sw;
using security::Lapse;

constexpr tlv::Tag kMechanism = 0x80;
constexpr tlv::Tag kKeyReference = 0x84;
constexpr tlv::Tag kEphemeralKey = 0x91;
constexpr tlv::Tag kDynamicData = 0x7C;
constexpr tlv::Tag kDynamicKey = 0x80;
constexpr tlv::Tag kOtherEphemeralKey = 0x93;
constexpr tlv::Tag kOtherDynamicKey = 0x81;

std::unexpected<base::Error> incorrect(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::malformed, .what = what, .clause = "9303-11 §6.2.4", .sw = sw::k6A80IncorrectData});
}

struct Objects {
  std::optional<base::ByteView> subject;  // what the command is about
  KeyId key;
};

/// One object with the tag `subject`, at most one key reference, in any order; others are ignored.
base::Result<Objects> read_objects(base::ByteView data, tlv::Tag subject) {
  Objects objects;
  tlv::Reader reader{data};
  while (!reader.at_end()) {
    const auto object = reader.next();
    if (!object) return incorrect("a malformed object");
    if (object->tag == subject) {
      if (objects.subject) return incorrect("an object twice");
      objects.subject = object->value;
    } else if (object->tag == kKeyReference) {
      if (objects.key || object->value.size() != 1) return incorrect("DO'84' has one octet and comes once");
      objects.key = object->value.front();
    }
  }
  if (!objects.subject) return incorrect("the object that the command is about is missing");
  return objects;
}

}  // namespace

base::Result<Selection> parse_set_at(base::ByteView data) {
  CICADA_TRY(const auto objects, read_objects(data, kMechanism));
  CICADA_TRY(const auto suite, agreement::suite_of(*objects.subject));
  if (suite.protocol != agreement::Protocol::chip_authentication) return incorrect("DO'80' names another protocol");
  return Selection{.suite = suite, .key = objects.key};
}

base::Result<KeyAgreementTemplate> parse_set_kat(base::ByteView data, security::Lapses lapses) {
  auto objects = read_objects(data, kEphemeralKey);
  if (!objects && lapses.has(Lapse::chip_key_tag)) objects = read_objects(data, kOtherEphemeralKey);
  if (!objects) return std::unexpected{objects.error()};
  return KeyAgreementTemplate{.terminal_key = *objects->subject, .key = objects->key};
}

base::Result<base::ByteView> parse_general_authenticate(base::ByteView data, security::Lapses lapses) {
  const auto content = tlv::only(data, kDynamicData);
  if (!content) return incorrect("not a dynamic authentication data object");
  auto key = tlv::only(*content, kDynamicKey);
  if (!key && lapses.has(Lapse::chip_key_tag)) key = tlv::only(*content, kOtherDynamicKey);
  if (!key) return incorrect("not the terminal's key");
  return *key;
}

base::Result<Agreed> agree(const agreement::Domain& domain, base::ByteView chip_key, sm::Algorithm cipher,
                           base::ByteView terminal_key, security::Lapses lapses) {
  const auto seen = agreement::key_with_lapses(domain, terminal_key,
                                               {.elements = lapses.has(Lapse::key_elements),
                                                .leading_zeros = lapses.has(Lapse::chip_leading_zeros),
                                                .highest_bit = lapses.has(Lapse::chip_highest_bit)});
  const auto secret = domain.agree(chip_key, seen);
  if (!secret) {
    auto error = secret.error();
    const bool judged = error.fault == base::Fault::malformed || error.fault == base::Fault::security;
    error.sw = judged ? sw::k6A80IncorrectData : sw::k6F00NoDiagnosis;
    return std::unexpected{error};
  }
  CICADA_TRY(const auto keys, sm::derive_session_keys(cipher, secret->expose()));
  const std::array<std::uint8_t, 16> zero{};
  const auto block = crypto::mbedtls::block_size(sm::cipher_of(cipher));
  CICADA_TRY(auto session, sm::SecureMessaging::create(keys, base::ByteView{zero}.first(block)));
  CICADA_TRY(auto compressed, domain.compress(seen));
  return Agreed{.session = std::move(session), .terminal_key = std::move(compressed)};
}

}  // namespace cicada::applet_sim::protocol::ca
