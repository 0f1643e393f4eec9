#include "cicada/host/gp/card_data.h"

#include <algorithm>
#include <array>
#include <optional>

#include "channel_rules.h"
#include "cicada/asn1/tlv.h"
#include "cicada/base/cursor.h"
#include "cicada/host/iso7816/sw.h"

namespace cicada::host::gp {

using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;
namespace sw = iso7816::sw;

namespace {

constexpr std::size_t kCplcSize = 42;
constexpr std::uint8_t kClaIso = 0x00;
constexpr std::uint8_t kInsSelect = 0xA4;
constexpr std::uint8_t kInsGetData = 0xCA;

/// Name and octets of each field (Visa GlobalPlatform 2.1.1 card production life cycle history).
struct Field {
  std::string_view name;
  std::size_t size;
};
constexpr std::array<Field, 18> kCplcFields{{{"ic_fabricator", 2},
                                             {"ic_type", 2},
                                             {"operating_system", 2},
                                             {"operating_system_date", 2},
                                             {"operating_system_level", 2},
                                             {"ic_fabrication_date", 2},
                                             {"ic_serial_number", 4},
                                             {"ic_batch", 2},
                                             {"ic_module_fabricator", 2},
                                             {"ic_module_date", 2},
                                             {"icc_manufacturer", 2},
                                             {"ic_embedding_date", 2},
                                             {"pre_personalizer", 2},
                                             {"pre_personalization_date", 2},
                                             {"pre_personalization_equipment", 4},
                                             {"personalizer", 2},
                                             {"personalization_date", 2},
                                             {"personalization_equipment", 4}}};

std::unexpected<base::Error> malformed(base::Literal what, base::Literal clause) {
  return fail({.fault = Fault::malformed, .what = what, .clause = clause});
}

/// 1.2.840.114283.4.protocol.i
std::optional<ProtocolOption> as_protocol(const asn1::Oid& oid) {
  constexpr std::array<std::uint8_t, 7> kPrefix{0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B, 0x04};
  const auto content = oid.content();
  if (content.size() < kPrefix.size() + 2 || content.size() > kPrefix.size() + 3) return std::nullopt;
  if (!base::equal(content.first(kPrefix.size()), kPrefix)) return std::nullopt;
  const auto arcs = content.subspan(kPrefix.size());
  if (arcs[0] > 0x7F) return std::nullopt;
  unsigned implementation = arcs[1];
  if (arcs.size() == 3) implementation = ((arcs[1] & 0x7FU) << 7U) | arcs[2];  // two octets, seven bits each
  if (implementation > 0xFF) return std::nullopt;
  return ProtocolOption{.protocol = arcs[0], .implementation = static_cast<std::uint8_t>(implementation)};
}

Result<KeyInformation> parse_key(ByteView value) {
  if (value.size() < 4) return malformed("key information is too short", "GP Card Specification §11.3.3.1");
  KeyInformation key{.id = value[0], .version = value[1], .type = value[2], .size = value[3]};
  if (key.type == 0xFF) {  // extended format: FF, type, two octets of length
    if (value.size() < 6) return malformed("key information is too short", "GP Card Specification §11.3.3.1");
    key.type = value[3];
    key.size = value[5];
  }
  return key;
}

/// Every OBJECT IDENTIFIER below, at most two levels down.
Result<void> collect(ByteView octets, std::size_t depth, Recognition& found) {
  CICADA_TRY(const auto objects, asn1::read_all(octets));
  for (const auto& object : objects) {
    if (object.tag != 0x06) {
      // What is no list of identifiers (card chip details in some cards) is passed over.
      if (depth > 0 && object.constructed()) CICADA_CHECK(collect(object.value, depth - 1, found));
      continue;
    }
    CICADA_TRY(const auto oid, asn1::Oid::from_content(object.value));
    if (found.protocols.size() + found.identifiers.size() == kMaxRecognition) {
      return fail({.fault = Fault::limit,
                   .what = "the card recognition data have too many identifiers",
                   .clause = "GP Card Specification §H.2"});
    }
    if (const auto protocol = as_protocol(oid)) {
      found.protocols.push_back(*protocol);
    } else {
      found.identifiers.push_back(oid);
    }
  }
  return {};
}

Result<base::Bytes> selected(iso7816::Channel& channel, ByteView name) {
  CICADA_TRY(const auto response, channel.transmit({.cla = kClaIso,
                                                    .ins = kInsSelect,
                                                    .p1 = 0x04,
                                                    .p2 = 0x00,
                                                    .data = base::to_bytes(name),
                                                    .ne = iso7816::kMaxShortNe}));
  if (response.ok() || response.sw == sw::k6283FileDeactivated) return response.data;
  return fail({.fault = Fault::card_status,
               .what = "the card does not let the application be selected",
               .clause = "GP Card Specification §11.9",
               .sw = response.sw});
}

}  // namespace

Result<Cplc> parse_cplc(ByteView answer) {
  auto value = answer;
  if (answer.size() != kCplcSize) {
    CICADA_TRY(const auto object, asn1::read_only(answer, kTagCplc, asn1::Rules::ber));
    value = object.value;
  }
  if (value.size() != kCplcSize) return malformed("card production data do not have 42 octets", "");
  Cplc cplc;
  base::Cursor cursor{value};
  for (const auto& field : kCplcFields) {
    CICADA_TRY(const auto octets, cursor.take(field.size));
    cplc.fields.emplace_back(field.name, base::to_bytes(octets));
  }
  return cplc;
}

Result<std::vector<KeyInformation>> parse_key_information(ByteView answer) {
  CICADA_TRY(const auto outer, asn1::read_only(answer, kTagKeyInformation, asn1::Rules::ber));
  std::vector<KeyInformation> keys;
  asn1::TlvReader reader{outer.value};
  while (!reader.at_end()) {
    if (keys.size() == kMaxKeys) {
      return fail(
          {.fault = Fault::limit, .what = "the card names too many keys", .clause = "GP Card Specification §11.3.3.1"});
    }
    CICADA_TRY(const auto object, reader.expect(0xC0));
    CICADA_TRY(const auto key, parse_key(object.value));
    keys.push_back(key);
  }
  return keys;
}

std::string_view key_type_name(std::uint8_t type) noexcept {
  if (type >= 0x80 && type <= 0x84) return "3DES";
  switch (type) {
    case 0x88: return "AES";
    case 0x90: return "HMAC-SHA1";
    case 0xA0:
    case 0xA1: return "RSA public";
    case 0xB0: return "EC public";
    case 0xB1: return "EC private";
    default: return "unknown";
  }
}

Result<Recognition> parse_recognition(ByteView answer) {
  CICADA_TRY(const auto outer, asn1::read_only(answer, kTagCardRecognition, asn1::Rules::ber));
  CICADA_TRY(const auto data, asn1::read_only(outer.value, 0x73, asn1::Rules::ber));
  Recognition found;
  CICADA_CHECK(collect(data.value, 1, found));
  return found;
}

Result<Aid> select_default(iso7816::Channel& channel) {
  CICADA_TRY(const auto answer, selected(channel, {}));
  CICADA_TRY(const auto information, asn1::read_only(answer, 0x6F, asn1::Rules::ber));
  asn1::TlvReader reader{information.value};
  while (!reader.at_end()) {
    CICADA_TRY(const auto object, reader.next());
    if (object.tag == 0x84) return Aid::from(object.value);
  }
  return malformed("the answer to SELECT does not name what was selected", "GP Card Specification §11.9.3.1");
}

Result<void> select(iso7816::Channel& channel, const Aid& aid) {
  CICADA_CHECK(selected(channel, aid.octets()));
  return {};
}

Result<base::Bytes> get_data(iso7816::Channel& channel, std::uint16_t tag) {
  CICADA_TRY(auto response, channel.transmit({.cla = kClaGp,
                                              .ins = kInsGetData,
                                              .p1 = static_cast<std::uint8_t>(tag >> 8U),
                                              .p2 = static_cast<std::uint8_t>(tag),
                                              .ne = iso7816::kMaxShortNe}));
  if (response.ok()) return std::move(response.data);
  return fail({.fault = Fault::card_status,
               .what = "the card does not give the data object",
               .clause = "GP Card Specification §11.3",
               .sw = response.sw});
}

}  // namespace cicada::host::gp
