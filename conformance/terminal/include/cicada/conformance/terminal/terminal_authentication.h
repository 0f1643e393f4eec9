// Terminal authentication step by step (9303-11 §7.1.5): the commands, and what is signed. Each is sent with
// Terminal::protect, which bends it, or with send, which leaves the protection out.
#pragma once

#include <string_view>

#include "cicada/asn1/tlv.h"
#include "cicada/base/bytes.h"
#include "cicada/host/iso7816/apdu.h"

namespace cicada::conformance::terminal::ta {

/// The reference's object in MSE (9303-11 §7.1.5).
inline constexpr asn1::Tag kReference = 0x83;
inline constexpr std::uint32_t kChallengeSize = 8;

/// MSE:Set DST: the key that verifies the next certificate.
[[nodiscard]] host::iso7816::CommandApdu set_dst(std::string_view reference);
/// PSO:VERIFY CERTIFICATE with 7F4E and 5F37. Longer than a protected short command takes: with extended length.
[[nodiscard]] host::iso7816::CommandApdu verify_certificate(base::Bytes certificate);
/// MSE:Set AT: the terminal's key.
[[nodiscard]] host::iso7816::CommandApdu set_at(std::string_view reference, asn1::Tag tag = kReference);
[[nodiscard]] host::iso7816::CommandApdu get_challenge(std::uint32_t size = kChallengeSize);
[[nodiscard]] host::iso7816::CommandApdu external_authenticate(base::Bytes signature);

/// What terminal authentication is bound to.
struct Binding {
  base::Bytes chip;  ///< ID_IC: the document number with its check digit after BAC, Comp of the chip's key after PACE
  base::Bytes terminal;  ///< Comp of the terminal's key of chip authentication
};
/// ID_IC || r_IC || Comp(PK_IFD) (9303-11 §7.1.2).
[[nodiscard]] base::Bytes signed_octets(const Binding& binding, base::ByteView challenge);

}  // namespace cicada::conformance::terminal::ta
