// CMS SignedData of EF.SOD and EF.CardSecurity (RFC 5652 §5, 9303-10 §4.6.2.2), taken apart with places, and its rules.
#pragma once

#include <vector>

#include "certificate.h"
#include "cicada/asn1/oid.h"
#include "strict_tlv.h"

namespace cicada::conformance::lds {

inline constexpr std::size_t kMaxSigners = 16;
inline constexpr std::size_t kMaxCertificates = 64;

struct SignedDataParts {
  Object content_info, signed_data;
  Object version, digest_algorithms, content_type;
  std::optional<Object> content;  ///< the OCTET STRING
  std::optional<Object> certificates, revocation_lists;
  Object signer_infos;
};

struct SignerParts {
  Object whole, version, sid, digest_algorithm;
  std::optional<Object> attributes;
  Object signature_algorithm, signature;
};

/// Where the ContentInfo stands in its file.
struct CmsPlace {
  File file;
  Tag frame;  ///< template around it; 0 for none
};
inline constexpr CmsPlace kSodPlace{File::sod, 0x77};
inline constexpr CmsPlace kCardSecurityPlace{File::card_security, 0};

/// The octets of the ContentInfo and where they stand.
[[nodiscard]] Judged<Object> content_info_of(const Evidence& evidence, CmsPlace place);
[[nodiscard]] Judged<SignedDataParts> signed_data_of(const Object& content_info);
/// The whole way, as the way to what it holds.
[[nodiscard]] Judged<SignedDataParts> reached_signed_data(const Evidence& evidence, CmsPlace place);
[[nodiscard]] Judged<std::vector<SignerParts>> signers_of(const SignedDataParts& data);
/// The certificate that a signer's identifier names; nothing when none of the message's does.
[[nodiscard]] Judged<std::optional<CertificateParts>> certificate_named(const SignedDataParts& data,
                                                                        const SignerParts& signer);

// The rules that both files have.
[[nodiscard]] Verdict signed_data_encoding(const Evidence& evidence, CmsPlace place);
[[nodiscard]] Verdict signed_data_values(const Evidence& evidence, CmsPlace place, const asn1::Oid& content_type);
[[nodiscard]] Verdict signer_infos(const Evidence& evidence, CmsPlace place);
[[nodiscard]] Verdict signer_certificate(const Evidence& evidence, CmsPlace place);

}  // namespace cicada::conformance::lds
