#include <fmt/format.h>

#include <array>

#include "cicada/asn1/tlv.h"
#include "cicada/base/cursor.h"
#include "cicada_1.h"

namespace cicada::host::perso::cicada_1 {

using base::Bytes;
using base::ByteView;
using iso7816::CommandApdu;

namespace {

constexpr std::uint8_t kCla = 0x84;
constexpr std::uint8_t kInsGenerateKeyPair = 0x47;

void append_tlv(Bytes& to, std::uint8_t tag, ByteView value) {
  asn1::append_tlv(to, tag, value);
}

Bytes two_octets(std::size_t value) {
  Bytes octets;
  base::append_unsigned(octets, value, 2);
  return octets;
}

/// The template that names a key: B6 for active, A6 for chip authentication.
Bytes key_template(const ActiveAuthentication& active) {
  Bytes inside;
  if (active.bits != 0) {
    append_tlv(inside, 0x80, two_octets(active.bits));
  } else {
    append_tlv(inside, 0x81, std::array<std::uint8_t, 1>{active.domain});
  }
  append_tlv(inside, 0x82, std::array<std::uint8_t, 1>{active.hash});
  return asn1::encode_tlv(0xB6, inside);
}

Bytes key_name(const ChipAuthentication& chip) {
  if (!chip.key_id) return {};
  return asn1::encode_tlv(0x84, std::array<std::uint8_t, 1>{*chip.key_id});
}

Bytes key_template(const ChipAuthentication& chip) {
  Bytes inside;
  append_tlv(inside, 0x81, std::array<std::uint8_t, 1>{chip.domain});
  base::append(inside, key_name(chip));
  for (const auto& oid : chip.oids) append_tlv(inside, 0x06, oid);
  return asn1::encode_tlv(0xA6, inside);
}

CommandApdu generate(Bytes data) {
  return {.cla = kCla, .ins = kInsGenerateKeyPair, .p1 = 0x80, .p2 = 0x00, .data = std::move(data)};
}

}  // namespace

Plan key_plan(const Profile& profile) {
  Plan plan{.dialect = profile.dialect};
  if (profile.active_authentication) {
    plan.steps.emplace_back(fmt::format("GENERATE KEY PAIR {} authentication", "active"),
                            generate(key_template(*profile.active_authentication)));
  }
  for (const auto& chip : profile.chip_authentication) {
    plan.steps.emplace_back(fmt::format("GENERATE KEY PAIR {} authentication", "chip"), generate(key_template(chip)));
  }
  return plan;
}

CommandApdu public_half(const Profile& profile, std::size_t key, std::size_t offset) {
  CommandApdu command{.cla = kCla, .ins = kInsGenerateKeyPair, .p1 = 0x81, .p2 = 0x00};
  if (key == 0 && profile.active_authentication) {
    command.data = asn1::encode_tlv(0xB6, {});
  } else {
    const auto index = key - (profile.active_authentication ? 1 : 0);
    command.data = asn1::encode_tlv(0xA6, key_name(profile.chip_authentication.at(index)));
  }
  append_tlv(command.data, 0x54, two_octets(offset));
  return command;
}

base::Result<ChipPublicKey> parse_public_half(ByteView octets) {
  CICADA_TRY(const auto object, asn1::read_only(octets, 0x7F49, asn1::Rules::der));
  asn1::TlvReader reader{object.value, asn1::Rules::der};
  ChipPublicKey key;
  CICADA_TRY(const auto modulus, reader.accept(0x81));
  if (modulus) {
    CICADA_TRY(const auto exponent, reader.expect(0x82));
    key.modulus = base::to_bytes(modulus->value);
    key.exponent = base::to_bytes(exponent.value);
  } else {
    CICADA_TRY(const auto value, reader.next());
    if (value.tag != 0x84 && value.tag != 0x86) {
      return base::fail({.fault = base::Fault::malformed, .what = "neither a point nor a Diffie-Hellman value"});
    }
    key.value = base::to_bytes(value.value);
  }
  CICADA_CHECK(reader.expect_end());
  return key;
}

}  // namespace cicada::host::perso::cicada_1
