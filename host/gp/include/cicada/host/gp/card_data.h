// What a card says about itself to everybody: GET DATA of the issuer security domain.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/gp/aid.h"
#include "cicada/host/iso7816/channel.h"

namespace cicada::host::gp {

/// Tags of GET DATA (Card Specification §11.3.3).
inline constexpr std::uint16_t kTagCardRecognition = 0x0066;
inline constexpr std::uint16_t kTagKeyInformation = 0x00E0;
inline constexpr std::uint16_t kTagCplc = 0x9F7F;

/// Card production life cycle data: 42 octets of the chip's and the card's makers. The fields in their order, by the
/// name of each.
struct Cplc {
  std::vector<std::pair<std::string_view, base::Bytes>> fields;
};
/// The whole object 9F7F, or its value alone. Fails with malformed when the value has not 42 octets.
[[nodiscard]] base::Result<Cplc> parse_cplc(base::ByteView answer);

/// One key that the card has (Card Specification §11.3.3.1).
struct KeyInformation {
  std::uint8_t id = 0;
  std::uint8_t version = 0;
  std::uint8_t type = 0;  ///< 80 3DES, 88 AES; of the first component
  std::uint8_t size = 0;  ///< octets
};
/// Keys that one card may name.
inline constexpr std::size_t kMaxKeys = 128;
/// Template E0 with its objects C0. Fails with malformed, and limit for more than kMaxKeys.
[[nodiscard]] base::Result<std::vector<KeyInformation>> parse_key_information(base::ByteView answer);
/// "3DES", "AES", "RSA public"...; "unknown".
[[nodiscard]] std::string_view key_type_name(std::uint8_t type) noexcept;

/// A secure channel protocol and its options, as the card recognition data name it.
struct ProtocolOption {
  std::uint8_t protocol = 0;        ///< 02, 03...
  std::uint8_t implementation = 0;  ///< "i"
};
/// Card recognition data (Card Specification §H.2): which protocols the card's domain speaks, and what else it says of
/// itself in object identifiers.
struct Recognition {
  std::vector<ProtocolOption> protocols;
  std::vector<asn1::Oid> identifiers;  ///< all others, in the card's order
};
/// Protocols that one card may name; the same for its identifiers.
inline constexpr std::size_t kMaxRecognition = 32;
/// The object 66 with 73 in it. Fails with malformed or limit.
[[nodiscard]] base::Result<Recognition> parse_recognition(base::ByteView answer);

/// SELECT without a name: whoever is selected by default, which on a card as delivered is the issuer security domain.
/// Its name is DF name 84 in the answer (Card Specification §11.9.3.1). Status word 6283 (the card is locked) is no
/// error. Fails with card_status when the card refuses, malformed when there is no name in the answer.
[[nodiscard]] base::Result<Aid> select_default(iso7816::Channel& channel);
/// SELECT by name. Fails with card_status.
[[nodiscard]] base::Result<void> select(iso7816::Channel& channel, const Aid& aid);

/// GET DATA in the clear: the object with its tag. Fails with card_status when the card refuses (6A88: it has none).
[[nodiscard]] base::Result<base::Bytes> get_data(iso7816::Channel& channel, std::uint16_t tag);

}  // namespace cicada::host::gp
