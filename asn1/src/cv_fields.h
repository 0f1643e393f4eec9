// Fields of card-verifiable certificates, each read and written in one place.
#pragma once

#include <optional>
#include <string>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/asn1/tlv.h"

namespace cicada::asn1::cv {

namespace tags {
inline constexpr Tag kCertificate = 0x7F21;
inline constexpr Tag kBody = 0x7F4E;
inline constexpr Tag kProfile = 0x5F29;
inline constexpr Tag kAuthorityReference = 0x42;
inline constexpr Tag kPublicKey = 0x7F49;
inline constexpr Tag kHolderReference = 0x5F20;
inline constexpr Tag kAuthorization = 0x7F4C;
inline constexpr Tag kEffective = 0x5F25;
inline constexpr Tag kExpiration = 0x5F24;
inline constexpr Tag kExtensions = 0x65;
inline constexpr Tag kExtension = 0x73;
inline constexpr Tag kSignature = 0x5F37;
inline constexpr Tag kAuthenticated = 0x67;
inline constexpr Tag kOid = 0x06;
inline constexpr Tag kDiscretionary = 0x53;
}  // namespace tags

[[nodiscard]] base::Result<void> read_profile(TlvReader& reader);
[[nodiscard]] base::Result<std::string> reference_of(const Tlv& object);
[[nodiscard]] base::Result<CvPublicKey> public_key_of(const Tlv& object);
[[nodiscard]] base::Result<CvAuthorization> authorization_of(const Tlv& object);
[[nodiscard]] base::Result<base::Date> date_of(const Tlv& object);
/// The list that may stand last.
[[nodiscard]] base::Result<std::vector<CvExtension>> read_extensions(TlvReader& reader);

[[nodiscard]] base::Bytes encode_profile();
[[nodiscard]] base::Result<base::Bytes> encode_reference(Tag tag, std::string_view text);
[[nodiscard]] base::Result<base::Bytes> encode_authorization(const CvAuthorization& authorization);
[[nodiscard]] base::Result<base::Bytes> encode_date(Tag tag, base::Date date);
/// Nothing at all for an empty list.
[[nodiscard]] base::Result<base::Bytes> encode_extensions(const std::vector<CvExtension>& extensions);

}  // namespace cicada::asn1::cv
